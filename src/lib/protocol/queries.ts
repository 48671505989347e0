// Questions about a model's likelihood, which its weights answer and which change none of them. Types only.
// All images are as the network sees them: [count, inputDim] in [0, 1], binarised where the family binarises.
import type { Slot } from './messages.ts';

/**
 * A Gaussian over codes, z = mean + L ε with ε ~ N(0, I). L is lower triangular: its diagonal is exp(½ logVar), what
 * is below it is `lower`, row-major [dimensions, dimensions], empty for a diagonal Gaussian.
 */
export interface CodeGaussian {
  readonly mean: Float32Array;
  readonly logVar: Float32Array;
  readonly lower: Float32Array;
}

/** An optimisation of q under way. All of it crosses, so that the worker may be lost between two requests. */
export interface Refinement {
  /** Where it began; means and deviations are counted in its standard deviations. Diagonal. */
  readonly start: CodeGaussian;
  /** Whether L may have numbers below its diagonal. */
  readonly full: boolean;
  /** Updates made. */
  readonly step: number;
  /** The parameters, and Adam's two moments of them; empty before the first update. */
  readonly parameters: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
}

export interface QueryMap {
  /**
   * log p(x) of each image by importance sampling from the encoder's q with k samples, and the ELBO from the same
   * ones. `draw` is the random row of the first image; the others' follow.
   */
  likelihood: {
    request: { slot: Slot; images: Float32Array; k: number; draw?: number };
    reply: LikelihoodReport;
  };
  /** The same of one image, with a given q as proposal. */
  bound: {
    request: { slot: Slot; image: Float32Array; q: CodeGaussian; k: number; draw?: number };
    reply: BoundReport;
  };
  /** log p(x, z) of one image with each of these codes, [count, dimensions]. */
  joint: {
    request: { slot: Slot; image: Float32Array; codes: Float32Array };
    reply: { values: Float32Array };
  };
  /**
   * Codes of a hierarchy from the top down: those of the levels that are given, and at the others draws
   * z_l = μ + τ_l σ ⊙ ε from the prior p(z_l | z_{>l}). A model without levels has one, whose prior is N(0, I).
   * Codes and noise are [count, latent]; `given` and `temperatures` go by level, the one next to the image first.
   * Then, `passes` times (0 where not named): the codes become the encoder's means of the decoder means, and the
   * decoder means those of these codes. The reply has the last of both.
   */
  descend: {
    request: {
      slot: Slot;
      codes: Float32Array;
      noise: Float32Array;
      given: readonly boolean[];
      temperatures: readonly number[];
      passes?: number;
    };
    reply: DescentReport;
  };
  /**
   * What the layers of a network make of images, from the image itself to the decoder mean: all of them, or those in
   * `only`. A layer in `replaced` hands on these numbers instead, one image's maps channel by channel, for every image.
   */
  activations: {
    request: {
      slot: Slot;
      images: Float32Array;
      replaced?: Readonly<Record<string, Float32Array>>;
      only?: readonly string[];
    };
    reply: { layers: readonly LayerReport[] };
  };
  /** Further updates of q for one image, the weights held: ascends the ELBO. */
  refine: {
    request: { slot: Slot; image: Float32Array; from: Refinement; steps: number };
    reply: RefineReport;
  };
}

/** Nats, for each image. */
export interface LikelihoodReport {
  /** Estimates of log p(x), biased low by about the weights' relative variance over 2k. */
  readonly values: Float64Array;
  readonly standardErrors: Float64Array;
  /** Means of the log-weights over the same samples: the ELBO, without bias. */
  readonly elbos: Float64Array;
  readonly elboStandardErrors: Float64Array;
}

/** Nats, of one image. */
export interface BoundReport {
  readonly value: number;
  readonly standardError: number;
  readonly elbo: number;
  readonly elboStandardError: number;
}

export interface DescentReport {
  /** [count, latent]. */
  readonly codes: Float32Array;
  /** Decoder means in [0, 1], row-major, one image after another. */
  readonly means: Float32Array;
}

/** A layer's output for some images. */
export interface LayerReport {
  readonly name: string;
  readonly count: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** One image after another, of each one map after another, row-major. */
  readonly values: Float32Array;
}

export interface RefineReport {
  readonly to: Refinement;
  readonly q: CodeGaussian;
  /** The ELBO of each step, before its update: an estimate from that step's own samples, nats. */
  readonly elbos: Float32Array;
}
