// What the panel "Keep" takes from one side of the lab: its tensors, the pictures in sight, the curves. Knows no markup.
import { aeShapes, parseAe } from '../../../lib/models/ae.config.ts';
import { ConfigError } from '../../../lib/models/dense.config.ts';
import type { LayerShape, ModelSpec } from '../../../lib/protocol/model.ts';
import { PATH_LENGTH } from '../shared/autoencoder/sets.ts';
import { classNames } from '../shared/data-sets.ts';
import { curvesOf, linesOf, type KeepParts } from '../shared/instrument/keep.ts';
import type { Curve } from '../shared/keep/keepable.ts';
import type { Picture } from '../shared/keep/picture.ts';
import type { Plot } from '../shared/keep/plot-svg.ts';
import { denseSnippet } from '../shared/keep/pytorch.ts';
import { joined } from '../shared/slices.ts';
import { inputDimOf } from './network.ts';
import type { DenseSide } from './side.svelte.ts';
import { DRAWN } from './view.svelte.ts';

/** The tensors of a network that this lab can show. Throws ConfigError. */
export function shapesOf(spec: ModelSpec): readonly LayerShape[] {
  if (spec.family !== 'ae') {
    throw new ConfigError(`It is of the family "${spec.family}"; this lab shows "ae".`);
  }
  const config = parseAe(spec.config);
  const sizes = [inputDimOf('mnist'), inputDimOf('colour')];
  if (!sizes.includes(config.inputDim) || config.likelihood === 'bernoulli') {
    throw new ConfigError(
      `Its images have ${config.inputDim} numbers and its loss is ${config.likelihood}; this lab shows networks of ${sizes.join(' or ')} numbers.`,
    );
  }
  return aeShapes(config);
}

/** `colour` tells whether the reader's colour images are there, which a network of colour is shown on. */
export function partsOf(colour: () => boolean): KeepParts<DenseSide> {
  return {
    families: ['ae'],
    shapesOf: (spec) => {
      const shapes = shapesOf(spec);
      if (parseAe(spec.config).inputDim === inputDimOf('colour') && !colour()) {
        throw new ConfigError(
          'Its images are 32 × 32 in colour, and none are here. Drop a CIFAR-10 file under “Your data” first, then show it again.',
        );
      }
      return shapes;
    },
    pytorch: denseSnippet,
    network: ({ sizes, view }) => ({ name: `ae ${sizes}`, there: view.codes !== null }),
    pictures: picturesOf,
    plots: plotsOf,
    curves,
  };
}

function picturesOf({ view }: DenseSide): Picture[] {
  const { gallery, reconstructions, shape, size } = view;
  const ten = 10 * size;
  const sample = view.panels.get('sample');
  const path = view.panels.get('path');
  return [
    ...(gallery && reconstructions
      ? [
          {
            name: 'Images and reconstructions',
            pixels: joined([gallery.grey.subarray(0, ten), reconstructions.subarray(0, ten)]),
            columns: 10,
            gap: 2,
            shape,
          },
        ]
      : []),
    ...(sample ? [{ name: 'Decoded noise', pixels: sample, columns: DRAWN, gap: 2, shape }] : []),
    ...(path ? [{ name: 'Walk', pixels: path, columns: PATH_LENGTH, gap: 2, shape }] : []),
  ];
}

function plotsOf(side: DenseSide): Plot[] {
  const { view, dataSet } = side;
  const { gallery } = view;
  const codes: Plot[] = gallery
    ? [
        {
          kind: 'scatter',
          title: 'Codes on their principal plane',
          xName: 'first principal component, units of the code',
          yName: 'second principal component, units of the code',
          points: view.points,
          labels: gallery.labels,
          classNames: classNames[dataSet],
          extent: view.extent,
        },
      ]
    : [];
  return [...linesOf(curves(side), nameOf(side), nameOf(side), '--dec'), ...codes];
}

const nameOf = ({ squared }: DenseSide): string => (squared ? 'squared error' : 'cross-entropy');

function curves(side: DenseSide): Curve[] {
  const { traces, drawn, squared } = side;
  return curvesOf(
    [
      { name: `training ${nameOf(side)}`, trace: traces.training },
      { name: `held-out ${nameOf(side)}`, trace: traces.heldOut },
    ],
    drawn,
    squared ? 'per pixel' : undefined,
  );
}
