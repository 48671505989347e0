// What the lab says of its run: the figures that exercises are graded by, and the words of the guided collapse.
// Pure; knows no worker and no markup.
import type { EvaluationReport, StepReport } from '../../../lib/protocol/messages.ts';
import type { Guide } from '../shared/instrument/elbo-side.svelte.ts';
import type { LabModel } from '../shared/data-sets.ts';
import { levelName, levelNames, temperaturesOf } from './levels.ts';
import { ownerName, type Source } from './source.ts';
import type { TopPriorName } from './top-prior.ts';

/** Nats of KL under which a level says nothing of the image. */
export const DEAD_BELOW = 0.1;

/** Levels above z₁ that say nothing, by place. Of a plain VAE none: it has no upper level. */
export function deadLevels(kl: readonly number[]): number[] {
  return kl.flatMap((nats, level) => (level > 0 && nats < DEAD_BELOW ? [level] : []));
}

/** Updates, and nats of z₁, before which nothing is said of dead levels: no level has learnt anything yet. */
const JUDGED_FROM = 50;
const LEARNT_NATS = 1;

/** Whether something may be said of dead levels; of published weights, whose name `model` is, always. */
export function isJudged(step: number, kl: readonly number[], model = ''): boolean {
  return model !== '' || (step >= JUDGED_FROM && (kl[0] ?? 0) >= LEARNT_NATS);
}

/** Updates after which a level that is dead has died: before, none has learnt to live. */
const DIED_BY = 100;

/**
 * The most levels above z₁ that were dead at once, at an update by which they had died if they would.
 * @param byLevel held-out KL of each level over the updates, z₁ first
 */
export function deadestOf(
  byLevel: readonly { readonly x: readonly number[]; readonly y: readonly number[] }[],
): number | undefined {
  const counts = (byLevel[0]?.x ?? []).flatMap((step, i) =>
    step < DIED_BY ? [] : [deadLevels(byLevel.map(({ y }) => y[i] ?? Infinity)).length],
  );
  return counts.length > 0 ? Math.max(...counts) : undefined;
}

/**
 * What the KL of the levels says at this moment, in the guided experiment; empty outside of it.
 * @param deadest the most levels that were dead at once, where that is known
 */
export function adviceOf(guide: Guide, step: number, kl: readonly number[], deadest = 0): string {
  if (guide === 'none') return '';
  if (!isJudged(step, kl)) return 'Trains from the seed’s weights.';
  const levels = kl.length;
  const name = (level: number): string => levelName(level, levels);
  const dead = deadLevels(kl);
  if (dead.length === 0) {
    if (deadest > 0) return 'No level is dead any more.';
    return guide === 'collapse' ? 'No level is dead yet.' : 'No level is dead.';
  }
  const all = dead.length === levels - 1;
  const which = all ? levelNames(levels - 1, 1, levels) : dead.map(name).reverse().join(' and ');
  const are = dead.length === 1 ? 'is' : 'are';
  return guide === 'collapse'
    ? `${which} ${are} dead: q is the prior whatever x is, and z₁ does all the work.`
    : `${which} ${are} still dead.`;
}

/** How the sixteen samples are drawn. */
interface Drawing {
  readonly levels: number;
  readonly holding: number;
  readonly prior: TopPriorName;
  /** τ by place from the top down, 1 where none is: at 0 a level is at its prior's mean. */
  readonly temperatures: readonly number[];
  readonly passes: number;
}
/** The same, and whose code the levels held have. */
type Held = Drawing & { readonly source: Source };

/** What the sixteen samples have in common, in a sentence or two. */
export function heldWords(of: Held): string {
  const { holding, passes } = of;
  const drawn = drawnWords(of);
  if (passes === 0) return drawn;
  if (holding > 0) return `${drawn} No passes while a level is held.`;
  const times = passes === 1 ? 'once' : `${passes} times`;
  return `${drawn} Each has passed ${times} through encoder and decoder.`;
}

function drawnWords({ levels, holding, source, prior, temperatures }: Held): string {
  const owner = ownerName(source);
  const open = openLevels(temperatures, { levels, holding });
  const [drawn, still] = [open.drawn, open.still].map((some) => namesOf(some, levels));
  const means = open.still.length > 1 ? 'their priors’ means' : 'its prior’s mean';
  const at = `${still} ${open.still.length > 1 ? 'are' : 'is'} at ${means}`;
  if (holding === 0) {
    const top = levelName(levels - 1, levels);
    const fitted = `${top} is drawn from a mixture fitted to the codes in sight.`;
    if (prior === 'fitted') return fitted;
    if (open.drawn.length === 0) return `${at}: the decoder’s means are equal.`;
    if (open.still.length > 0) {
      return `${drawn} ${open.drawn.length > 1 ? 'are' : 'is'} drawn; ${at}.`;
    }
    return levels > 1
      ? `Every level is drawn. Choose a picture to hold its ${top}.`
      : 'z is drawn from its prior, N(0, I).';
  }
  if (holding === levels)
    return `All of z is held, that of ${owner}: the decoder’s means are equal.`;
  const shared = `All share ${levelNames(levels - 1, levels - holding, levels)} of ${owner}`;
  if (open.drawn.length === 0) return `${shared}; ${at}: the decoder’s means are equal.`;
  const each = `${shared}; ${drawn} ${open.drawn.length > 1 ? 'are' : 'is'} drawn for each`;
  return open.still.length > 0 ? `${each}, ${at}.` : `${each}.`;
}

/** Of what the sixteen are: "p(x|z₃)" where every level is held or drawn as the model has it, else nothing. */
export function sampledFrom(of: Drawing): string {
  const { levels, holding, prior, temperatures, passes } = of;
  if (holding === 0 && (prior !== 'round' || passes > 0)) return '';
  const tempered = temperaturesOf(temperatures, levels)
    .slice(0, levels - holding)
    .some((each) => each !== 1);
  if (tempered) return '';
  const given = Array.from({ length: holding }, (_, i) => levelName(levels - 1 - i, levels));
  return `p(x${given.length > 0 ? `|${given.join(', ')}` : ''})`;
}

/** Levels that are not held, from the top down: those that are drawn, and those at their prior's mean. */
function openLevels(
  fromTop: readonly number[],
  { levels, holding }: { readonly levels: number; readonly holding: number },
): { readonly drawn: readonly number[]; readonly still: readonly number[] } {
  const open = temperaturesOf(fromTop, levels)
    .map((temperature, level) => ({ temperature, level }))
    .slice(0, levels - holding)
    .reverse();
  const places = (still: boolean): number[] =>
    open.filter(({ temperature }) => (temperature === 0) === still).map(({ level }) => level);
  return { drawn: places(false), still: places(true) };
}

function namesOf(some: readonly number[], levels: number): string {
  const names = some.map((level) => levelName(level, levels));
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

export interface Known {
  readonly report: StepReport | null;
  readonly heldOut: EvaluationReport | null;
  /** The pretrained model while it is shown. */
  readonly published: LabModel | null;
  /** Nats by level, z₁ first. */
  readonly kl: readonly number[];
  readonly levels: number;
  readonly normalised: boolean;
  readonly beta: number;
  readonly warmupSteps: number;
  readonly freeBits: number;
  readonly deadest?: number | undefined;
}

/**
 * The figures known now, by name; nats per image for `reconstruction`, `kl`, `objective` and `kl1` (of z₁) to `kl5`. The
 * two terms are those of held-out images, of a pretrained model the published ones. `dead` counts dead upper levels, `deadest`
 * the most that were dead at once in the run; `batchNorm`, `warmup` and `freeBits` say what the switches stand at.
 */
export function readingsOf(known: Known): Record<string, number> {
  const { report, heldOut, published, kl, levels, normalised, beta, warmupSteps, freeBits } = known;
  const { deadest } = known;
  const terms = heldOut?.terms ?? {};
  const figures = {
    reconstruction: terms['reconstruction'] ?? published?.metrics['reconstruction-nats'],
    kl: terms['kl'] ?? published?.metrics['kl-nats'],
    objective: report?.objective,
    epoch: report?.epoch,
    levels,
    dead: kl.length > 0 ? deadLevels(kl).length : undefined,
    deadest,
    batchNorm: Number(normalised),
    warmup: warmupSteps,
    freeBits,
    beta,
    ...Object.fromEntries(kl.map((nats, level) => [`kl${level + 1}`, nats])),
  };
  const readings: Record<string, number> = {};
  for (const [name, value] of Object.entries(figures)) {
    if (value !== undefined) readings[name] = value;
  }
  return readings;
}
