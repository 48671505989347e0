// Batches as functions of the step alone: which images, which binarisation, which noise.
// So a run resumed at any step sees what it would have seen, and any language can draw the same.
import { imageAt, imageSize, type ImageSet } from '../data/images.ts';
import type { Batch } from '../models/family.ts';
import { binarise, fillNormal, permutation, Stream, EVALUATION_SEED } from '../ops/random.ts';
import { tensor2d } from '../ops/tf.ts';

/** What a model asks of its batches. */
export interface BatchShape {
  readonly binarises: boolean;
  readonly noiseDim: number;
}

export class TrainingBatches {
  private epoch = -1;
  private order: Uint32Array = new Uint32Array(0);
  private readonly grey: Uint8Array;

  constructor(
    private readonly set: ImageSet,
    readonly batchSize: number,
    private readonly seed: number,
    private readonly shape: BatchShape,
  ) {
    if (set.count < batchSize) {
      throw new RangeError(`A batch of ${batchSize} needs as many images; there are ${set.count}.`);
    }
    this.grey = new Uint8Array(batchSize * imageSize(set));
  }

  /** Full batches only: the remainder of an epoch's permutation is left out. */
  get stepsPerEpoch(): number {
    return Math.floor(this.set.count / this.batchSize);
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
    for (let i = 0; i < this.batchSize; i++) {
      this.grey.set(imageAt(this.set, this.order[first + i]!), i * size);
    }
    const pixels = new Float32Array(this.grey.length);
    if (this.shape.binarises) binarise(pixels, this.grey, this.seed, Stream.binarise, step);
    else scale(pixels, this.grey);
    const noise = new Float32Array(this.batchSize * this.shape.noiseDim);
    fillNormal(noise, this.seed, Stream.noise, step);
    return toBatch(pixels, noise, this.batchSize, size, this.shape.noiseDim);
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
  const pixels = new Float32Array(count * size);
  const noise = new Float32Array(count * shape.noiseDim);
  for (let i = 0; i < count; i++) {
    const grey = imageAt(set, from + i);
    const out = pixels.subarray(i * size, (i + 1) * size);
    if (shape.binarises) binarise(out, grey, seed, Stream.evaluationBinarise, from + i);
    else scale(out, grey);
    const own = noise.subarray(i * shape.noiseDim, (i + 1) * shape.noiseDim);
    fillNormal(own, seed, Stream.evaluationNoise, from + i);
  }
  return toBatch(pixels, noise, count, size, shape.noiseDim);
}

function toBatch(
  pixels: Float32Array,
  noise: Float32Array,
  count: number,
  size: number,
  noiseDim: number,
): Batch {
  const input = tensor2d(pixels, [count, size]);
  return { input, target: input, noise: noiseDim > 0 ? tensor2d(noise, [count, noiseDim]) : null };
}

/** Bytes to [0, 1]. */
function scale(out: Float32Array, grey: Uint8Array): void {
  for (let i = 0; i < grey.length; i++) out[i] = grey[i]! / 255;
}
