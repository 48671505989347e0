// What the panel "Keep" takes from one side of an instrument: the model in its slot, the pictures in sight, the curves.
// Read anew at every look: the getters are as reactive as what they read. Knows no family and no markup.
import type { LayerShape, ModelSpec } from '../../../../lib/protocol/model.ts';
import type { ModelFile } from '../../../../lib/weights/model-file.ts';
import { dataTitles } from '../data-sets.ts';
import type { Curve, Keepable, KeepableModel } from '../keep/keepable.ts';
import type { Picture } from '../keep/picture.ts';
import type { Plot } from '../keep/plot-svg.ts';
import type { LabSession } from '../lab-run.svelte.ts';
import type { Trace } from '../trace.ts';
import type { Side } from './side.svelte.ts';

const NATS = 'nats per image';

/** What a lab knows of its sides that no other does. */
export interface KeepParts<S extends Side> {
  /** Families whose files and kept models the lab can show. */
  readonly families: readonly string[];
  /** The tensors of a network. Throws ConfigError for one that the lab cannot show. */
  readonly shapesOf: (spec: ModelSpec) => readonly LayerShape[];
  readonly pytorch: (spec: ModelSpec, file: string) => string;
  /** What a side's network is called in file names, and whether its pictures are there. */
  readonly network: (side: S) => { readonly name: string; readonly there: boolean };
  readonly pictures: (side: S) => readonly Picture[];
  readonly plots: (side: S) => readonly Plot[];
  readonly curves: (side: S) => readonly Curve[];
}

/** `side` is asked for at every look, since the dials may turn to another. */
export function keepableOf<S extends Side>(
  connect: () => LabSession,
  side: () => S,
  parts: KeepParts<S>,
  show: (file: ModelFile, name: string) => void,
): Keepable {
  const { families, shapesOf, pytorch } = parts;
  return {
    families,
    get model() {
      return modelOf(side(), parts.network(side()));
    },
    weights: () => connect().request('weights', { slot: side().slot }),
    shapesOf,
    pytorch,
    show,
    get pictures() {
      return parts.pictures(side());
    },
    get plots() {
      return parts.plots(side());
    },
    get curves() {
      return parts.curves(side());
    },
    get stepsPerEpoch() {
      return side().run.report?.stepsPerEpoch;
    },
  };
}

function modelOf(
  { run, view, spec, settings, dataSet }: Side,
  { name, there }: { readonly name: string; readonly there: boolean },
): KeepableModel | null {
  if (!view.weighted || !there) return null;
  const data = dataTitles[dataSet];
  return {
    spec,
    settings,
    data,
    seed: run.seed,
    step: run.step,
    loss: run.loss,
    stem: run.model === '' ? `${name} ${data}` : run.model,
  };
}

/** Traces as curves, in nats per image where no other unit is said; `drawn` is the side's, which tells of new points. */
export function curvesOf(
  traces: readonly { readonly name: string; readonly trace: Trace }[],
  drawn: number,
  unit = NATS,
): Curve[] {
  return traces.map(({ name, trace }) => ({
    name,
    unit,
    x: drawn > 0 ? trace.x : [],
    y: drawn > 0 ? trace.y : [],
  }));
}

/** The plot of one quantity, of the training batches and held out; none before its first point. */
export function linesOf(
  curves: readonly Curve[],
  title: string,
  quantity: string,
  colour: string,
): Plot[] {
  const of = curves.filter(({ name, x }) => name.endsWith(quantity) && x.length > 0);
  const series = of.map(({ name, x, y }) => {
    const dashed = name.startsWith('held-out');
    return { name: dashed ? 'held out' : 'training', colour, dashed, x, y };
  });
  if (series.length === 0) return [];
  return [{ kind: 'curves', title, xName: 'updates', yName: of[0]?.unit ?? NATS, series }];
}
