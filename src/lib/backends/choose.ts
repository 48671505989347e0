// Which backend trains this lab's model fastest here, measured on the lab's own step.
// Graphics processors are looked at before anything heavy is loaded for them: one that is the processor in disguise
// loses to wasm without being tried, since its first step alone takes seconds. Knows no model and no backend's inside.

import type { BackendName, PassedOver } from '../protocol/machine.ts';
import type { Sight } from './look.ts';
import type { Started } from './started.ts';
import { measure, type Timed, type Trial } from './trial.ts';

/** Longest time that graphics processors are given, shaders included, with wasm ready and waiting. */
export const BUDGET_MS = 2000;
/** Changing over costs shaders that are compiled later: a backend must be this much faster. */
const MARGIN = 0.9;
/** Largest relative difference of a loss between two backends that both compute right. */
const TOLERANCE = 1e-2;

export interface Candidate {
  readonly name: BackendName;
  /** Throws with the reason where there is no such device. */
  readonly look: () => Promise<Sight> | Sight;
  readonly start: () => Promise<Started>;
}

export interface Choice {
  readonly name: BackendName;
  readonly started: Started;
  readonly passedOver: readonly PassedOver[];
  readonly msPerStep: number;
}

/**
 * The fastest of `base`, which runs everywhere, and the graphics processors, best first. Those that lose are stopped;
 * the one returned is tfjs's current backend. The first graphics processor that beats `base` is taken.
 * @throws what `base` throws
 */
export async function choose(
  base: Omit<Candidate, 'look'>,
  graphics: readonly Candidate[],
  trial: Trial,
): Promise<Choice> {
  const passedOver: PassedOver[] = [];
  let started = await base.start();
  const mark = await measure(trial, Infinity);
  const deadline = performance.now() + BUDGET_MS;

  for (const [i, candidate] of graphics.entries()) {
    const { name } = candidate;
    const result = await attempt(candidate, trial, mark, deadline);
    if ('started' in result) {
      started.stop();
      const { msPerStep } = result;
      const why = `not tried: ${name} is faster than ${base.name}.`;
      return {
        ...result,
        name,
        passedOver: [
          ...passedOver,
          { name: base.name, why: `slower than ${name}.`, msPerStep: mark.msPerStep },
          ...graphics.slice(i + 1).map((other) => ({ name: other.name, why })),
        ],
        msPerStep,
      };
    }
    passedOver.push({ name, ...result });
    started = await base.start(); // the current one again
  }
  return { name: base.name, started, passedOver, msPerStep: mark.msPerStep };
}

type Attempt =
  | { readonly started: Started; readonly msPerStep: number }
  | { readonly why: string; readonly msPerStep?: number };

/** A backend that beats the mark, left running; or why it does not, stopped. */
async function attempt(
  { look, start }: Candidate,
  trial: Trial,
  mark: Timed,
  deadline: number,
): Promise<Attempt> {
  let started: Started | undefined;
  const lost = (why: string, msPerStep?: number): Attempt => {
    started?.stop();
    return { why, ...(msPerStep === undefined ? {} : { msPerStep }) };
  };
  try {
    const { device, software } = await look();
    if (software) return lost(`not tried: ${device} is a software renderer, run by the processor.`);
    if (performance.now() > deadline) return lost('not tried: no time was left for it.');
    started = await start();
    if (started.precision < 32) {
      return lost('not tried: it computes in 16-bit floats, too coarse to compare losses.');
    }
    const { msPerStep, loss } = await measure(trial, deadline);
    // Same seed, same update: a driver that computes something else is no faster.
    if (!(Math.abs(loss - mark.loss) <= TOLERANCE * Math.abs(mark.loss))) {
      return lost(`it computes a loss of ${loss} where it is ${mark.loss}.`, msPerStep);
    }
    if (msPerStep > MARGIN * mark.msPerStep) return lost('not faster than wasm.', msPerStep);
    return { started, msPerStep };
  } catch (cause) {
    return lost(cause instanceof Error ? cause.message : String(cause));
  }
}
