// What the panel "Keep" takes from one side of the lab: the model in its slot, the pictures in sight, the curve.
// Knows no markup.
import { aeShapes } from '../../../lib/models/ae.config.ts';
import type { LayerShape, ModelSpec } from '../../../lib/protocol/model.ts';
import type { Curve } from '../shared/keep/keepable.ts';
import type { Picture } from '../shared/keep/picture.ts';
import type { Plot } from '../shared/keep/plot-svg.ts';
import { denseSnippet } from '../shared/keep/pytorch.ts';
import type { KeepParts } from '../shared/instrument/keep.ts';
import { joined } from '../shared/slices.ts';
import { configOf } from './network.ts';
import type { UnitSide } from './side.svelte.ts';

const UNIT = 'squared grey per pixel';

/** The tensors of a network that this lab can show. Throws ConfigError. */
export function shapesOf(spec: ModelSpec): readonly LayerShape[] {
  return aeShapes(configOf(spec));
}

export const parts: KeepParts<UnitSide> = {
  families: ['ae'],
  shapesOf,
  pytorch: denseSnippet,
  network: ({ sizes, view }) => ({ name: `ae ${sizes}`, there: view.code !== null }),
  pictures: picturesOf,
  plots: plotsOf,
  curves,
};

function picturesOf({ view }: UnitSide): Picture[] {
  const { ink, picture, without, ten } = view;
  return [
    ...(ink && picture
      ? [{ name: 'x and its reconstruction', pixels: joined([ink, picture]), columns: 2, gap: 2 }]
      : []),
    ...(without && without.length > 0
      ? [{ name: 'Without each unit', pixels: without, columns: 8, gap: 2 }]
      : []),
    ...(ten ? [{ name: 'Ten images', pixels: ten, columns: 10, gap: 2 }] : []),
  ];
}

function curves({ traces, drawn }: UnitSide): Curve[] {
  return [
    { name: 'training error', trace: traces.training },
    { name: 'held-out error', trace: traces.heldOut },
  ].map(({ name, trace }) => ({
    name,
    unit: UNIT,
    x: drawn > 0 ? trace.x : [],
    y: drawn > 0 ? trace.y : [],
  }));
}

function plotsOf(side: UnitSide): Plot[] {
  const series = curves(side)
    .filter(({ x }) => x.length > 0)
    .map(({ name, x, y }) => {
      const dashed = name.startsWith('held-out');
      return { name: dashed ? 'held out' : 'training', colour: '--dec', dashed, x, y };
    });
  if (series.length === 0) return [];
  return [{ kind: 'curves', title: 'Error', xName: 'updates', yName: UNIT, series }];
}
