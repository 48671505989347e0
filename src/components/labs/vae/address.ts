// The VAE lab's state as its address holds it: networks, dials, data, seed, panel, x, and what is compared.
// Reads a state off the lab and puts one into it; knows no address bar.
import { vaeDefaults, vaePresets } from '../../../lib/models/vae.config.ts';
import { dataSets } from '../shared/data-sets.ts';
import { choice, integer, number, numbers, optional, type Field } from '../shared/share/fields.ts';
import { stateCodec, type StateCodec, type StateOf } from '../shared/share/state-codec.ts';
import type { Arrangement } from './arrangements.ts';
import { FIRST_SEED, GALLERY_COUNT, MOST_SEED } from '../shared/instrument/terms.ts';
import type { VaeLab } from './lab.svelte.ts';
import { sameNetwork, type Network } from './network.ts';
import { tabNames } from './tabs.ts';

/** Dimensions of the largest preset's code. */
const LARGEST_CODE = 200;

const arrangementNames: readonly Arrangement[] = ['ae-vae', 'beta', 'warm-up', 'same'];

const isPreset = (name: string | undefined): name is keyof typeof vaePresets =>
  name !== undefined && name in vaePresets;

/** A network by name: the id of a published model, or a preset's sizes with the family before them. */
function networkField(lab: VaeLab): Field<Network | null> {
  const presets = Object.keys(vaePresets);
  return {
    fallback: null,
    expects: `a published model (${lab.models.map(({ id }) => id).join(', ')}) or vae or ae before ${presets.join(', ')}`,
    parse: (text) => {
      const model = lab.models.find(({ id }) => id === text);
      if (model) return { kind: 'published', model };
      const [, family, preset] = /^(vae|ae)-(784-.*)$/.exec(text) ?? [];
      if (!isPreset(preset)) return undefined;
      return { kind: 'preset', preset, family: family === 'ae' ? 'ae' : 'vae' };
    },
    print: (network) => {
      switch (network?.kind) {
        case 'published':
          return network.model.id;
        case 'preset':
          return `${network.family}-${network.preset}`;
        default:
          return ''; // a reader's own weights do not fit into an address
      }
    },
  };
}

const dials = {
  beta: number(vaeDefaults.beta, { min: 0, max: 100, decimals: 4 }),
  rate: number(vaeDefaults.learningRate, { min: 1e-5, max: 0.1, decimals: 7 }),
  warmup: integer(vaeDefaults.warmupSteps, { min: 0, max: 2000 }),
  free: number(vaeDefaults.freeBits, { min: 0, max: 2, decimals: 3 }),
} as const;

function fieldsOf(lab: VaeLab) {
  return {
    /** Null for the first published model. */
    net: networkField(lab),
    /** Null for the network's own data. */
    data: optional(choice(dataSets, 'mnist')),
    seed: integer(FIRST_SEED, { min: 0, max: MOST_SEED }),
    ...dials,
    tab: choice(tabNames, 'curves'),
    x: integer(0, { min: 0, max: GALLERY_COUNT - 1 }),
    /** Null for the two that say most. */
    axes: optional(numbers([], { min: 0, max: LARGEST_CODE - 1, most: 2, whole: true })),
    /** Null at μ of x. */
    z: optional(numbers([], { min: -1000, max: 1000, most: LARGEST_CODE, single: true })),
    /** Null while nothing is compared; what ends in B is of the second network then. */
    beside: optional(choice(arrangementNames, 'ae-vae')),
    netB: networkField(lab),
    betaB: dials.beta,
    rateB: dials.rate,
    warmupB: dials.warmup,
    freeB: dials.free,
  } as const;
}

export type VaeState = StateOf<ReturnType<typeof fieldsOf>>;

export function codecOf(lab: VaeLab): StateCodec<VaeState> {
  return stateCodec('vae', 1, fieldsOf(lab));
}

/** The lab as it is. Reactive: an effect that calls it runs again when any of it changes. */
export function stateOf(lab: VaeLab): VaeState {
  const { a, b, dataSet, seed, tab } = lab;
  const [first] = lab.models;
  const isFirst = a.network.kind === 'published' && a.network.model === first;
  return {
    net: isFirst ? null : a.network,
    data: a.network.kind === 'published' && a.network.model.dataSet === dataSet ? null : dataSet,
    seed,
    beta: a.beta,
    rate: a.learningRate,
    warmup: a.warmupSteps,
    free: a.freeBits,
    tab,
    x: Math.max(0, a.view.x?.index ?? 0), // a drawing does not fit into an address
    axes: a.view.axesChosen ? a.view.axes : null,
    z: a.view.held ? [...a.view.held] : null,
    beside: b ? lab.arrangement : null,
    netB: b ? b.network : null,
    betaB: b?.beta ?? vaeDefaults.beta,
    rateB: b?.learningRate ?? vaeDefaults.learningRate,
    warmupB: b?.warmupSteps ?? vaeDefaults.warmupSteps,
    freeB: b?.freeBits ?? vaeDefaults.freeBits,
  };
}

/** Puts a state into the lab. A live run is thrown away for another network with the reader's consent only. */
export function adopt(lab: VaeLab, state: VaeState): void {
  const [first] = lab.models;
  const network = state.net ?? (first ? { kind: 'published', model: first } : lab.a.network);
  const own = network.kind === 'published' ? network.model.dataSet : 'mnist';
  const { seed, beta, rate, warmup, free, tab, x, z } = state;
  const [across, up] = state.axes ?? [];
  const axes = across !== undefined && up !== undefined ? ([across, up] as const) : null;
  lab.seed = seed;
  lab.a.set({ beta, learningRate: rate, warmupSteps: warmup, freeBits: free });
  lab.take({
    network,
    same: sameNetwork(network, lab.a.network),
    dataSet: state.data ?? own,
    x,
    axes,
    z,
  });
  lab.show(tab === 'kl' && state.beside === null ? 'curves' : tab);
  void adoptBeside(lab, state);
}

async function adoptBeside(lab: VaeLab, state: VaeState): Promise<void> {
  await lab.started;
  if (state.beside === null) {
    if (lab.b) await lab.stopComparing();
    return;
  }
  await lab.compare(state.beside);
  const { b } = lab;
  if (!b) return;
  const { betaB, rateB, warmupB, freeB, netB } = state;
  b.set({ beta: betaB, learningRate: rateB, warmupSteps: warmupB, freeBits: freeB });
  if (netB && !sameNetwork(netB, b.network)) lab.choose(b, netB);
}
