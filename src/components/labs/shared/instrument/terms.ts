// What an instrument is given, what it may be asked to show, and what it asks before it acts. Knows no worker.
import type { DataSet, LabModel, SetFiles } from '../data-sets.ts';
import type { Axes } from '../plane-codes.ts';

/** Test images that the codes and their figures are of. */
export const GALLERY_COUNT = 1000;
export const FIRST_SEED = 7;
export const MOST_SEED = 2 ** 31 - 1;

/** What the page knows of an instrument's models and data when it is built. */
export interface InstrumentProps {
  /** At least one; the first is shown first. */
  readonly models: readonly LabModel[];
  readonly data: Readonly<Partial<Record<DataSet, SetFiles>>>;
}

/** Where an address wants to look. */
export interface Wish {
  /** Place in the gallery. */
  readonly x: number;
  /** Null for the two that say most. */
  readonly axes: Axes | null;
  /** Null at μ of x. */
  readonly z: readonly number[] | null;
}

/** A change that throws a live run away, waiting for the reader's consent. */
export interface Pending {
  readonly why: string;
  /** Updates that would be lost. */
  readonly updates: number;
  readonly go: () => void;
}
