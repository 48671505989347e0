// The lab's state as its address holds it: what every lab of a plain autoencoder's does.
import { adoptPlain, plainFields, plainState } from '../shared/autoencoder/address.ts';
import { stateCodec, type StateCodec, type StateOf } from '../shared/share/state-codec.ts';
import { arrangementNames } from './arrangements.ts';
import type { DenseLab } from './lab.svelte.ts';
import { networkFor, presetNames, resized, type Network } from './network.ts';
import { tabNames } from './tabs.ts';

function fieldsOf({ models }: DenseLab) {
  return plainFields({
    models,
    presets: presetNames,
    tabs: tabNames,
    tab: 'pictures',
    pairs: arrangementNames,
    pair: 'code',
  });
}

export type DenseState = StateOf<ReturnType<typeof fieldsOf>>;

export function codecOf(lab: DenseLab): StateCodec<DenseState> {
  return stateCodec('fully-connected', 1, fieldsOf(lab));
}

/**
 * The lab as it is. Reactive: an effect that calls it runs again when any of it changes. No address holds the reader's
 * colour images: it keeps the dials, with the same networks of grey images.
 */
export function stateOf(lab: DenseLab): DenseState {
  const state = plainState(lab);
  if (lab.dataSet !== 'colour') return state;
  const grey = (network: Network | null): Network | null =>
    network?.kind === 'preset'
      ? networkFor(lab.models, resized(network.config, lab.data.packed), lab.data.packed)
      : network;
  const net = grey(state.net);
  const first = net?.kind === 'published' && net.model === lab.models[0];
  return { ...state, net: first ? null : net, x: 0, z: null, netB: grey(state.netB) };
}

/** Puts a state into the lab. A live run is thrown away for another network with the reader's consent only. */
export function adopt(lab: DenseLab, state: DenseState): void {
  adoptPlain(lab, state, presetNames);
}
