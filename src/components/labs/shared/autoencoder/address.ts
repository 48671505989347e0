// A plain autoencoder's lab as its address holds it: networks, dials, data, seed, panel, x and z, and what is compared.
// Knows no family and no address bar; a lab may add fields of its own.
import { dataSets, type LabModel } from '../data-sets.ts';
import {
  LARGEST_CODE,
  networkField,
  sameNetwork,
  type PresetNames,
} from '../instrument/address.ts';
import type { Instrument } from '../instrument/instrument.svelte.ts';
import type { AnyPreset } from '../instrument/network.ts';
import { FIRST_SEED, GALLERY_COUNT, MOST_SEED } from '../instrument/terms.ts';
import { choice, integer, number, numbers, optional } from '../share/fields.ts';
import type { StateOf } from '../share/state-codec.ts';
import { plainDials, type PlainSide } from './side.svelte.ts';

export interface PlainAddress<P extends AnyPreset, T extends string, A extends string> {
  readonly models: readonly LabModel[];
  readonly presets: PresetNames<P>;
  readonly tabs: readonly T[];
  readonly tab: T;
  readonly pairs: readonly A[];
  readonly pair: A;
}

export const BATCHES = [16, 32, 64, 128, 256, 512] as const;

/** What the address of every lab of a plain autoencoder holds. */
export function plainFields<P extends AnyPreset, T extends string, A extends string>({
  models,
  presets,
  tabs,
  tab,
  pairs,
  pair,
}: PlainAddress<P, T, A>) {
  const rate = number(plainDials.learningRate, { min: 1e-5, max: 0.1, decimals: 7 });
  const batch = integer(plainDials.batchSize, { min: BATCHES[0], max: 512 });
  return {
    /** Null for the first published model. */
    net: networkField(models, presets),
    /** Null for the network's own data. */
    data: optional(choice(dataSets, 'mnist')),
    seed: integer(FIRST_SEED, { min: 0, max: MOST_SEED }),
    rate,
    batch,
    tab: choice(tabs, tab),
    x: integer(0, { min: 0, max: GALLERY_COUNT - 1 }),
    /** Null at the code of x. */
    z: optional(numbers([], { min: -1000, max: 1000, most: LARGEST_CODE, single: true })),
    /** Null while nothing is compared; what ends in B is of the second network then. */
    beside: optional(choice(pairs, pair)),
    netB: networkField(models, presets),
    rateB: rate,
    batchB: batch,
  } as const;
}

export type PlainState<P extends AnyPreset, T extends string, A extends string> = StateOf<
  ReturnType<typeof plainFields<P, T, A>>
>;

type Lab<P extends AnyPreset, T extends string, A extends string> = Instrument<
  P,
  PlainSide<P>,
  T,
  A
>;

/** The lab as it is. Reactive: an effect that calls it runs again when any of it changes. */
export function plainState<P extends AnyPreset, T extends string, A extends string>(
  lab: Lab<P, T, A>,
): PlainState<P, T, A> {
  const { a, b, seed, tab } = lab;
  const { packed } = lab.data;
  const { view } = a;
  const [first] = lab.models;
  const isFirst = a.network.kind === 'published' && a.network.model === first;
  const beside = b ?? plainDials;
  return {
    net: isFirst ? null : a.network,
    data: a.network.kind === 'published' && a.network.model.dataSet === packed ? null : packed,
    seed,
    rate: a.learningRate,
    batch: a.batchSize,
    tab,
    x: Math.max(0, view.x?.index ?? 0), // a drawing does not fit into an address
    z: view.put ? [...view.put] : null,
    beside: b ? lab.arrangement : null,
    netB: b ? b.network : null,
    rateB: beside.learningRate,
    batchB: beside.batchSize,
  };
}

/** Puts a state into the lab. A live run is thrown away for another network with the reader's consent only. */
export function adoptPlain<P extends AnyPreset, T extends string, A extends string>(
  lab: Lab<P, T, A>,
  state: PlainState<P, T, A>,
  presets: PresetNames<P>,
): void {
  const [first] = lab.models;
  const network = state.net ?? (first ? { kind: 'published', model: first } : lab.a.network);
  const own = network.kind === 'published' ? network.model.dataSet : 'mnist';
  lab.seed = state.seed;
  lab.a.set({ learningRate: state.rate, batchSize: state.batch });
  lab.take({
    network,
    same: sameNetwork(network, lab.a.network, presets),
    dataSet: state.data ?? own,
    x: state.x,
    axes: null,
    z: state.z,
  });
  lab.show(state.tab);
  void adoptBeside(lab, state, presets);
}

async function adoptBeside<P extends AnyPreset, T extends string, A extends string>(
  lab: Lab<P, T, A>,
  { beside, rateB, batchB, netB }: PlainState<P, T, A>,
  presets: PresetNames<P>,
): Promise<void> {
  await lab.started;
  if (beside === null) {
    if (lab.b) await lab.stopComparing();
    return;
  }
  await lab.compare(beside);
  const { b } = lab;
  if (!b) return;
  b.set({ learningRate: rateB, batchSize: batchB });
  if (netB && !sameNetwork(netB, b.network, presets)) lab.choose(b, netB);
}
