// Convolutions as PyTorch counts them: weights (out, in, h, w), or (in, out, h, w) where transposed, and `padding` the
// same on both sides, where TensorFlow's 'same' puts the odd pixel after. Images are [batch, height, width, channels].
import { parameter } from './layers.ts';
import {
  add,
  concat,
  conv2d as tfConv2d,
  conv2dTranspose,
  maximum,
  reshape,
  slice,
  transpose,
} from './tf.ts';
import type { Rank, Tensor, Tensor2D, Tensor4D } from './tf.ts';

/** Weights and biases by PyTorch's names; a model's parameters, or tensors that a gradient is asked of. */
type Weights = Readonly<Record<string, Tensor>>;

export interface Convolution {
  readonly stride: number;
  /** Zeros around the image, on each of its four sides. */
  readonly padding: number;
}

/** nn.Conv2d: side n becomes ⌊(n + 2 padding − kernel) / stride⌋ + 1. */
export function conv2d(
  p: Weights,
  layer: string,
  x: Tensor4D,
  { stride, padding }: Convolution,
): Tensor4D {
  const convolved: Tensor4D = tfConv2d(
    x,
    filterOf(p, layer),
    stride,
    padding,
    'NHWC',
    1,
    padding === 0 ? undefined : 'floor',
  );
  return add(convolved, parameter(p, `${layer}.bias`));
}

/**
 * nn.ConvTranspose2d: side n becomes (n − 1) stride − 2 padding + kernel + outputPadding. The products are those of the
 * convolution with the same weight that leads from the larger image to the smaller, transposed.
 */
export function convTranspose2d(
  p: Weights,
  layer: string,
  x: Tensor4D,
  { stride, padding, outputPadding }: Convolution & { readonly outputPadding: number },
): Tensor4D {
  const filter = filterOf(p, layer); // [h, w, out, in]
  const [batch, height, width] = x.shape;
  const [kernelHeight, kernelWidth, channels] = filter.shape;
  const grown = (n: number, kernel: number) =>
    (n - 1) * stride - 2 * padding + kernel + outputPadding;
  const shape: [number, number, number, number] = [
    batch,
    grown(height, kernelHeight),
    grown(width, kernelWidth),
    channels,
  ];
  const convolved: Tensor4D = conv2dTranspose(
    x,
    filter,
    shape,
    stride,
    padding,
    padding === 0 ? undefined : 'floor',
  );
  return add(convolved, parameter(p, `${layer}.bias`));
}

/**
 * nn.MaxPool2d(2) of even sides, as two maxima of halves: tfjs's own pooling has a wrong gradient on wasm. Where both
 * of a pair are equal the gradient goes to the first, as in PyTorch.
 */
export function maxPool2(x: Tensor4D): Tensor4D {
  const [batch, height, width, channels] = x.shape;
  // A pixel and its right neighbour lie next to each other: they are the halves of the last axis.
  const pairs: Tensor4D = reshape(x, [batch, height, width / 2, 2 * channels]);
  const columns: Tensor4D = maximum(
    slice(pairs, [0, 0, 0, 0], [-1, -1, -1, channels]),
    slice(pairs, [0, 0, 0, channels], [-1, -1, -1, channels]),
  );
  const line = (width / 2) * channels;
  const rows: Tensor4D = reshape(columns, [batch, height / 2, 1, 2 * line]);
  const pooled: Tensor4D = maximum(
    slice(rows, [0, 0, 0, 0], [-1, -1, -1, line]),
    slice(rows, [0, 0, 0, line], [-1, -1, -1, line]),
  );
  return reshape(pooled, [batch, height / 2, width / 2, channels]);
}

/** nn.Upsample(scale_factor=2), nearest: each pixel four times. tfjs's own resizing has a wrong gradient on cpu. */
export function upsample2(x: Tensor4D): Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const twice: Tensor4D = concat([x, x], 3);
  const lines: Tensor4D = reshape(twice, [batch, height, 1, 2 * width * channels]);
  return reshape(concat([lines, lines], 3), [batch, 2 * height, 2 * width, channels]);
}

/** Maps to rows as PyTorch flattens them, channel by channel: [batch, channels · height · width]. */
export function flatten(x: Tensor4D): Tensor2D {
  const [batch, height, width, channels] = x.shape;
  return reshape(transpose(x, [0, 3, 1, 2]), [batch, channels * height * width]);
}

/** Rows to square maps, the inverse of `flatten`. */
export function unflatten(rows: Tensor2D, channels: number): Tensor4D {
  const [batch, size] = rows.shape;
  const side = Math.sqrt(size / channels);
  return transpose(reshape<Rank.R4>(rows, [batch, channels, side, side]), [0, 2, 3, 1]);
}

/** From PyTorch's order of axes to tfjs's, of either kind of convolution: the first two go to the end and change places. */
function filterOf(p: Weights, layer: string): Tensor4D {
  const weight = parameter(p, `${layer}.weight`);
  return transpose(weight as Tensor4D, [2, 3, 1, 0]);
}
