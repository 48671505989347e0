// What the page knows of the lab's models, data and first picture when it is built: no fetch, no worker.
import type { Segment } from '../../../lib/metrics/arrays/posterior-grid.ts';
import type { DataSet, LabModel, SetFiles } from '../shared/data-sets.ts';

/** One image under the first model before anything was optimised; from the report of `scripts/gaps.ts`. */
export interface First {
  readonly model: string;
  /** Place in the gallery of test digits. */
  readonly image: number;
  readonly label: number;
  /** 784 bytes in base64. */
  readonly grey: string;
  readonly q: { readonly mean: readonly number[]; readonly logVar: readonly number[] };
  readonly logEvidence: number;
  readonly elbo: number;
  readonly window: {
    readonly centre: readonly [number, number];
    readonly reach: readonly [number, number];
  };
  /** The regions of the posterior that hold the mass of the one- and of the two-deviation ellipse of a Gaussian. */
  readonly contours: readonly (readonly Segment[])[];
}

export interface InferenceGapProps {
  /** At least one; the first is shown first. */
  readonly models: readonly LabModel[];
  readonly data: Readonly<Partial<Record<DataSet, SetFiles>>>;
  readonly first: First;
}
