// What the lab says of its run: the figures that exercises are graded by, and the words of the guided collapse.
// Pure; knows no worker and no markup.
import type { EvaluationReport, StepReport } from '../../../lib/protocol/messages.ts';
import type { Guide } from '../shared/instrument/elbo-side.svelte.ts';
import type { LabModel } from '../shared/data-sets.ts';
import { levelName, levelNames } from './levels.ts';
import { ownerName, type Source } from './source.ts';
import type { TopPriorName } from './top-prior.ts';

/** Nats of KL under which a level says nothing of the image. */
export const DEAD_BELOW = 0.1;

/** Levels above z₁ that say nothing, by place. Of a plain VAE none: it has no upper level. */
export function deadLevels(kl: readonly number[]): number[] {
  return kl.flatMap((nats, level) => (level > 0 && nats < DEAD_BELOW ? [level] : []));
}

/** What the KL of the levels says at this moment, in the guided experiment; empty outside of it. */
export function adviceOf(guide: Guide, step: number, kl: readonly number[]): string {
  if (guide === 'none') return '';
  if (kl.length === 0 || step === 0) return 'Trains from the seed’s weights.';
  const levels = kl.length;
  const name = (level: number): string => levelName(level, levels);
  const dead = deadLevels(kl);
  if (dead.length === 0)
    return guide === 'collapse' ? 'No level is dead yet.' : 'No level is dead.';
  const all = dead.length === levels - 1;
  const which = all ? levelNames(levels - 1, 1, levels) : dead.map(name).reverse().join(' and ');
  const are = dead.length === 1 ? 'is' : 'are';
  return guide === 'collapse'
    ? `${which} ${are} dead: q is the prior whatever x is, and z₁ does all the work.`
    : `${which} ${are} still dead.`;
}

/** What the sixteen samples have in common, in one sentence. */
export function heldWords(of: {
  readonly levels: number;
  readonly holding: number;
  readonly source: Source;
  readonly prior: TopPriorName;
}): string {
  const { levels, holding, source, prior } = of;
  const owner = ownerName(source);
  if (holding === 0) {
    const top = levelName(levels - 1, levels);
    const fitted = `${top} is drawn from a mixture of ten Gaussians, fitted to the codes in sight.`;
    if (prior === 'fitted') return fitted;
    return levels > 1
      ? `Every level is drawn. Choose a picture to hold its ${top}.`
      : 'z is drawn from its prior, N(0, I).';
  }
  if (holding === levels) return `All of z is held, that of ${owner}: the means are equal.`;
  const drawn = levelNames(levels - 1 - holding, 0, levels);
  return `All share ${levelNames(levels - 1, levels - holding, levels)} of ${owner}; ${drawn} ${levels - holding > 1 ? 'are' : 'is'} drawn for each.`;
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
}

/**
 * The figures known now, by name; nats per image for `reconstruction`, `kl`, `objective` and `kl1` (of z₁) to `kl5`. The
 * two terms are those of held-out images, of a pretrained model the published ones. `dead` counts dead upper levels;
 * `batchNorm`, `warmup` and `freeBits` say what the switches stand at.
 */
export function readingsOf(known: Known): Record<string, number> {
  const { report, heldOut, published, kl, levels, normalised, beta, warmupSteps, freeBits } = known;
  const terms = heldOut?.terms ?? {};
  const figures = {
    reconstruction: terms['reconstruction'] ?? published?.metrics['reconstruction-nats'],
    kl: terms['kl'] ?? published?.metrics['kl-nats'],
    objective: report?.objective,
    epoch: report?.epoch,
    levels,
    dead: kl.length > 0 ? deadLevels(kl).length : undefined,
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
