// The manifest beside every published model: what it is, how it was made, how good it is.
// Written by the scripts only; read by pages, labs, scripts and PyTorch files.
import type { LayerShape, ModelSpec, Settings } from '../protocol/model.ts';

export interface Metric {
  readonly value: number;
  readonly unit: string;
  /** Split, binarisation, k, sample count: what must be equal for two figures to be compared. */
  readonly protocol: string;
  /** Only where the value is an estimate. */
  readonly standardError?: number;
  /** How far a recomputation may be from the value. */
  readonly tolerance: number;
}

export interface Manifest {
  readonly id: string;
  readonly title: string;
  readonly chapter: string;
  readonly spec: ModelSpec;
  readonly architecture: readonly LayerShape[];
  readonly parameters: number;
  readonly data: { readonly set: string; readonly split: string; readonly preprocessing: string };
  readonly training: {
    /** Id of the published model whose weights it started from; from random ones when not said. */
    readonly startsFrom?: string;
    /** Codes of each image that the importance-weighted bound weighed; the ELBO when not said. */
    readonly samples?: number;
    readonly batchSize: number;
    readonly epochs: number;
    readonly optimiser: string;
    readonly schedule: string;
    readonly settings: Settings;
    /** Objective on the validation images at the best epoch, in nats. */
    readonly validation: number;
    /** How much the last fifth of the epochs improved it, in nats. */
    readonly lastFifthGain: number;
  };
  readonly seed: number;
  readonly steps: number;
  readonly seconds: number;
  readonly command: string;
  readonly weights: string;
  readonly dtype: 'F16' | 'F32';
  readonly bytes: number;
  readonly sha256: string;
  readonly licence: string;
  readonly metrics: { readonly [name: string]: Metric };
}
