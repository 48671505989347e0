// The main thread's side of the worker: requests as promises, events to listeners.
// Imports the protocol only; owns one worker, started at the first request. When the worker is gone it says so, and
// starts another at the next request; what was in it is the labs' to restore.
import type { BackendName } from '../protocol/machine.ts';
import type {
  End,
  Fault,
  FromWorker,
  NamedImages,
  ReplyOf,
  RequestKind,
  RequestOf,
  SessionEvent,
  Slot,
} from '../protocol/messages.ts';
import { Heartbeat } from './heartbeat.ts';

/** An error that happened in the worker, with what the worker says of it. */
export class FaultError extends Error {
  override readonly name = 'FaultError';
  constructor(readonly fault: Fault) {
    super(fault.message);
  }
}

export interface SessionOptions {
  readonly backend: 'auto' | BackendName;
  /** Backends that were lost on this page. */
  readonly without?: readonly BackendName[];
}

interface Waiting {
  readonly kind: RequestKind;
  readonly slot: Slot | undefined;
  readonly resolve: (value: ReplyOf<RequestKind>) => void;
  readonly reject: (error: FaultError) => void;
}

export class Session {
  private worker: Worker | null = null;
  private closed = false;
  /** Whether the worker's script ran: it never does where its file is gone. */
  private alive = false;
  private nextId = 1;
  private readonly waiting = new Map<number, Waiting>();
  private readonly running = new Set<Slot>();
  private readonly kept = new Map<string, NamedImages>();
  private readonly listeners = new Set<(event: SessionEvent) => void>();
  private readonly heartbeat = new Heartbeat({
    ping: () => {
      this.worker?.postMessage({ id: this.nextId++, kind: 'ping' });
    },
    silent: (seconds) => {
      // A GPU that hangs its worker would hang the next; one that hangs it while it opens cannot be told by name.
      const { stage } = this.heartbeat;
      if (stage === 'opening') this.passBy('webgpu', 'webgl');
      else if (stage !== 'wasm') this.passBy(stage);
      this.end('silent', {
        name: 'WorkerError',
        message: `The training worker did not answer for ${seconds} seconds.`,
      });
    },
  });

  constructor(private current: SessionOptions) {}

  get options(): SessionOptions {
    return this.current;
  }

  /** Sends a request; resolves with its reply, rejects with FaultError. */
  request<K extends RequestKind>(kind: K, payload: RequestOf<K>): Promise<ReplyOf<K>> {
    if (this.closed) return Promise.reject(new FaultError(CLOSED));
    const id = this.nextId++;
    return new Promise<ReplyOf<RequestKind>>((resolve, reject) => {
      const worker = this.start();
      this.waiting.set(id, {
        kind,
        slot: 'slot' in payload ? payload.slot : undefined,
        resolve,
        reject,
      });
      if ('set' in payload) this.kept.set(payload.set.name, payload.set);
      // `kind` and `payload` belong together by RequestOf; TypeScript does not see it through the union.
      worker.postMessage({ id, kind, ...payload });
      this.heartbeat.start();
    });
  }

  /** Calls `listener` for every event of every run, and when a worker is gone; returns what unsubscribes it. */
  subscribe(listener: (event: SessionEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Ends the worker; the labs restore what they had into the next one, on this backend. */
  restart(backend: 'auto' | BackendName): void {
    this.current = { backend };
    this.end('replaced', { name: 'WorkerError', message: 'The training worker was replaced.' });
  }

  /** Ends the worker and everything it holds; open requests are rejected. */
  close(): void {
    this.closed = true;
    this.stop(CLOSED);
  }

  private start(): Worker {
    if (this.worker) return this.worker;
    const worker = new Worker(new URL('../worker/lab.worker.ts', import.meta.url), {
      type: 'module',
      name: 'bottleneck',
    });
    this.alive = false;
    worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
      if (worker === this.worker) this.receive(data);
    });
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      if (worker === this.worker) this.failed(event.message);
    });
    this.worker = worker;
    this.heartbeat.stage = 'opening';
    for (const set of this.kept.values()) {
      worker.postMessage({ id: this.nextId++, kind: 'keep', set });
    }
    return worker;
  }

  private failed(why: string): void {
    if (this.alive) {
      const message = `The training worker stopped: ${why}.`;
      this.end('failed', { name: 'WorkerError', message });
      return;
    }
    // A script that never ran has no message of its own to give.
    this.end('unloaded', {
      name: 'SiteUpdatedError',
      message: `The training worker stopped: ${why || 'its script could not be loaded'}. The site was updated, or the network is away: reload the page.`,
    });
  }

  private receive(message: FromWorker): void {
    this.alive = true;
    this.heartbeat.heard();
    if ('event' in message) {
      if (message.event === 'stopped') this.running.delete(message.slot);
      this.tell(message);
      if (message.event === 'lost') {
        this.passBy(message.backend);
        this.end('lost', { name: 'BackendLostError', message: message.why });
      }
    } else {
      const waiting = this.waiting.get(message.id);
      this.waiting.delete(message.id);
      if (message.ok) {
        if (waiting?.kind === 'train' && waiting.slot !== undefined) this.running.add(waiting.slot);
        // Only the reply to `open` has a device.
        if ('device' in message.value) this.heartbeat.stage = message.value.name;
        waiting?.resolve(message.value);
      } else waiting?.reject(new FaultError(message.fault));
    }
    if (this.waiting.size === 0 && this.running.size === 0) this.heartbeat.stop();
  }

  /** Not to be tried again on this page. */
  private passBy(...backends: readonly BackendName[]): void {
    const without = new Set([...(this.current.without ?? []), ...backends]);
    this.current = { ...this.current, without: [...without] };
  }

  /** The worker is gone, and the listeners are told after those whose requests it took along. */
  private end(end: End, fault: Fault): void {
    this.stop(fault);
    this.tell({ event: 'gone', end, fault });
  }

  private tell(event: SessionEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  /** Drops the worker; the next request starts another. */
  private stop(fault: Fault): void {
    this.worker?.terminate();
    this.worker = null;
    this.heartbeat.stop();
    this.running.clear();
    const waiting = [...this.waiting.values()];
    this.waiting.clear();
    for (const { reject } of waiting) reject(new FaultError(fault));
  }
}

const CLOSED: Fault = {
  name: 'SessionClosed',
  message: 'The page has closed its training session.',
};

const BACKENDS: readonly string[] = ['wasm', 'webgl', 'webgpu'] satisfies readonly BackendName[];

/** The backend that the page's address asks for (`?backend=`), else "auto". */
export function wantedBackend(search: string): 'auto' | BackendName {
  const name = new URLSearchParams(search).get('backend');
  return name !== null && BACKENDS.includes(name) ? (name as BackendName) : 'auto';
}

let shared: Session | null = null;

/** The page's one session: labs take turns on one worker. */
export function pageSession(): Session {
  shared ??= new Session({ backend: wantedBackend(location.search) });
  return shared;
}
