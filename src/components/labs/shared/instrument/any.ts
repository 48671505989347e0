// An instrument as its frame and its notices know it: of whatever networks, tabs and pairs. Types only.
import type { Instrument } from './instrument.svelte.ts';
import type { AnyPreset } from './network.ts';
import type { Side } from './side.svelte.ts';

export type AnyInstrument = Instrument<AnyPreset, Side, string, string>;
