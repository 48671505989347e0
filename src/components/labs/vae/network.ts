// The networks that the VAE lab shows: published weights, sizes to be trained from nothing, a reader's own. Pure.
import { aeSpec } from '../../../lib/models/ae.config.ts';
import { vaePresets, vaeSpec, type VaePreset } from '../../../lib/models/vae.config.ts';
import type { ModelSpec } from '../../../lib/protocol/model.ts';
import type { DataSet, LabModel } from '../shared/data-sets.ts';
import type { NetworkOf } from '../shared/instrument/network.ts';

export type FamilyName = 'vae' | 'ae';

export interface Preset {
  readonly kind: 'preset';
  readonly preset: VaePreset;
  readonly family: FamilyName;
}

/** What is in a slot or will be. */
export type Network = NetworkOf<Preset>;

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
