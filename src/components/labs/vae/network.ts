// The networks that the VAE lab shows: published weights, sizes to be trained from nothing, a reader's own. Pure.
import { aeSpec } from '../../../lib/models/ae.config.ts';
import { vaePresets, vaeSpec, type VaePreset } from '../../../lib/models/vae.config.ts';
import type { Checkpoint } from '../../../lib/protocol/messages.ts';
import type { ModelSpec, Settings } from '../../../lib/protocol/model.ts';
import type { ModelFile } from '../../../lib/weights/model-file.ts';
import { dataSets, dataTitles, type DataSet, type LabModel } from '../shared/data-sets.ts';

export type FamilyName = 'vae' | 'ae';

/** What is in a slot or will be. */
export type Network =
  | { readonly kind: 'published'; readonly model: LabModel }
  | { readonly kind: 'preset'; readonly preset: VaePreset; readonly family: FamilyName }
  /** What the reader has kept, or brought as a file. */
  | {
      readonly kind: 'own';
      readonly name: string;
      readonly checkpoint: Checkpoint;
      /** The dials that it was trained with. */
      readonly settings: Settings;
      /** What it was trained on, where the lab has it. */
      readonly dataSet: DataSet | undefined;
    };

/** A model that the reader has kept, or brought as a file. */
export function ownNetwork(
  { spec, seed, step, data, settings, loss, bytes }: ModelFile,
  name: string,
): Network {
  return {
    kind: 'own',
    name,
    checkpoint: {
      spec,
      seed,
      step,
      bytes: bytes.slice().buffer,
      ...(loss === null ? {} : { objective: loss }),
    },
    settings,
    dataSet: dataSets.find((set) => dataTitles[set] === data),
  };
}

/** The data that a network was trained on, where that is known. */
export function dataSetOf(network: Network): DataSet | undefined {
  switch (network.kind) {
    case 'published':
      return network.model.dataSet;
    case 'own':
      return network.dataSet;
    case 'preset':
      return undefined;
  }
}

export function sameNetwork(one: Network, other: Network): boolean {
  if (one.kind === 'published' && other.kind === 'published') return one.model === other.model;
  if (one.kind === 'preset' && other.kind === 'preset') {
    return one.preset === other.preset && one.family === other.family;
  }
  return one === other;
}

export function specOf(network: Network): ModelSpec {
  if (network.kind === 'published') return network.model.spec;
  if (network.kind === 'own') return network.checkpoint.spec;
  const config = vaePresets[network.preset];
  return network.family === 'vae' ? vaeSpec(config) : aeSpec(config);
}

/** The widths from the pixels to the code, such as 784-256-2. */
export function sizesOf({ config }: ModelSpec): string {
  return [config['inputDim'], config['hidden'], config['latentDim']].flat().map(String).join('-');
}

/** Published weights for these where there are some, else the sizes alone. */
export function networkFor(
  models: readonly LabModel[],
  { dataSet, latentDim, family }: { dataSet: DataSet; latentDim: number; family: FamilyName },
): Network {
  const model = models.find(
    (candidate) =>
      candidate.dataSet === dataSet &&
      candidate.latentDim === latentDim &&
      candidate.spec.family === family,
  );
  if (model) return { kind: 'published', model };
  return { kind: 'preset', preset: latentDim === 2 ? '784-256-2' : '784-400-20', family };
}
