// A rate–distortion curve traced live: one network trained on at one β after another from its published weights, and
// measured on held-out images after each. Knows no markup.
import { vaeDefaults } from '../../../lib/models/vae.config.ts';
import type { LabModel, SetFiles } from '../shared/data-sets.ts';
import { LabRun, type LabSession } from '../shared/lab-run.svelte.ts';
import type { RatePoint } from '../shared/rate-distortion/points.ts';

const SLOT = 'rate-distortion';
const BATCH = 128;
const HELD_OUT = 1000;
/** Updates at each β: most of the change is over by then. */
export const UPDATES = 300;
/** In the order that they are trained in; each begins where the one before ended, and 0.5 at the published weights. */
export const BETAS = [1, 2, 4, 8, 0.5] as const;

export class Sweep {
  readonly run: LabRun;
  points = $state.raw<readonly RatePoint[]>([]);
  /** The β being trained at; null while nothing is. */
  beta = $state<number | null>(null);

  readonly #connect: () => LabSession;
  readonly #model: LabModel;
  readonly #files: SetFiles;
  #wanted = 0;
  #reached: (() => void) | null = null;
  #stopped = false;

  constructor(connect: () => LabSession, model: LabModel, files: SetFiles) {
    this.#connect = connect;
    this.#model = model;
    this.#files = files;
    this.run = new LabRun(connect, {
      slot: SLOT,
      probe: () => ({ spec: model.spec, batchSize: BATCH }),
      feed: () => ({
        training: files.train,
        heldOut: files.validation,
        batchSize: BATCH,
        settings: this.#settings,
      }),
      onReport: ({ step }) => {
        if (step >= this.#wanted) this.#reached?.();
      },
    });
  }

  get running(): boolean {
    return this.beta !== null;
  }

  /** Trains at every β in turn; ends when all are measured, or at `stop`. */
  async trace(): Promise<void> {
    if (this.running) return;
    this.#stopped = false;
    this.points = [];
    for (const beta of BETAS) {
      this.beta = beta;
      await this.#trainAt(beta);
      if (this.#over()) break;
      await this.#measure(beta);
    }
    this.beta = null;
  }

  #over(): boolean {
    return this.#stopped || this.run.status === 'failed';
  }

  stop(): void {
    this.#stopped = true;
    this.#reached?.();
  }

  async #trainAt(beta: number): Promise<void> {
    const { run } = this;
    if (this.run.status === 'idle') await run.open();
    // β = 1 is what the published weights were trained at, so they are shown as they are.
    if (beta === BETAS[0] || beta < BETAS[0]) await run.show(this.#model);
    if (beta === BETAS[0] || run.status === 'failed') return;
    const { step } = run;
    this.#wanted = step + UPDATES;
    const reached = new Promise<void>((resolve) => {
      this.#reached = resolve;
    });
    await (run.model === '' ? run.train(run.seed) : run.continueFrom(this.#model));
    // A run that fails is not waited for: it reports no more.
    if (run.status === 'training') await Promise.race([reached, this.#failure()]);
    this.#reached = null;
    await run.pause();
  }

  /** Resolves when the run has failed. */
  #failure(): Promise<void> {
    return new Promise((resolve) => {
      const look = setInterval(() => {
        if (this.#reached && this.run.status !== 'failed') return;
        clearInterval(look);
        resolve();
      }, 200);
    });
  }

  async #measure(beta: number): Promise<void> {
    try {
      const { terms } = await this.#connect().request('evaluate', {
        slot: SLOT,
        data: this.#files.validation,
        count: HELD_OUT,
        settings: this.#settings,
      });
      const [rate, distortion] = [terms['kl'], terms['reconstruction']];
      if (rate === undefined || distortion === undefined) return;
      const { config } = this.#model.spec;
      const sizes = [config['inputDim'], config['hidden'], config['latentDim']].flat();
      const network = sizes.map(String).join('-');
      const { dataSet: set } = this.#model;
      const updates = this.run.step;
      this.points = [...this.points, { set, rate, distortion, beta, network, updates }];
    } catch (error) {
      this.run.fail(error);
    }
  }

  get #settings() {
    return { ...vaeDefaults, beta: this.beta ?? vaeDefaults.beta };
  }

  close(): void {
    this.stop();
    void this.run.close();
  }
}
