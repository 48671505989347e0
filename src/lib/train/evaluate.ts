// A model's loss terms on a split, image by image, with the project's evaluation binarisation and noise.
import { imageSize, type ImageSet } from '../data/images.ts';
import { tidy } from '../ops/tf.ts';
import type { Tensor } from '../ops/tf.ts';
import type { Terms } from '../protocol/model.ts';
import { evaluationBatch } from './batches.ts';
import type { Trainer } from './trainer.ts';

export interface Evaluation {
  /** Mean over the images, nats. */
  readonly terms: Terms;
  readonly objective: number;
  /** Each term for each image, in the family's order. */
  readonly perImage: readonly Float32Array[];
  /** Nats per latent dimension, mean over the images; empty without a KL. */
  readonly klPerDimension: readonly number[];
  /** KL of each level of a hierarchy for each image, the one next to the image first; one level for other models with a KL. */
  readonly klPerLevel: readonly Float32Array[];
  /** Variance over images of each dimension of the posterior mean (or of the code). */
  readonly codeVariance: readonly number[];
  readonly images: number;
}

const EMPTY = new Float32Array(0);

/**
 * Evaluates images 0 … count−1 of a split. `between` runs after each batch, so that a worker can
 * answer its messages.
 */
export async function evaluate(
  trainer: Trainer,
  set: ImageSet,
  count = set.count,
  between: () => Promise<void> = () => Promise.resolve(),
  batchSize = 250,
): Promise<Evaluation> {
  const { family, config, terms: names } = trainer;
  const latent = family.latentDim(config);
  if (imageSize(set) !== family.inputDim(config)) {
    throw new RangeError(
      `The images have ${imageSize(set)} pixels, the model ${family.inputDim(config)}.`,
    );
  }
  const shape = { binarises: family.binarises(config), noiseDim: family.noiseDim(config) };
  const perImage = names.map(() => new Float32Array(count));
  const kl = new Float64Array(latent);
  const sums = new Float64Array(latent);
  const squares = new Float64Array(latent);
  const levels = family.levels?.(config) ?? [[0, latent] as const];
  const levelOf = Uint8Array.from({ length: latent }, (_, d) =>
    levels.findIndex(([, to]) => d < to),
  );
  const klPerLevel = levels.map(() => new Float32Array(count));
  let hasKl = false;

  for (let from = 0; from < count; from += batchSize) {
    const images = Math.min(batchSize, count - from);
    const tensors = tidy(() => {
      const batch = evaluationBatch(set, from, images, shape);
      const {
        perImage: terms,
        klPerDimension,
        codes,
      } = family.evaluate(config, trainer.parameters, batch);
      return [codes.mean, ...terms, ...(klPerDimension ? [klPerDimension] : [])] as Tensor[];
    });
    const [codes = EMPTY, ...rest] = await Promise.all(tensors.map((t) => t.data()));
    for (const t of tensors) t.dispose();
    perImage.forEach((values, i) => {
      values.set(rest[i] ?? EMPTY, from);
    });
    codes.forEach((value, i) => {
      sums[i % latent]! += value;
      squares[i % latent]! += value * value;
    });
    const perDimension = rest[names.length];
    hasKl = perDimension !== undefined;
    perDimension?.forEach((value, i) => {
      const dimension = i % latent;
      kl[dimension]! += value;
      klPerLevel[levelOf[dimension]!]![from + (i - dimension) / latent]! += value;
    });
    await between();
  }

  const terms = Object.fromEntries(
    names.map((name, i) => [name, perImage[i]!.reduce((a, b) => a + b, 0) / count]),
  );
  return {
    terms,
    objective: family.objective(terms, trainer.settings),
    perImage,
    klPerLevel: hasKl ? klPerLevel : [],
    klPerDimension: hasKl ? Array.from(kl, (sum) => sum / count) : [],
    codeVariance: Array.from(sums, (sum, i) => squares[i]! / count - (sum / count) ** 2),
    images: count,
  };
}
