// What the panel "Keep" takes from one side of the VAE lab: the model in its slot, the pictures in sight, the curves.
// Knows no markup.
import { aeShapes, parseAe } from '../../../lib/models/ae.config.ts';
import { ConfigError } from '../../../lib/models/dense.config.ts';
import { parseVae, vaeShapes } from '../../../lib/models/vae.config.ts';
import type { LayerShape, ModelSpec } from '../../../lib/protocol/model.ts';
import { bernoulliSample } from '../../../lib/metrics/arrays/draws.ts';
import { MANIFOLD_SIDE } from '../../../lib/metrics/arrays/plane.ts';
import { classNames, dimensionName } from '../shared/data-sets.ts';
import { PIXELS } from '../shared/gallery.ts';
import type { Curve } from '../shared/keep/keepable.ts';
import type { Picture } from '../shared/keep/picture.ts';
import type { Plot } from '../shared/keep/plot-svg.ts';
import { denseSnippet } from '../shared/keep/pytorch.ts';
import { curvesOf, linesOf, type KeepParts } from '../shared/instrument/keep.ts';
import type { VaeSide } from './side.svelte.ts';
import { joined } from '../shared/slices.ts';
import { PRIOR_COUNT } from './view.svelte.ts';

/** The tensors of a network that this lab can show. Throws ConfigError. */
export function shapesOf(spec: ModelSpec): readonly LayerShape[] {
  if (spec.family !== 'ae' && spec.family !== 'vae') {
    throw new ConfigError(`It is of the family "${spec.family}"; this lab shows "vae" and "ae".`);
  }
  const config = spec.family === 'ae' ? parseAe(spec.config) : parseVae(spec.config);
  if (config.inputDim !== PIXELS || config.likelihood !== 'bernoulli') {
    throw new ConfigError(
      `Its images have ${config.inputDim} pixels and a ${config.likelihood} likelihood; this lab shows networks of ${PIXELS} pixels, bernoulli.`,
    );
  }
  return spec.family === 'ae' ? aeShapes(config) : vaeShapes(config);
}

export const parts: KeepParts<VaeSide> = {
  families: ['vae', 'ae'],
  shapesOf,
  pytorch: denseSnippet,
  network: ({ family, sizes, view }) => ({
    name: `${family} ${sizes}`,
    there: view.codes !== null,
  }),
  pictures: picturesOf,
  plots: plotsOf,
  curves,
};

/** Decoder means are called means, samples samples, in files as on the page. */
function picturesOf({ view }: VaeSide): Picture[] {
  const { x, means, sample, manifold } = view;
  const three = [x?.binary, means, sample].flatMap((image) => (image ? [image] : []));
  const prior = view.panel === 'prior' ? view.panels.get('prior') : undefined;
  return [
    ...(three.length === 3
      ? [{ name: 'x, mean, sample', pixels: joined(three), columns: 3, gap: 2 }]
      : []),
    ...(manifold ? [{ name: 'Plane of means', pixels: manifold, columns: MANIFOLD_SIDE }] : []),
    ...(prior
      ? [
          {
            name: 'Prior',
            pixels: joined([prior, bernoulliSample(prior, view.priorDraw)]),
            columns: PRIOR_COUNT,
            gap: 2,
          },
        ]
      : []),
  ];
}

function plotsOf(side: VaeSide): Plot[] {
  const { view, dataSet, variational } = side;
  const { gallery, axes } = view;
  const drawn = curves(side);
  // The prior has unit variance; an autoencoder's code has units of its own.
  const unit = variational ? 'standard deviations of the prior' : 'units of the code';
  const inUnits = (dimension: number): string => `${dimensionName(dimension)}, ${unit}`;
  const codes: Plot[] = gallery
    ? [
        {
          kind: 'scatter',
          title: 'Codes',
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
    ...linesOf(drawn, 'KL', 'KL', '--lat'),
    ...codes,
  ];
}

function curves({ terms, variational, drawn }: VaeSide): Curve[] {
  const kl = [
    { name: 'training KL', trace: terms.kl },
    { name: 'held-out KL', trace: terms.heldKl },
  ];
  const reconstruction = [
    { name: 'training reconstruction', trace: terms.reconstruction },
    { name: 'held-out reconstruction', trace: terms.heldReconstruction },
  ];
  return curvesOf([...reconstruction, ...(variational ? kl : [])], drawn);
}
