// What every model family offers to the hosts (worker and scripts), so that they need to know none.
// A family is one file of this folder that exports `family`; its sizes live in `<family>.config.ts`.
import type { Parameters } from '../ops/layers.ts';
import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor4D } from '../ops/tf.ts';
import type { LayerShape, ModelSpec, Settings, Terms } from '../protocol/model.ts';
import type { Stage, StageFigure, StageTensor } from '../protocol/slow.ts';

/** One batch as the loss wants it. */
export interface Batch {
  /** What the encoder sees, [batch, inputDim] in [0, 1]. */
  readonly input: Tensor2D;
  /** What the decoder must explain, same shape. */
  readonly target: Tensor2D;
  /** Standard normal, [batch, noiseDim], or k times as wide for k codes of each image; none for models without noise. */
  readonly noise: Tensor2D | null;
}

export interface Codes {
  /** Posterior mean, or the code itself: [batch, latent]. */
  readonly mean: Tensor2D;
  /** log σ², same shape; none for a deterministic code. */
  readonly logVar: Tensor2D | null;
}

export interface Loss {
  /** What the optimiser minimises: a mean over the batch, schedules and free bits applied. */
  readonly objective: Scalar;
  /** The named terms, means over the batch, in nats where their name says nothing else, in the order of `terms`. */
  readonly terms: readonly Scalar[];
  /** New values of the buffers (running statistics), by name; families without buffers have none. */
  readonly buffers?: Readonly<Record<string, Tensor>>;
}

export interface EvaluationTerms {
  /** Each named term for each image, [batch], units as above, in the order of `terms`. */
  readonly perImage: readonly Tensor1D[];
  /** KL of each latent dimension, [batch, latent]; none for models without one. */
  readonly klPerDimension: Tensor2D | null;
  readonly codes: Codes;
}

/** A tensor of one image's way through the network, [1, …]: what comes after is one picture, or a row of them. */
export type ForwardTensor = Pick<StageTensor, 'name' | 'part' | 'scale'> & {
  readonly value: Tensor;
  /** What it is of, where it is not of the one image. */
  readonly shown?: string;
};

/** One stage of the forward pass of one image, as slow motion tells it. */
export type ForwardStage = Omit<Stage, 'tensors' | 'figures'> & {
  readonly tensors: readonly ForwardTensor[];
  readonly figures?: readonly StageFigure[];
  /** Of the stage `loss`: each named term of the image, [1], where the update's differ from those of `evaluate`. */
  readonly perImage?: readonly Tensor1D[];
};

/** What a hierarchy draws from the top down: z_l = μ + τ_l σ ⊙ ε of the prior p(z_l | z_{>l}) where no code is given. */
export interface Descent {
  /** [count, latent]; read at the levels that are given. */
  readonly codes: Tensor2D;
  /** ε, standard normal, [count, latent]. */
  readonly noise: Tensor2D;
  /** By level, the one next to the image first. */
  readonly given: readonly boolean[];
  /** τ by level: 1 for the prior itself, 0 for its mean. */
  readonly temperatures: readonly number[];
}

/** What the layers hand on, [batch, height, width, channels] each, from the image to the decoder mean. */
export type Activations = ReadonlyMap<string, Tensor4D>;

export interface Family<C> {
  readonly name: string;
  /** Names of the loss terms, such as `reconstruction` and `kl`. */
  terms(config: C): readonly string[];
  /** Settings and their defaults; unknown names are refused. */
  readonly defaults: Settings;
  /** Checks outside data; throws a ConfigError that says what was expected. */
  parse(config: ModelSpec['config']): C;
  /** Every parameter with its shape, in PyTorch's order. */
  shapes(config: C): readonly LayerShape[];
  /** Standard normals drawn for each image of a batch. */
  noiseDim(config: C): number;
  /** Whether images are binarised dynamically before they are shown to the network. */
  binarises(config: C): boolean;
  latentDim(config: C): number;
  inputDim(config: C): number;
  /** `step` counts from 0 and drives warm-up only. */
  loss(config: C, p: Parameters, batch: Batch, settings: Settings, step: number): Loss;
  /** The objective as plain numbers, every schedule at its final value. */
  objective(terms: Terms, settings: Settings): number;
  evaluate(config: C, p: Parameters, batch: Batch): EvaluationTerms;
  /**
   * log p(x, z) − log q(z|x) of `samples` codes for each image, [batch, samples], from noise
   * [batch · samples, latent], one image's samples in a row. Only families with a likelihood bound have it.
   */
  logWeights?(config: C, p: Parameters, batch: Batch, samples: number): Tensor2D;
  /**
   * log p(x, z) = log p(x|z) + log p(z) of codes [n, latent] with one image each, [n, inputDim]: [n], nats. The encoder
   * takes no part. Only families with a prior have it.
   */
  logJoint?(config: C, p: Parameters, codes: Tensor2D, target: Tensor2D): Tensor1D;
  /** Where each level's dimensions lie in a code, [from, to), the level next to the image first. Only hierarchies have it. */
  levels?(config: C): readonly (readonly [number, number])[];
  /** Codes from the top level down, given and drawn, and their decoder means. Only hierarchies have it. */
  descend?(config: C, p: Parameters, draw: Descent): { codes: Tensor2D; means: Tensor2D };
  encode(config: C, p: Parameters, input: Tensor2D): Codes;
  /** Codes [n, latent] to decoder means [n, inputDim] in [0, 1]. */
  decode(config: C, p: Parameters, codes: Tensor2D): Tensor2D;
  /** Images [n, inputDim] to decoder means, where more than the code leads from one to the other. */
  reconstruct?(config: C, p: Parameters, input: Tensor2D): Tensor2D;
  /**
   * What each layer makes of images [n, inputDim]. A layer in `replaced` hands on these numbers instead, for every image
   * the same: one image's maps, channel by channel. Only families with layers worth looking at have it.
   */
  activations?(
    config: C,
    p: Parameters,
    input: Tensor2D,
    replaced: ReadonlyMap<string, Float32Array>,
  ): Activations;
  /**
   * The stages from encode to loss of a batch of one image, by the functions that `loss` is made of; `batch` is the one
   * that the image is the first of, for what is normalised over it. A family without it is shown from its loss on.
   */
  stages?(
    config: C,
    p: Parameters,
    image: Batch,
    settings: Settings,
    step: number,
    batch?: Batch,
  ): readonly ForwardStage[];
  /** What a reader must know to read the weights' names, in one sentence, where they do not speak for themselves. */
  readonly weightNames?: string;
}
