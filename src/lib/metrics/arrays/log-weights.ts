// What importance weights say of log p(x), summed as they come, so that memory does not grow with their number.
// Plain numbers; knows no model.
import { logSumExp, type Numbers } from './moments.ts';

/** Nats. */
export interface BoundEstimate {
  /** log of the mean weight: log p(x), biased low by about the weights' relative variance over 2k. */
  readonly value: number;
  /**
   * By the delta method from the same weights: √(Σw²/(Σw)² − 1/k). Too small where k is too small for the proposal
   * to have found the posterior's mass.
   */
  readonly standardError: number;
  /** Mean of the log-weights: the ELBO of the proposal, without bias. */
  readonly elbo: number;
  readonly elboStandardError: number;
}

/** log w = log p(x, z) − log q(z) of samples z ~ q, for one image. */
export class LogWeights {
  #count = 0;
  /** log Σw and log Σw². */
  #sum = -Infinity;
  #squares = -Infinity;
  /** Mean of log w, and the sum of its squared deviations from it (Welford 1962). */
  #mean = 0;
  #deviation = 0;

  add(logs: Numbers): void {
    this.#sum = logSumExp([this.#sum, logSumExp(logs)]);
    const doubled = Array.from(logs, (log) => 2 * log);
    this.#squares = logSumExp([this.#squares, logSumExp(doubled)]);
    for (const log of logs) {
      this.#count += 1;
      const off = log - this.#mean;
      this.#mean += off / this.#count;
      this.#deviation += off * (log - this.#mean);
    }
  }

  estimate(): BoundEstimate {
    const k = this.#count;
    const spread = Math.exp(this.#squares - 2 * this.#sum) - 1 / k;
    return {
      value: this.#sum - Math.log(k),
      standardError: Math.sqrt(Math.max(0, spread)),
      elbo: this.#mean,
      elboStandardError: Math.sqrt(this.#deviation / (k - 1) / k),
    };
  }
}
