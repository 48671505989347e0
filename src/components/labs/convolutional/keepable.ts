// What the panel "Keep" takes from one side of the convolutional lab: its tensors, the pictures in sight, the curves.
// Knows no markup.
import { ConfigError } from '../../../lib/models/dense.config.ts';
import type { LayerShape, ModelSpec } from '../../../lib/protocol/model.ts';
import { PIXELS } from '../shared/gallery.ts';
import type { KeepParts } from '../shared/instrument/keep.ts';
import type { Curve } from '../shared/keep/keepable.ts';
import type { Picture } from '../shared/keep/picture.ts';
import type { Plot } from '../shared/keep/plot-svg.ts';
import { pytorchSnippet } from '../shared/keep/pytorch.ts';
import { shapesOf as shapesOfKnown } from './network.ts';
import type { CaeSide } from './side.svelte.ts';

const UNIT = 'squared error per pixel';

/** The tensors of a network that this lab can show. Throws ConfigError. */
export function shapesOf(spec: ModelSpec): readonly LayerShape[] {
  if (spec.family !== 'cae' && spec.family !== 'ae') {
    throw new ConfigError(`It is of the family "${spec.family}"; this lab shows "cae" and "ae".`);
  }
  const shapes = shapesOfKnown(spec);
  const pixels = Number(spec.config['inputDim']);
  if (pixels === PIXELS) return shapes;
  throw new ConfigError(`Its images have ${pixels} pixels; this lab shows those of ${PIXELS}.`);
}

export const parts: KeepParts<CaeSide> = {
  families: ['cae', 'ae'],
  shapesOf,
  pytorch: pytorchSnippet,
  network: ({ name, view }) => ({ name, there: view.output !== null }),
  pictures: picturesOf,
  plots: plotsOf,
  curves,
};

/** Decoder means are called means, in files as on the page; maps are stretched from nothing to their largest number. */
function picturesOf({ view }: CaeSide): Picture[] {
  const { seen, output, rebuilt } = view;
  return [
    ...(seen && output
      ? [
          {
            name: 'x and its mean',
            pixels: Float32Array.of(...seen, ...output),
            columns: 2,
            gap: 2,
          },
        ]
      : []),
    ...(rebuilt ? [{ name: 'Ten means', pixels: rebuilt, columns: 5, gap: 2 }] : []),
  ];
}

function plotsOf(side: CaeSide): Plot[] {
  const series = curves(side)
    .filter(({ x }) => x.length > 0)
    .map(({ name, x, y }) => {
      const dashed = name.startsWith('held-out');
      return { name: dashed ? 'held out' : 'training', colour: '--dec', dashed, x, y };
    });
  if (series.length === 0) return [];
  return [{ kind: 'curves', title: 'Squared error', xName: 'updates', yName: 'per pixel', series }];
}

function curves({ traces, drawn }: CaeSide): Curve[] {
  return [
    { name: 'training', trace: traces.training },
    { name: 'held-out', trace: traces.heldOut },
  ].map(({ name, trace }) => ({
    name,
    unit: UNIT,
    x: drawn > 0 ? trace.x : [],
    y: drawn > 0 ? trace.y : [],
  }));
}
