// The lab's state as its address holds it: networks, learning rate, data, seed, panel, x, its shift, what is swapped and
// what is compared.
import { dataSets } from '../shared/data-sets.ts';
import { choice, integer, number, optional, type Field } from '../shared/share/fields.ts';
import { stateCodec, type StateCodec, type StateOf } from '../shared/share/state-codec.ts';
import { FIRST_SEED, GALLERY_COUNT, MOST_SEED } from '../shared/instrument/terms.ts';
import { caeDefaults } from '../../../lib/models/cae.config.ts';
import { arrangementNames } from './arrangements.ts';
import type { ConvolutionalLab } from './lab.svelte.ts';
import { preset, presetNames, type Network } from './network.ts';
import { tabNames } from './tabs.ts';

const SKIP = '-skip';
const DENSE = 'dense-';
/** Numbers of the largest code that an address names. */
const LARGEST_CODE = 3136;

/** The id of published weights or a preset's name; a reader's own weights do not fit into an address. */
function nameOf(network: Network | null): string {
  if (network === null || network.kind === 'own') return '';
  if (network.kind === 'published') return network.model.id;
  if (network.preset === 'dense') return `${DENSE}${network.code}`;
  return `${network.preset}${network.skip ? SKIP : ''}`;
}

function networkField({ models }: ConvolutionalLab): Field<Network | null> {
  return {
    fallback: null,
    expects: `a published model (${models.map(({ id }) => id).join(', ')}) or one of ${presetNames.join(', ')}, with or without ${SKIP}, or ${DENSE} and a size`,
    parse: (text) => {
      const model = models.find(({ id }) => id === text);
      if (model) return { kind: 'published', model };
      const found = presetNames.find((name) => name === text.replace(/-skip$/, ''));
      if (found) return preset(found, text.endsWith(SKIP));
      const code = /^dense-(\d{1,4})$/.exec(text)?.[1];
      return code !== undefined && Number(code) >= 1 && Number(code) <= LARGEST_CODE
        ? { kind: 'preset', preset: 'dense', code: Number(code) }
        : undefined;
    },
    print: nameOf,
  };
}

function fieldsOf(lab: ConvolutionalLab) {
  const rate = number(caeDefaults.learningRate, { min: 1e-5, max: 0.1, decimals: 7 });
  return {
    /** Null for the first published model. */
    net: networkField(lab),
    /** Null for the network's own data. */
    data: optional(choice(dataSets, 'mnist')),
    seed: integer(FIRST_SEED, { min: 0, max: MOST_SEED }),
    rate,
    tab: choice(tabNames, 'size'),
    x: integer(0, { min: 0, max: GALLERY_COUNT - 1 }),
    shift: integer(0, { min: -8, max: 8 }),
    swap: choice(['none', 'code', 'skip'], 'none'),
    /** Null while nothing is compared; what ends in B is of the second network then. */
    beside: optional(choice(arrangementNames, 'dense')),
    netB: networkField(lab),
    rateB: rate,
  } as const;
}

export type ConvolutionalState = StateOf<ReturnType<typeof fieldsOf>>;

export function codecOf(lab: ConvolutionalLab): StateCodec<ConvolutionalState> {
  return stateCodec('convolutional', 1, fieldsOf(lab));
}

/** The lab as it is. Reactive: an effect that calls it runs again when any of it changes. */
export function stateOf(lab: ConvolutionalLab): ConvolutionalState {
  const { a, b, seed, tab } = lab;
  const { packed } = lab.data;
  const { network, view } = a;
  const isFirst = network.kind === 'published' && network.model === lab.models[0];
  return {
    net: isFirst ? null : network,
    data: network.kind === 'published' && network.model.dataSet === packed ? null : packed,
    seed,
    rate: a.learningRate,
    tab,
    x: Math.max(0, view.x?.index ?? 0), // a drawing does not fit into an address
    shift: view.shift,
    swap: view.swapped,
    beside: b ? lab.arrangement : null,
    netB: b ? b.network : null,
    rateB: b ? b.learningRate : caeDefaults.learningRate,
  };
}

function isSame(one: Network, other: Network): boolean {
  const name = nameOf(one);
  return one === other || (name !== '' && name === nameOf(other));
}

/** Puts a state into the lab. A live run is thrown away for another network with the reader's consent only. */
export function adopt(lab: ConvolutionalLab, state: ConvolutionalState): void {
  const [first] = lab.models;
  const network: Network =
    state.net ?? (first ? { kind: 'published', model: first } : lab.a.network);
  const own = network.kind === 'published' ? network.model.dataSet : 'mnist';
  lab.seed = state.seed;
  lab.a.set({ learningRate: state.rate });
  lab.take({
    network,
    same: isSame(network, lab.a.network),
    dataSet: state.data ?? own,
    x: state.x,
    axes: null,
    z: null,
  });
  lab.show(state.tab);
  lab.a.view.shift = state.shift;
  lab.a.view.swapped = state.swap;
  void adoptBeside(lab, state);
}

async function adoptBeside(lab: ConvolutionalLab, state: ConvolutionalState): Promise<void> {
  await lab.started;
  if (state.beside === null) {
    if (lab.b) await lab.stopComparing();
    return;
  }
  await lab.compare(state.beside);
  const { b } = lab;
  if (!b) return;
  b.set({ learningRate: state.rateB });
  if (state.netB && !isSame(state.netB, b.network)) lab.choose(b, state.netB);
}
