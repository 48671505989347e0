// What the page knows of the lab's models and data when it is built: no fetch, no worker.
import type { FileRef } from '../../../lib/protocol/messages.ts';
import type { DataSet, LabModel, SetFiles } from '../shared/data-sets.ts';

/** The first picture, rendered at build: what the lab shows of its first image. */
export interface Poster {
  readonly x: string;
  readonly latent: string;
  readonly mean: string;
  readonly label: number;
  readonly posterior: { readonly mean: readonly number[]; readonly logVar: readonly number[] };
  readonly nll: number;
  readonly kl: number;
  /** Half the side of the plane that `latent` shows. */
  readonly extent: number;
  /** Some codes of the gallery: z₁, z₂, class. */
  readonly codes: readonly (readonly [number, number, number])[];
}

export interface VaeLabProps {
  /** At least one; the first is shown first. */
  readonly models: readonly LabModel[];
  readonly data: Readonly<Partial<Record<DataSet, SetFiles>>>;
  readonly poster: Poster | null;
}

/** What the whole lab has beyond its small form. */
export interface WholeLabProps extends VaeLabProps {
  /** A recorded run, for where nothing can compute. */
  readonly recording: FileRef;
}
