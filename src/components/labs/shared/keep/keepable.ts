// What a lab hands to the panel "Keep": the model in sight, its pictures and its curves. Any lab that trains can.
import type { LayerShape, ModelSpec } from '../../../../lib/protocol/model.ts';
import type { ModelFacts, ModelFile } from '../../../../lib/weights/model-file.ts';
import { toCsv, type Series } from '../../../ui/series.ts';
import type { Picture } from './picture.ts';
import type { Plot } from './plot-svg.ts';

export interface KeepableModel extends ModelFacts {
  /** For file names: the published model's id, or family, sizes and data: "vae 784-256-2 MNIST". */
  readonly stem: string;
}

export interface Keepable {
  /** Families whose files and kept models the lab can show. */
  readonly families: readonly string[];
  /** What is in the slot now; null while nothing is. */
  readonly model: KeepableModel | null;
  /** The worker's `weights`: float32, with the step they are of. */
  readonly weights: () => Promise<{ readonly bytes: ArrayBuffer; readonly step: number }>;
  /** The tensors of a network. Throws for a spec that the lab cannot show. */
  readonly shapesOf: (spec: ModelSpec) => readonly LayerShape[];
  /** The Python program that loads `file`; see pytorch.ts. */
  readonly pytorch: (spec: ModelSpec, file: string) => string;
  /** Puts a model into the slot, after the question whether the run there may go. */
  readonly show: (file: ModelFile, name: string) => void;
  /** The pictures in sight. */
  readonly pictures: readonly Picture[];
  readonly plots: readonly Plot[];
  /** The run's curves over updates; empty before the first. */
  readonly curves: readonly Curve[];
  /** Updates in an epoch; undefined before it is known. */
  readonly stepsPerEpoch: number | undefined;
}

/** One quantity over the updates, with its unit, as a column of the CSV file. */
export interface Curve {
  readonly name: string; // 'held-out KL'
  readonly unit: string; // 'nats per image'
  readonly x: readonly number[]; // updates
  readonly y: readonly number[];
}

/** One row per update that was charted: step, epoch, and a column per curve with its unit in the name. */
export function curvesCsv(curves: readonly Curve[], stepsPerEpoch: number | undefined): string {
  const columns: Series[] = curves.map(({ name, unit, x, y }) => ({
    name: `${name} ${unit}`.toLowerCase().replace(/[^a-z0-9]+/g, '_'),
    colour: '--data',
    x,
    y,
  }));
  if (stepsPerEpoch === undefined) return toCsv(columns, 'step');
  const steps = [...new Set(curves.flatMap(({ x }) => x))].sort((a, b) => a - b);
  const epochs = steps.map((step) => Number((step / stepsPerEpoch).toFixed(4)));
  return toCsv([{ name: 'epoch', colour: '--data', x: steps, y: epochs }, ...columns], 'step');
}
