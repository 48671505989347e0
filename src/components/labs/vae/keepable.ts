// What the panel "Keep" takes from one side of the VAE lab: the model in its slot, the pictures in sight, the curves.
// Read anew at every look: the getters are as reactive as what they read. Knows no markup.
import { aeShapes, parseAe } from '../../../lib/models/ae.config.ts';
import { ConfigError } from '../../../lib/models/dense.config.ts';
import { parseVae, vaeShapes } from '../../../lib/models/vae.config.ts';
import type { LayerShape, ModelSpec } from '../../../lib/protocol/model.ts';
import type { ModelFile } from '../../../lib/weights/model-file.ts';
import { bernoulliSample } from '../../../lib/metrics/arrays/draws.ts';
import { MANIFOLD_SIDE } from '../../../lib/metrics/arrays/plane.ts';
import { classNames, dataTitles, dimensionName } from '../shared/data-sets.ts';
import { PIXELS } from '../shared/gallery.ts';
import type { Curve, Keepable, KeepableModel } from '../shared/keep/keepable.ts';
import type { Picture } from '../shared/keep/picture.ts';
import type { Plot } from '../shared/keep/plot-svg.ts';
import { denseSnippet } from '../shared/keep/pytorch.ts';
import type { LabSession } from '../shared/lab-run.svelte.ts';
import type { Side } from './side.svelte.ts';
import { joined } from '../shared/slices.ts';
import { PRIOR_COUNT } from './view.svelte.ts';

const NATS = 'nats per image';

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

/** `side` is asked for at every look, since the dials may turn to another. */
export function keepableOf(
  connect: () => LabSession,
  side: () => Side,
  show: (file: ModelFile, name: string) => void,
): Keepable {
  return {
    families: ['vae', 'ae'],
    get model() {
      return modelOf(side());
    },
    weights: () => connect().request('weights', { slot: side().slot }),
    shapesOf,
    pytorch: denseSnippet,
    show,
    get pictures() {
      return picturesOf(side());
    },
    get plots() {
      return plotsOf(side());
    },
    get curves() {
      return curvesOf(side());
    },
    get stepsPerEpoch() {
      return side().run.report?.stepsPerEpoch;
    },
  };
}

function modelOf(side: Side): KeepableModel | null {
  const { run, view, spec, settings, sizes, family } = side;
  if (!view.weighted || !view.codes) return null;
  const data = dataTitles[side.dataSet];
  return {
    spec,
    settings,
    data,
    seed: run.seed,
    step: run.step,
    loss: run.loss,
    stem: run.model === '' ? `${family} ${sizes} ${data}` : run.model,
  };
}

/** Decoder means are called means, samples samples, in files as on the page. */
function picturesOf({ view }: Side): Picture[] {
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

function plotsOf(side: Side): Plot[] {
  const { view, dataSet, variational } = side;
  const { gallery, axes } = view;
  const curves = curvesOf(side);
  const lines = (title: string, quantity: string, colour: string): Plot[] => {
    const of = curves.filter(({ name, x }) => name.endsWith(quantity) && x.length > 0);
    const series = of.map(({ name, x, y }) => {
      const dashed = name.startsWith('held-out');
      return { name: dashed ? 'held out' : 'training', colour, dashed, x, y };
    });
    if (series.length === 0) return [];
    return [{ kind: 'curves', title, xName: 'updates', yName: NATS, series }];
  };
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
    ...lines('Reconstruction', 'reconstruction', '--dec'),
    ...lines('KL', 'KL', '--lat'),
    ...codes,
  ];
}

function curvesOf({ traces, variational, drawn }: Side): Curve[] {
  const kl = [
    { name: 'training KL', trace: traces.kl },
    { name: 'held-out KL', trace: traces.heldKl },
  ];
  return [
    { name: 'training reconstruction', trace: traces.reconstruction },
    { name: 'held-out reconstruction', trace: traces.heldReconstruction },
    ...(variational ? kl : []),
  ].map(({ name, trace }) => ({
    name,
    unit: NATS,
    // `drawn` tells of new points; the traces are not reactive themselves.
    x: drawn > 0 ? trace.x : [],
    y: drawn > 0 ? trace.y : [],
  }));
}
