// What the panel "Keep" takes from one side of the hierarchical lab: its tensors, the pictures in sight, the curves.
// Knows no markup.
import { ConfigError } from '../../../lib/models/dense.config.ts';
import { hvaeShapes, parseHvae } from '../../../lib/models/hvae.config.ts';
import { parseVae, vaeShapes } from '../../../lib/models/vae.config.ts';
import { MANIFOLD_SIDE } from '../../../lib/metrics/arrays/plane.ts';
import type { LayerShape, ModelSpec } from '../../../lib/protocol/model.ts';
import { classNames, dimensionName } from '../shared/data-sets.ts';
import { PIXELS } from '../shared/gallery.ts';
import { curvesOf, linesOf, type KeepParts } from '../shared/instrument/keep.ts';
import type { Curve } from '../shared/keep/keepable.ts';
import type { Picture } from '../shared/keep/picture.ts';
import type { Plot } from '../shared/keep/plot-svg.ts';
import { pytorchSnippet } from '../shared/keep/pytorch.ts';
import { levelName } from './levels.ts';
import { SAMPLES } from './descents.ts';
import type { LevelSide } from './side.svelte.ts';

/** The tensors of a network that this lab can show. Throws ConfigError. */
export function shapesOf({ family, config }: ModelSpec): readonly LayerShape[] {
  if (family === 'hvae') {
    const parsed = parseHvae(config);
    checkPixels(parsed.inputDim);
    return hvaeShapes(parsed);
  }
  if (family === 'vae') {
    const parsed = parseVae(config);
    checkPixels(parsed.inputDim);
    return vaeShapes(parsed);
  }
  throw new ConfigError(`It is of the family "${family}"; this lab shows "hvae" and "vae".`);
}

function checkPixels(inputDim: number): void {
  if (inputDim === PIXELS) return;
  throw new ConfigError(`Its images have ${inputDim} pixels; this lab shows those of ${PIXELS}.`);
}

export const parts: KeepParts<LevelSide> = {
  families: ['hvae', 'vae'],
  shapesOf,
  pytorch: pytorchSnippet,
  network: ({ hierarchical, sizes, view }) => ({
    name: `${hierarchical ? 'hvae' : 'vae'} ${sizes}`,
    there: view.codes !== null,
  }),
  pictures: picturesOf,
  plots: plotsOf,
  curves,
};

/** Decoder means are called means, in files as on the page. */
function picturesOf({ view }: LevelSide): Picture[] {
  const { samples, manifold, mixed, levels } = view;
  return [
    ...(samples
      ? [{ name: 'Sixteen means', pixels: samples.means, columns: SAMPLES.columns, gap: 2 }]
      : []),
    ...(manifold
      ? [{ name: 'Plane of means of the top level', pixels: manifold, columns: MANIFOLD_SIDE }]
      : []),
    ...(mixed
      ? [{ name: 'Mixtures', pixels: mixed, columns: 2 ** Math.ceil(levels / 2), gap: 2 }]
      : []),
  ];
}

function plotsOf(side: LevelSide): Plot[] {
  const { view, dataSet, spans } = side;
  const { gallery, axes } = view;
  const drawn = curves(side);
  const top = levelName(spans.length - 1, spans.length);
  const [from] = view.top;
  const inUnits = (dimension: number): string =>
    `${dimensionName(dimension - from)} of ${top}, standard deviations of the prior`;
  const codes: Plot[] = gallery
    ? [
        {
          kind: 'scatter',
          title: `Codes of ${top}`,
          xName: inUnits(axes[0]),
          yName: inUnits(axes[1]),
          points: view.points,
          labels: gallery.labels,
          classNames: classNames[dataSet],
          extent: view.extent,
        },
      ]
    : [];
  return [
    ...linesOf(drawn, 'Reconstruction', 'reconstruction', '--dec'),
    ...linesOf(drawn, 'KL', ' KL', '--lat'),
    ...codes,
  ];
}

function curves({ terms, byLevel, spans, drawn }: LevelSide): Curve[] {
  // From the top down, as the lab draws them.
  const levels = spans
    .slice(0, byLevel.length)
    .map((_, level) => ({
      name: `held-out KL of ${levelName(level, spans.length)}`,
      trace: byLevel[level]!,
    }))
    .reverse();
  return curvesOf(
    [
      { name: 'training reconstruction', trace: terms.reconstruction },
      { name: 'held-out reconstruction', trace: terms.heldReconstruction },
      { name: 'training KL', trace: terms.kl },
      { name: 'held-out KL', trace: terms.heldKl },
      ...levels,
    ],
    drawn,
  );
}
