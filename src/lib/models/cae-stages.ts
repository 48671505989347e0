// The stages of the convolutional autoencoder's forward pass, in words, equations and maps, for slow motion.
// Its maps are made by the family with the functions of its loss; here they get names. Knows no weights.
import { reshape, square, sub, transpose } from '../ops/tf.ts';
import type { Rank, Tensor, Tensor2D, Tensor4D } from '../ops/tf.ts';
import type { Part } from '../protocol/slow.ts';
import { codeLayer, mapSizes, type CaeConfig } from './cae.config.ts';
import type { Activations, ForwardStage, ForwardTensor } from './family.ts';

/** `seen`: the layers' outputs for one image; x: [1, pixels], what it should have been. */
export function caeStages(
  config: CaeConfig,
  input: Tensor2D,
  seen: Activations,
  x: Tensor2D,
): readonly ForwardStage[] {
  const layers = mapSizes(config);
  const code = layers.findIndex(({ name }) => name === codeLayer(config));
  const drawn = (name: string, part: Part, as = name): ForwardTensor => ({
    name: as,
    part,
    value: mapsOf(seen.get(name)!),
    scale: 'signed',
  });
  const image = (name: string, part: Part, value: Tensor2D): ForwardTensor => ({
    name,
    part,
    value,
    scale: 'ink',
  });
  const last = layers.at(-1)!;
  const means = reshape<Rank.R2>(seen.get(last.name)!, [1, config.inputDim]);
  const hidden = config.resampling === 'stride' ? 'stride 2' : 'stride 1, then 2 × 2 max pooling';
  return [
    {
      name: 'encode',
      says: `Each layer slides its 3 × 3 kernels over the maps before it (${hidden}): the maps halve in side and grow in number. The last ones${config.bottleneck > 0 ? ', flattened and mapped to a few numbers,' : ''} are the code z.`,
      equation: `h_l = relu(W_l ∗ h_{l−1} + b_l),  h_0 = x${config.bottleneck > 0 ? '\nz = W_z h + b_z' : ''}`,
      tensors: [
        image('x', 'dat', input),
        ...layers.slice(1, code).map(({ name }) => drawn(name, 'enc')),
        drawn(layers[code]!.name, 'lat', 'z'),
      ],
    },
    {
      name: 'decode',
      says:
        config.resampling === 'stride'
          ? 'Transposed convolutions lay a 3 × 3 kernel down for every number of the maps before, two pixels apart, and add up where they overlap: the maps double in side.'
          : 'Each pixel is doubled both ways, then a convolution of stride 1 smooths: the maps double in side.',
      equation:
        config.resampling === 'stride'
          ? 'h_l = relu(V_l ∗ᵀ h_{l−1} + c_l)\nx̂ = sigmoid(V ∗ᵀ h + c)'
          : 'h_l = relu(V_l ∗ double(h_{l−1}) + c_l)\nx̂ = sigmoid(V ∗ double(h) + c)',
      tensors: [
        ...layers.slice(code + 1, -1).map(({ name }) => drawn(name, 'dec')),
        image('x̂', 'dec', means),
      ],
    },
    {
      name: 'loss',
      says: 'The squared difference of x̂ and x at each pixel; the loss is its mean.',
      equation: 'L = (1/D) Σ_j (x̂_j − x_j)^2',
      tensors: [
        { name: '(x̂_j − x_j)^2', part: 'dec', value: square(sub(means, x)), scale: 'signed' },
      ],
    },
  ];
}

/** One map after another, as pictures want them: [1, channels, height, width], or one row of a dense code. */
function mapsOf(layer: Tensor4D): Tensor {
  const [, height, , channels] = layer.shape;
  return height === 1 ? reshape(layer, [1, channels]) : transpose(layer, [0, 3, 1, 2]);
}
