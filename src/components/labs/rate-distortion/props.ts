// What the page knows of the rate–distortion lab when it is built.
import type { DataSet, LabModel, SetFiles } from '../shared/data-sets.ts';

/** A published model's place in the plane: nats per test image. */
export interface PublishedPoint {
  readonly name: string;
  readonly set: DataSet;
  readonly rate: number;
  readonly distortion: number;
}

export interface RateDistortionProps {
  readonly published: readonly PublishedPoint[];
  /** The network that the curve is traced with, and its data. */
  readonly model: LabModel;
  readonly files: SetFiles;
}
