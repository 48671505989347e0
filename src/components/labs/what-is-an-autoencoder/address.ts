// The lab's state as its address holds it: network, data, seed, dial, panel, image, units that are off or moved, and what
// is compared.
import { plainDials } from '../shared/autoencoder/side.svelte.ts';
import { dataSets } from '../shared/data-sets.ts';
import { sameNetwork, type PresetNames } from '../shared/instrument/address.ts';
import { FIRST_SEED, GALLERY_COUNT, MOST_SEED } from '../shared/instrument/terms.ts';
import { choice, integer, number, numbers, optional, type Field } from '../shared/share/fields.ts';
import { stateCodec, type StateCodec, type StateOf } from '../shared/share/state-codec.ts';
import { arrangementNames } from './arrangements.ts';
import type { AutoencoderLab } from './lab.svelte.ts';
import { codeSizes, preset, type Network, type Preset } from './network.ts';
import { tabNames } from './tabs.ts';

/** Units of a code whose numbers fit into an address. */
const MOST_UNITS = 64;

const presets: PresetNames<Preset> = {
  expects: `one of ${codeSizes.map(nameOf).join(', ')}`,
  parse: (text) => {
    const size = codeSizes.find((each) => nameOf(each) === text);
    return size && preset(size);
  },
  print: ({ latentDim }) => nameOf(latentDim),
};

function nameOf(size: number): string {
  return `untrained-${size}`;
}

function networkField({ models }: AutoencoderLab): Field<Network | null> {
  return {
    fallback: null,
    expects: `a published model (${models.map(({ id }) => id).join(', ')}) or ${presets.expects}`,
    parse: (text) => {
      const model = models.find(({ id }) => id === text);
      return model ? { kind: 'published', model } : presets.parse(text);
    },
    // A reader's own weights do not fit into an address.
    print: (network) =>
      network === null || network.kind === 'own'
        ? ''
        : network.kind === 'published'
          ? network.model.id
          : presets.print(network),
  };
}

function fieldsOf(lab: AutoencoderLab) {
  const rate = number(plainDials.learningRate, { min: 1e-5, max: 0.1, decimals: 7 });
  const units = { min: -1000, max: 1000, most: MOST_UNITS };
  return {
    /** Null for the first published model. */
    net: networkField(lab),
    /** Null for the network's own data. */
    data: optional(choice(dataSets, 'mnist')),
    seed: integer(FIRST_SEED, { min: 0, max: MOST_SEED }),
    rate,
    tab: choice(tabNames, 'ten'),
    x: integer(0, { min: 0, max: GALLERY_COUNT - 1 }),
    /** Null at the code of x; numbers of units that are off, counted from 1. */
    z: optional(numbers([], { ...units, single: true })),
    off: optional(numbers([], { min: 1, max: MOST_UNITS, most: MOST_UNITS, whole: true })),
    means: choice(['mean', 'zero'], 'mean'),
    /** Null while nothing is compared; what ends in B is of the second network then. */
    beside: optional(choice(arrangementNames, 'size')),
    netB: networkField(lab),
    rateB: rate,
  } as const;
}

export type AutoencoderState = StateOf<ReturnType<typeof fieldsOf>>;

export function codecOf(lab: AutoencoderLab): StateCodec<AutoencoderState> {
  return stateCodec('autoencoder', 1, fieldsOf(lab));
}

/** The lab as it is. Reactive: an effect that calls it runs again when any of it changes. */
export function stateOf(lab: AutoencoderLab): AutoencoderState {
  const { a, b, seed, tab } = lab;
  const { packed } = lab.data;
  const { view } = a;
  const [first] = lab.models;
  const isFirst = a.network.kind === 'published' && a.network.model === first;
  const own = a.network.kind === 'published' && a.network.model.dataSet === packed;
  const fits = view.dimensions <= MOST_UNITS;
  return {
    net: isFirst ? null : a.network,
    data: own ? null : packed,
    seed,
    rate: a.learningRate,
    tab,
    x: Math.max(0, view.x?.index ?? 0), // a drawing does not fit into an address
    z: view.put && fits ? [...view.put] : null,
    off:
      view.off.size > 0 && fits
        ? [...view.off].map((unit) => unit + 1).sort((m, n) => m - n)
        : null,
    means: view.changes.mode,
    beside: b ? lab.arrangement : null,
    netB: b ? b.network : null,
    rateB: b ? b.learningRate : plainDials.learningRate,
  };
}

/** Puts a state into the lab. A live run is thrown away for another network with the reader's consent only. */
export function adopt(lab: AutoencoderLab, state: AutoencoderState): void {
  const [first] = lab.models;
  const network = state.net ?? (first ? { kind: 'published', model: first } : lab.a.network);
  const own = network.kind === 'published' ? network.model.dataSet : 'mnist';
  lab.seed = state.seed;
  lab.a.set({ learningRate: state.rate });
  lab.a.view.expectOff(
    (state.off ?? []).map((unit) => unit - 1),
    state.means,
  );
  lab.take({
    network,
    same: sameNetwork(network, lab.a.network, presets),
    dataSet: state.data ?? own,
    x: state.x,
    axes: null,
    z: state.z,
  });
  lab.show(state.tab);
  void adoptBeside(lab, state);
}

async function adoptBeside(lab: AutoencoderLab, state: AutoencoderState): Promise<void> {
  await lab.started;
  if (state.beside === null) {
    if (lab.b) await lab.stopComparing();
    return;
  }
  await lab.compare(state.beside);
  const { b } = lab;
  if (!b) return;
  b.set({ learningRate: state.rateB });
  if (state.netB && !sameNetwork(state.netB, b.network, presets)) lab.choose(b, state.netB);
}
