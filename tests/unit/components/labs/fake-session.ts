// A session that only remembers what it was asked, answers at once, and loses its worker when told to.
import type { LabSession } from '../../../../src/components/labs/shared/lab-run.svelte.ts';
import type { BackendName } from '../../../../src/lib/protocol/machine.ts';
import { FaultError } from '../../../../src/lib/client/session.ts';
import type {
  Checkpoint,
  End,
  ModelReport,
  ReplyOf,
  RequestKind,
  RequestOf,
  SessionEvent,
  StepReport,
} from '../../../../src/lib/protocol/messages.ts';

export const spec = { family: 'vae', config: {} };
const weights = { url: 'weights', bytes: 1, sha256: '' };
export const published = { id: 'vae-mnist-2d', spec, weights };
const data = { name: 'set', images: weights, labels: weights };
export const options = { training: data, heldOut: data, batchSize: 1, settings: { beta: 1 } };

const GONE = { name: 'WorkerError', message: 'The training worker did not answer.' };

function restoredStep(payload: object): number {
  const { checkpoint } = payload as RequestOf<'restore'>;
  return checkpoint.step;
}

export class FakeSession implements LabSession {
  options: LabSession['options'] = { backend: 'auto' };
  readonly asked: string[] = [];
  readonly listeners = new Set<(event: SessionEvent) => void>();
  /** Kinds of requests that fail, until taken out. */
  readonly failing = new Set<RequestKind>();
  /** A backend that does not start. */
  refused = '';
  /** When set, every reply waits for it. */
  gate: Promise<void> = Promise.resolve();
  step = 0;
  runs = 0;
  /** Counts workers: a request to one that is gone fails. */
  worker = 1;
  readonly payloads: unknown[] = [];

  subscribe(listener: (event: SessionEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  restart(backend: 'auto' | BackendName): void {
    this.options = { backend };
    this.lose('replaced');
  }

  async request<K extends RequestKind>(kind: K, payload: RequestOf<K>): Promise<ReplyOf<K>> {
    const { worker } = this;
    this.asked.push(kind);
    this.payloads.push(payload);
    await this.gate;
    if (worker !== this.worker) throw new FaultError(GONE);
    const refused = kind === 'open' && this.options.backend === this.refused;
    if (refused || this.failing.has(kind)) throw new Error(`${kind} failed`);
    return this.#reply(kind, payload) as ReplyOf<K>;
  }

  progress(step: number, run = this.runs, slot = 'main'): void {
    this.step = step;
    this.#tell({ event: 'progress', report: { ...this.#report(), run, slot } });
  }

  /** The worker is gone, with every request to it. */
  lose(end: End): void {
    this.worker += 1;
    this.runs = 0;
    this.#tell({ event: 'gone', end, fault: GONE });
  }

  checkpoint(step: number, objective = 200 - step): Checkpoint {
    const made = { spec, seed: 3, step, objective, bytes: new ArrayBuffer(8) };
    this.#tell({ event: 'checkpoint', slot: 'main', run: this.runs, checkpoint: made });
    return made;
  }

  diverge(): void {
    const fault = { name: 'DivergenceError', message: 'The kl became NaN.', quantity: 'kl' };
    this.#tell({ event: 'stopped', slot: 'main', run: this.runs, fault });
  }

  #tell(event: SessionEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  #reply(kind: RequestKind, payload: object): unknown {
    const model = (id: string, seed: number): ModelReport => {
      this.step = 0;
      return { slot: 'main', parameters: 10, layers: [], published: id, seed, step: 0 };
    };
    switch (kind) {
      case 'open':
        return { name: 'wasm', device: 'one core', passedOver: [] };
      case 'load':
        return model('published' in payload ? String(payload.published) : '', 7);
      case 'create':
      case 'reset':
        return model('', 'seed' in payload ? Number(payload.seed) : 0);
      case 'checkpoint':
        return { spec, seed: 3, step: this.step, bytes: new ArrayBuffer(8) };
      case 'restore':
        return { ...model('', 3), step: (this.step = restoredStep(payload)) };
      case 'train':
        this.runs += 1;
        return { slot: 'main', run: this.runs, step: this.step, settings: {} };
      case 'step':
        this.step += 1;
        return this.#report();
      default:
        return { slot: 'main', run: this.runs, step: this.step, settings: {} };
    }
  }

  #report(): StepReport {
    return {
      slot: 'main',
      run: this.runs,
      step: this.step,
      epoch: 0,
      stepsPerEpoch: 100,
      objective: 200 - this.step,
      terms: {},
      examplesPerSecond: 1,
      msPerStep: 1,
      memory: { tensors: 1, bytes: 1 },
    };
  }
}
