// Batches as functions of the step alone: which images, which binarisation, which noise.
// So a run resumed at any step sees what it would have seen, and any language can draw the same.
import { moveImage, moves, movesAt } from '../data/augment.ts';
import { imageAt, imageSize, sliceImages, type ImageSet } from '../data/images.ts';
import type { Batch } from '../models/family.ts';
import { binarised } from '../ops/binarise.ts';
import type { Augmentation } from '../protocol/messages.ts';
import { fillNormal, permutation, Stream, EVALUATION_SEED } from '../ops/random.ts';
import { reshape, tensor2d, tidy } from '../ops/tf.ts';
import type { Rank, Tensor2D } from '../ops/tf.ts';

/** What a model asks of its batches. */
export interface BatchShape {
  readonly binarises: boolean;
  readonly noiseDim: number;
  /** How training images are moved about; evaluation takes them as they are. */
  readonly augment?: Augmentation;
}

/**
 * Where there are fewer images than a batch holds, each comes several times in every batch, as often as the others or
 * once more. A smaller batch would be no better: every copy is moved, binarised and given noise on its own, so the
 * gradient is less noisy, and shapes that never change spare the GPU another compilation for each image added.
 */
export class TrainingBatches {
  private epoch = -1;
  private order: Uint32Array = new Uint32Array(0);
  private readonly grey: Uint8Array;

  constructor(
    readonly set: ImageSet,
    readonly batchSize: number,
    private readonly seed: number,
    private readonly shape: BatchShape,
  ) {
    if (set.count === 0) throw new RangeError('There are no images to train on.');
    this.grey = new Uint8Array(batchSize * imageSize(set));
  }

  /** Full batches only: the remainder of an epoch's permutation is left out. A small set is seen whole in each. */
  get stepsPerEpoch(): number {
    return Math.max(1, Math.floor(this.set.count / this.batchSize));
  }

  /** The batch of this step; its tensors are the caller's. */
  at(step: number): Batch {
    const epoch = Math.floor(step / this.stepsPerEpoch);
    if (epoch !== this.epoch) {
      this.order = permutation(this.set.count, this.seed, Stream.order, epoch);
      this.epoch = epoch;
    }
    const size = imageSize(this.set);
    const first = (step % this.stepsPerEpoch) * this.batchSize;
    const { augment } = this.shape;
    const away = augment && moves(augment) ? movesAt(augment, this.batchSize, this.seed, step) : [];
    for (let i = 0; i < this.batchSize; i++) {
      const image = imageAt(this.set, this.order[(first + i) % this.set.count]!);
      const move = away[i];
      if (move) moveImage(this.grey.subarray(i * size, (i + 1) * size), image, this.set, move);
      else this.grey.set(image, i * size);
    }
    const noise = new Float32Array(this.batchSize * this.shape.noiseDim);
    fillNormal(noise, this.seed, Stream.noise, step);
    return toBatch(this.input(step, size), noise, this.shape.noiseDim);
  }

  /** The pixels of this step's images: one random row for the whole batch where they are binarised. */
  private input(step: number, size: number): Tensor2D {
    const { grey, batchSize, seed } = this;
    if (!this.shape.binarises) return scaled(grey, [batchSize, size]);
    return tidy(() => {
      const row = binarised(grey, [1, grey.length], seed, Stream.binarise, step);
      return reshape<Rank.R2>(row, [batchSize, size]);
    });
  }
}

/**
 * Images `from` … `from + count − 1` of a split for evaluation, with one binarisation and one noise for
 * each image of the split, whatever the batch: their row in the random streams is the image's index.
 */
export function evaluationBatch(
  set: ImageSet,
  from: number,
  count: number,
  shape: BatchShape,
  seed: number = EVALUATION_SEED,
): Batch {
  const size = imageSize(set);
  const grey = sliceImages(set, from, count).pixels;
  const input = shape.binarises
    ? binarised(grey, [count, size], seed, Stream.evaluationBinarise, from)
    : scaled(grey, [count, size]);
  const noise = new Float32Array(count * shape.noiseDim);
  for (let i = 0; i < count; i++) {
    const own = noise.subarray(i * shape.noiseDim, (i + 1) * shape.noiseDim);
    fillNormal(own, seed, Stream.evaluationNoise, from + i);
  }
  return toBatch(input, noise, shape.noiseDim);
}

function toBatch(input: Tensor2D, noise: Float32Array, noiseDim: number): Batch {
  const [count] = input.shape;
  return { input, target: input, noise: noiseDim > 0 ? tensor2d(noise, [count, noiseDim]) : null };
}

/** Bytes to [0, 1]. */
function scaled(grey: Uint8Array, shape: [number, number]): Tensor2D {
  const values = new Float32Array(grey.length);
  // Not Float32Array.from: a colour batch has 393,216 numbers, and a call for each takes as long as the products.
  for (let i = 0; i < values.length; i++) values[i] = grey[i]! / 255;
  return tensor2d(values, shape);
}
