// What the page knows of the lab's models, data and first picture when it is built: no fetch, no worker.
import type { DataSet, LabModel, SetFiles } from '../shared/data-sets.ts';

/** Two histograms of the negative ELBO, from the report of `scripts/outliers.ts`. */
export interface First {
  readonly model: string;
  /** Width of a bin, nats. */
  readonly bin: number;
  /** Images of each set. */
  readonly images: number;
  /** Images in each bin, the bins from 0 on: of the set that the model knows, and of the other. */
  readonly known: readonly number[];
  readonly strange: readonly number[];
  /** Area under the ROC curve of the negative ELBO as a detector of the other set. */
  readonly area: number;
}

export interface OutlierProps {
  /** At least one; the first is shown first. */
  readonly models: readonly LabModel[];
  readonly data: Readonly<Partial<Record<DataSet, SetFiles>>>;
  readonly first: First;
}
