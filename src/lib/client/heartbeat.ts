// Whether the worker still lives: pings it while something is expected of it, and calls it silent when none of them
// was answered for a while. Counts its own beats and not the clock, so that a laptop that slept, or a page that was
// busy itself, is no reason to doubt the worker.

const BEAT_MS = 1000;

/**
 * Beats without an answer. On wasm an update takes milliseconds, and everything long lets messages through between
 * its parts: seconds are plenty. A GPU builds shaders in one go when something is first asked of it; and what a new
 * worker does before it is open (engine compiled, first shaders) may honestly take most of a minute on a slow device.
 */
const PATIENCE = { wasm: 5, webgl: 15, webgpu: 15, opening: 45 } as const;
export type Stage = keyof typeof PATIENCE;

export interface Pulse {
  /** Sends a ping. */
  readonly ping: () => void;
  readonly silent: (seconds: number) => void;
}

export class Heartbeat {
  readonly #pulse: Pulse;
  #timer: ReturnType<typeof setInterval> | undefined;
  #unanswered = 0;
  stage: Stage = 'opening';

  constructor(pulse: Pulse) {
    this.#pulse = pulse;
  }

  /** Something is expected of the worker. */
  start(): void {
    if (this.#timer !== undefined) return;
    this.#unanswered = 0;
    this.#timer = setInterval(() => {
      this.#beat();
    }, BEAT_MS);
  }

  /** Nothing is. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Any message of the worker. */
  heard(): void {
    this.#unanswered = 0;
  }

  #beat(): void {
    const limit = PATIENCE[this.stage];
    if (this.#unanswered >= limit) {
      this.stop();
      this.#pulse.silent(limit);
      return;
    }
    this.#unanswered += 1;
    this.#pulse.ping();
  }
}
