// The lab's state as its address holds it: what every instrument's does, and beside it the levels held, the temperatures
// and the draw.
import {
  adoptInstrument,
  instrumentFields,
  instrumentState,
  type PresetNames,
} from '../shared/instrument/address.ts';
import { MOST_SEED } from '../shared/instrument/terms.ts';
import { choice, integer, numbers } from '../shared/share/fields.ts';
import { stateCodec, type StateCodec, type StateOf } from '../shared/share/state-codec.ts';
import { arrangementNames } from './arrangements.ts';
import { cured, MOST_PASSES, MOST_TEMPERATURE } from './dials.ts';
import type { HierarchicalLab } from './lab.svelte.ts';
import { MOST_LEVELS } from './levels.ts';
import { preset, presetNames, type Preset } from './network.ts';
import { tabNames } from './tabs.ts';
import { topPriors } from './top-prior.ts';

const presets: PresetNames<Preset> = {
  expects: `one of ${presetNames.join(', ')}`,
  parse: (text) => {
    const name = presetNames.find((each) => each === text);
    return name && preset(name);
  },
  print: (network) => network.preset,
};

function fieldsOf({ models }: HierarchicalLab) {
  return {
    ...instrumentFields({
      models,
      presets,
      dials: cured,
      most: { beta: 4, warmupSteps: 5000, freeBits: 4 },
      tabs: tabNames,
      tab: 'levels',
      pairs: arrangementNames,
      pair: 'plain',
    }),
    /** Levels held from the top, τ of the levels from the top down, and the draw of the sixteen. */
    held: integer(0, { min: 0, max: MOST_LEVELS }),
    tau: numbers([], { min: 0, max: MOST_TEMPERATURE, most: MOST_LEVELS }),
    draw: integer(0, { min: 0, max: MOST_SEED }),
    /** What the top of the sixteen is drawn from. */
    prior: choice(topPriors, 'round'),
    /** How often the sixteen pass through the network. */
    passes: integer(0, { min: 0, max: MOST_PASSES }),
  } as const;
}

export type LevelState = StateOf<ReturnType<typeof fieldsOf>>;

export function codecOf(lab: HierarchicalLab): StateCodec<LevelState> {
  return stateCodec('hierarchical-vae', 1, fieldsOf(lab));
}

/** The lab as it is. Reactive: an effect that calls it runs again when any of it changes. */
export function stateOf(lab: HierarchicalLab): LevelState {
  const { held, temperatures, seed, prior, passes } = lab.a.view;
  return { ...instrumentState(lab, cured), held, tau: temperatures, draw: seed, prior, passes };
}

/** Puts a state into the lab. A live run is thrown away for another network with the reader's consent only. */
export function adopt(lab: HierarchicalLab, state: LevelState): void {
  // Samples are a panel of their own only while two networks have them.
  const tab = state.tab === 'samples' && state.beside === null ? 'levels' : state.tab;
  adoptInstrument(lab, { ...state, tab }, presets);
  const { held, tau, draw, prior, passes } = state;
  const { view } = lab.a;
  for (const { view: each } of lab.sides) {
    each.drawWith({ temperatures: tau, passes });
    each.setPrior(prior);
  }
  // Once the network is there: another one holds nothing.
  void lab.started.then(() => {
    if (draw !== view.seed) view.drawAgain(draw);
    if (held !== view.held) view.hold(held);
  });
}
