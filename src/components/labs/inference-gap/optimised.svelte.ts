// One q being optimised for one image: where it is, how it came there, and what was last measured of it. Plain
// numbers; asks nobody.
import { meanOf } from '../../../lib/metrics/arrays/moments.ts';
import type {
  BoundReport,
  CodeGaussian,
  Refinement,
  RefineReport,
} from '../../../lib/protocol/queries.ts';
import { hasSettled } from './gaps.ts';

/** Updates that the objective is averaged over. */
const WINDOW = 20;
/** Points of the way that its mean went. */
const LONGEST_WAY = 400;

export class Optimised {
  q = $state.raw<CodeGaussian | null>(null);
  step = $state(0);
  /** The ELBO of each update, nats: estimates. */
  elbos = $state.raw<readonly number[]>([]);
  /** Where the mean has been. */
  way = $state.raw<readonly Float32Array[]>([]);
  bound = $state.raw<BoundReport | null>(null);
  settled = $state(false);
  #refinement: Refinement | null = null;

  /** The negative ELBO over the last updates; null before the first. */
  get loss(): number | null {
    return this.elbos.length === 0 ? null : -meanOf(this.elbos.slice(-WINDOW));
  }

  /** Where the next updates begin. */
  from(start: CodeGaussian, full: boolean): Refinement {
    const none = new Float32Array(0);
    return (this.#refinement ??= {
      start,
      full,
      step: 0,
      parameters: none,
      first: none,
      second: none,
    });
  }

  take({ to, q, elbos }: RefineReport): void {
    this.#refinement = to;
    this.q = q;
    this.step = to.step;
    this.elbos = [...this.elbos, ...elbos];
    this.way = [...this.way, q.mean].slice(-LONGEST_WAY);
    this.settled = hasSettled(this.elbos);
  }

  clear(): void {
    this.#refinement = null;
    this.q = null;
    this.step = 0;
    this.elbos = [];
    this.way = [];
    this.bound = null;
    this.settled = false;
  }
}
