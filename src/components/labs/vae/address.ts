// The VAE lab's state as its address holds it: what every instrument's does, with this lab's presets, dials and panels.
import { vaeDefaults, vaePresets } from '../../../lib/models/vae.config.ts';
import {
  adoptInstrument,
  instrumentFields,
  instrumentState,
  type PresetNames,
} from '../shared/instrument/address.ts';
import { stateCodec, type StateCodec, type StateOf } from '../shared/share/state-codec.ts';
import type { Arrangement } from './arrangements.ts';
import type { VaeLab } from './lab.svelte.ts';
import type { Preset } from './network.ts';
import { tabNames } from './tabs.ts';

const arrangementNames: readonly Arrangement[] = ['ae-vae', 'beta', 'warm-up', 'same'];

const isPreset = (name: string | undefined): name is keyof typeof vaePresets =>
  name !== undefined && name in vaePresets;

/** A preset's sizes with the family before them. */
const presets: PresetNames<Preset> = {
  expects: `vae or ae before ${Object.keys(vaePresets).join(', ')}`,
  parse: (text) => {
    const [, family, preset] = /^(vae|ae)-(784-.*)$/.exec(text) ?? [];
    if (!isPreset(preset)) return undefined;
    return { kind: 'preset', preset, family: family === 'ae' ? 'ae' : 'vae' };
  },
  print: ({ family, preset }) => `${family}-${preset}`,
};

function fieldsOf({ models }: VaeLab) {
  return instrumentFields({
    models,
    presets,
    dials: vaeDefaults,
    most: { beta: 100, warmupSteps: 2000, freeBits: 2 },
    tabs: tabNames,
    tab: 'curves',
    pairs: arrangementNames,
    pair: 'ae-vae',
  });
}

export type VaeState = StateOf<ReturnType<typeof fieldsOf>>;

export function codecOf(lab: VaeLab): StateCodec<VaeState> {
  return stateCodec('vae', 1, fieldsOf(lab));
}

/** The lab as it is. Reactive: an effect that calls it runs again when any of it changes. */
export function stateOf(lab: VaeLab): VaeState {
  return instrumentState(lab, vaeDefaults);
}

/** Puts a state into the lab. A live run is thrown away for another network with the reader's consent only. */
export function adopt(lab: VaeLab, state: VaeState): void {
  // The gauges of two networks need two.
  const tab = state.tab === 'kl' && state.beside === null ? 'curves' : state.tab;
  adoptInstrument(lab, { ...state, tab }, presets);
}
