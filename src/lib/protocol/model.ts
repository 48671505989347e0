// What a model is to those who only talk about it: a family's name, its sizes, its settings.
// Plain data that crosses the worker boundary and is written into manifests; types only.

/** JSON-like plain data. Families parse it once, at the edge. */
export type Plain =
  null | boolean | number | string | readonly Plain[] | { readonly [name: string]: Plain };

/** Names one model of one family: `family` is a file of `src/lib/models`, `config` its sizes. */
export interface ModelSpec {
  readonly family: string;
  readonly config: { readonly [name: string]: Plain };
}

/** What may change during a run without new weights (β, learning rate, free bits …). */
export type Settings = { readonly [name: string]: number };

/** One parameter tensor as PyTorch names and lays it out. */
export interface LayerShape {
  readonly name: string;
  readonly shape: readonly number[];
  /** Its first value where that is not random. */
  readonly init?: 'ones' | 'zeros';
  /** Not learnt from gradients: running statistics, which the loss hands back. */
  readonly buffer?: boolean;
}

/** Named loss terms, in nats per image unless a name says otherwise: `mse` is per pixel. */
export type Terms = { readonly [name: string]: number };
