// The speed of a run: as fast as the machine goes, or a few updates a second for the eye. Knows no worker.

/** Updates a second, or `full`. */
export type Pace = 'full' | number;

/** Calls `beat` at the chosen pace, never twice at once. */
export class Pacer {
  pace: Pace = 'full';
  readonly #beat: () => Promise<void>;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(beat: () => Promise<void>) {
    this.#beat = beat;
  }

  get full(): boolean {
    return this.pace === 'full';
  }

  start(): void {
    this.stop();
    if (this.pace !== 'full') this.#next(performance.now(), 1000 / this.pace);
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
