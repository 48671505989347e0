// A slow run's rhythm: one update at a time, so that the eye can follow. Knows no worker.

/** Calls `beat` every so often, never twice at once. */
export class Pacer {
  readonly #beat: () => Promise<void>;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(beat: () => Promise<void>) {
    this.#beat = beat;
  }

  get running(): boolean {
    return this.#timer !== undefined;
  }

  /** Begins to beat every `period` milliseconds. */
  start(period: number): void {
    this.stop();
    this.#next(performance.now(), period);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** `last` is when the beat before was due, so that slow beats do not slow the rhythm. */
  #next(last: number, period: number): void {
    const now = performance.now();
    const due = Math.max(now, last + period);
    const timer = setTimeout(() => {
      void this.#beat().then(() => {
        if (this.#timer === timer) this.#next(due, period);
      });
    }, due - now);
    this.#timer = timer;
  }
}
