// The lab's state as its address holds it: networks, dials, data, seed, panel, x and z, and what is compared.
// Reads a state off the lab and puts one into it; knows no address bar.
import { dataSets } from '../shared/data-sets.ts';
import { FIRST_SEED, GALLERY_COUNT, MOST_SEED } from '../shared/instrument/terms.ts';
import { choice, integer, number, numbers, optional, type Field } from '../shared/share/fields.ts';
import { stateCodec, type StateCodec, type StateOf } from '../shared/share/state-codec.ts';
import { arrangementNames } from './arrangements.ts';
import { cured } from './dials.ts';
import type { HierarchicalLab } from './lab.svelte.ts';
import { preset, presetNames, sameNetwork, type Network } from './network.ts';
import { tabNames } from './tabs.ts';

/** Dimensions of the largest row of codes. */
const LARGEST_CODE = 200;

/** A network by name: the id of a published model, or a preset. */
function networkField(lab: HierarchicalLab): Field<Network | null> {
  const ids = lab.models.map(({ id }) => id);
  return {
    fallback: null,
    expects: `one of ${[...ids, ...presetNames].join(', ')}`,
    parse: (text) => {
      const model = lab.models.find(({ id }) => id === text);
      if (model) return { kind: 'published', model };
      const name = presetNames.find((each) => each === text);
      return name && preset(name);
    },
    print: (network) => {
      switch (network?.kind) {
        case 'published':
          return network.model.id;
        case 'preset':
          return network.preset;
        default:
          return ''; // a reader's own weights do not fit into an address
      }
    },
  };
}

const dials = {
  beta: number(cured.beta, { min: 0, max: 4, decimals: 2 }),
  rate: number(cured.learningRate, { min: 1e-5, max: 0.1, decimals: 7 }),
  warmup: integer(cured.warmupSteps, { min: 0, max: 5000 }),
  free: number(cured.freeBits, { min: 0, max: 4, decimals: 3 }),
} as const;

function fieldsOf(lab: HierarchicalLab) {
  return {
    /** Null for the first published model. */
    net: networkField(lab),
    /** Null for the network's own data. */
    data: optional(choice(dataSets, 'mnist')),
    seed: integer(FIRST_SEED, { min: 0, max: MOST_SEED }),
    ...dials,
    tab: choice(tabNames, 'levels'),
    x: integer(0, { min: 0, max: GALLERY_COUNT - 1 }),
    /** Null for the two that say most. */
    axes: optional(numbers([], { min: 0, max: LARGEST_CODE - 1, most: 2, whole: true })),
    /** Null at the code of x. */
    z: optional(numbers([], { min: -1000, max: 1000, most: LARGEST_CODE, single: true })),
    /** Levels held from the top, and the draw of the sixteen. */
    held: integer(0, { min: 0, max: 5 }),
    draw: integer(0, { min: 0, max: MOST_SEED }),
    /** Null while nothing is compared; what ends in B is of the second network then. */
    beside: optional(choice(arrangementNames, 'plain')),
    netB: networkField(lab),
    betaB: dials.beta,
    rateB: dials.rate,
    warmupB: dials.warmup,
    freeB: dials.free,
  } as const;
}

export type LevelState = StateOf<ReturnType<typeof fieldsOf>>;

export function codecOf(lab: HierarchicalLab): StateCodec<LevelState> {
  return stateCodec('hierarchical-vae', 1, fieldsOf(lab));
}

/** The lab as it is. Reactive: an effect that calls it runs again when any of it changes. */
export function stateOf(lab: HierarchicalLab): LevelState {
  const { a, b, dataSet, seed, tab } = lab;
  const { view } = a;
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
    x: Math.max(0, view.x?.index ?? 0), // a drawing does not fit into an address
    axes: view.axesChosen ? view.axes : null,
    z: view.put ? [...view.put] : null,
    held: view.held,
    draw: view.seed,
    beside: b ? lab.arrangement : null,
    netB: b ? b.network : null,
    betaB: b?.beta ?? cured.beta,
    rateB: b?.learningRate ?? cured.learningRate,
    warmupB: b?.warmupSteps ?? cured.warmupSteps,
    freeB: b?.freeBits ?? cured.freeBits,
  };
}

/** Puts a state into the lab. A live run is thrown away for another network with the reader's consent only. */
export function adopt(lab: HierarchicalLab, state: LevelState): void {
  const [first] = lab.models;
  const network = state.net ?? (first ? { kind: 'published', model: first } : lab.a.network);
  const own = network.kind === 'published' ? network.model.dataSet : 'mnist';
  const { seed, beta, rate, warmup, free, tab, x, z, held, draw } = state;
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
  lab.show(tab);
  void adoptLater(lab, state, held, draw);
}

async function adoptLater(
  lab: HierarchicalLab,
  state: LevelState,
  held: number,
  draw: number,
): Promise<void> {
  await lab.started;
  lab.a.view.drawAgain(draw);
  lab.a.view.hold(held);
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
