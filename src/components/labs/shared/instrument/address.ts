// An instrument's state as its address holds it: networks, dials, data, seed, panel, x and z, and what is compared.
// Reads a state off a lab and puts one into it; knows no family and no address bar.
import { dataSets, type LabModel } from '../data-sets.ts';
import { choice, integer, number, numbers, optional, type Field } from '../share/fields.ts';
import type { StateOf } from '../share/state-codec.ts';
import type { Dials, ElboSide } from './elbo-side.svelte.ts';
import type { Instrument } from './instrument.svelte.ts';
import type { AnyPreset, NetworkOf } from './network.ts';
import { FIRST_SEED, GALLERY_COUNT, MOST_SEED } from './terms.ts';

/** Dimensions of the largest code that an address names. */
export const LARGEST_CODE = 200;

/** A lab's presets by the names that stand in an address. */
export interface PresetNames<P extends AnyPreset> {
  /** What may stand there, in words. */
  readonly expects: string;
  readonly parse: (text: string) => P | undefined;
  readonly print: (preset: P) => string;
}

/** What a lab says of its own address. */
export interface AddressOptions<P extends AnyPreset, T extends string, A extends string> {
  readonly models: readonly LabModel[];
  readonly presets: PresetNames<P>;
  /** Where the dials stand at first, and the largest of each. */
  readonly dials: Dials;
  readonly most: Omit<Dials, 'learningRate'>;
  readonly tabs: readonly T[];
  readonly tab: T;
  readonly pairs: readonly A[];
  readonly pair: A;
}

/** The id of a published model or a preset's name; a reader's own weights do not fit into an address. */
function nameOf<P extends AnyPreset>(
  network: NetworkOf<P> | null,
  presets: PresetNames<P>,
): string {
  if (network === null || network.kind === 'own') return '';
  return network.kind === 'published' ? network.model.id : presets.print(network);
}

/** Whether two networks are one by name; a reader's own is only itself. */
export function sameNetwork<P extends AnyPreset>(
  one: NetworkOf<P>,
  other: NetworkOf<P>,
  presets: PresetNames<P>,
): boolean {
  const name = nameOf(one, presets);
  return one === other || (name !== '' && name === nameOf(other, presets));
}

export function networkField<P extends AnyPreset>(
  models: readonly LabModel[],
  presets: PresetNames<P>,
): Field<NetworkOf<P> | null> {
  return {
    fallback: null,
    expects: `a published model (${models.map(({ id }) => id).join(', ')}) or ${presets.expects}`,
    parse: (text) => {
      const model = models.find(({ id }) => id === text);
      return model ? { kind: 'published', model } : presets.parse(text);
    },
    print: (network) => nameOf(network, presets),
  };
}

/** What every instrument's address holds; a lab may add fields of its own. */
export function instrumentFields<P extends AnyPreset, T extends string, A extends string>({
  models,
  presets,
  dials: { beta, learningRate, warmupSteps, freeBits },
  most,
  tabs,
  tab,
  pairs,
  pair,
}: AddressOptions<P, T, A>) {
  const dials = {
    beta: number(beta, { min: 0, max: most.beta, decimals: 4 }),
    rate: number(learningRate, { min: 1e-5, max: 0.1, decimals: 7 }),
    warmup: integer(warmupSteps, { min: 0, max: most.warmupSteps }),
    free: number(freeBits, { min: 0, max: most.freeBits, decimals: 3 }),
  } as const;
  return {
    /** Null for the first published model. */
    net: networkField(models, presets),
    /** Null for the network's own data. */
    data: optional(choice(dataSets, 'mnist')),
    seed: integer(FIRST_SEED, { min: 0, max: MOST_SEED }),
    ...dials,
    tab: choice(tabs, tab),
    x: integer(0, { min: 0, max: GALLERY_COUNT - 1 }),
    /** Null for the two that say most. */
    axes: optional(numbers([], { min: 0, max: LARGEST_CODE - 1, most: 2, whole: true })),
    /** Null at the code of x. */
    z: optional(numbers([], { min: -1000, max: 1000, most: LARGEST_CODE, single: true })),
    /** Null while nothing is compared; what ends in B is of the second network then. */
    beside: optional(choice(pairs, pair)),
    netB: networkField(models, presets),
    betaB: dials.beta,
    rateB: dials.rate,
    warmupB: dials.warmup,
    freeB: dials.free,
  } as const;
}

export type InstrumentState<P extends AnyPreset, T extends string, A extends string> = StateOf<
  ReturnType<typeof instrumentFields<P, T, A>>
>;

type Lab<P extends AnyPreset, T extends string, A extends string> = Instrument<
  P,
  ElboSide<P>,
  T,
  A
>;

/** The lab as it is. Reactive: an effect that calls it runs again when any of it changes. */
export function instrumentState<P extends AnyPreset, T extends string, A extends string>(
  lab: Lab<P, T, A>,
  dials: Dials,
): InstrumentState<P, T, A> {
  const { a, b, seed, tab } = lab;
  const { packed } = lab.data;
  const { view } = a;
  const [first] = lab.models;
  const isFirst = a.network.kind === 'published' && a.network.model === first;
  const beside = b ?? dials;
  return {
    net: isFirst ? null : a.network,
    data: a.network.kind === 'published' && a.network.model.dataSet === packed ? null : packed,
    seed,
    beta: a.beta,
    rate: a.learningRate,
    warmup: a.warmupSteps,
    free: a.freeBits,
    tab,
    x: Math.max(0, view.x?.index ?? 0), // a drawing does not fit into an address
    axes: view.axesChosen ? view.axes : null,
    z: view.put ? [...view.put] : null,
    beside: b ? lab.arrangement : null,
    netB: b ? b.network : null,
    betaB: beside.beta,
    rateB: beside.learningRate,
    warmupB: beside.warmupSteps,
    freeB: beside.freeBits,
  };
}

/** Puts a state into the lab. A live run is thrown away for another network with the reader's consent only. */
export function adoptInstrument<P extends AnyPreset, T extends string, A extends string>(
  lab: Lab<P, T, A>,
  state: InstrumentState<P, T, A>,
  presets: PresetNames<P>,
): void {
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
    same: sameNetwork(network, lab.a.network, presets),
    dataSet: state.data ?? own,
    x,
    axes,
    z,
  });
  lab.show(tab);
  void adoptBeside(lab, state, presets);
}

async function adoptBeside<P extends AnyPreset, T extends string, A extends string>(
  lab: Lab<P, T, A>,
  state: InstrumentState<P, T, A>,
  presets: PresetNames<P>,
): Promise<void> {
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
  if (netB && !sameNetwork(netB, b.network, presets)) lab.choose(b, netB);
}
