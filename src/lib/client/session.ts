// The main thread's side of the worker: requests as promises, events to listeners.
// Imports the protocol only; owns one worker, started at the first request.
import type { BackendName } from '../protocol/machine.ts';
import type {
  Fault,
  FromWorker,
  ReplyOf,
  RequestKind,
  RequestOf,
  RunEvent,
} from '../protocol/messages.ts';

/** An error that happened in the worker, with what the worker says of it. */
export class FaultError extends Error {
  override readonly name = 'FaultError';
  constructor(readonly fault: Fault) {
    super(fault.message);
  }
}

export interface SessionOptions {
  readonly backend: 'auto' | BackendName;
}

interface Waiting {
  readonly resolve: (value: ReplyOf<RequestKind>) => void;
  readonly reject: (error: FaultError) => void;
}

export class Session {
  private worker: Worker | null = null;
  private closed = false;
  private nextId = 1;
  private readonly waiting = new Map<number, Waiting>();
  private readonly listeners = new Set<(event: RunEvent) => void>();

  constructor(readonly options: SessionOptions) {}

  /** Sends a request; resolves with its reply, rejects with FaultError. */
  request<K extends RequestKind>(kind: K, payload: RequestOf<K>): Promise<ReplyOf<K>> {
    if (this.closed) return Promise.reject(new FaultError(CLOSED));
    const id = this.nextId++;
    return new Promise<ReplyOf<RequestKind>>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      // `kind` and `payload` belong together by RequestOf; TypeScript does not see it through the union.
      this.start().postMessage({ id, kind, ...payload });
    });
  }

  /** Calls `listener` for every event of every run; returns what unsubscribes it. */
  subscribe(listener: (event: RunEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
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
    worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
      this.receive(data);
    });
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      // A worker whose script never ran has no message of its own to give.
      const why = event.message || 'its script could not be loaded';
      this.stop({
        name: 'WorkerError',
        message: `The training worker stopped: ${why}. If the site was updated, reload the page.`,
      });
    });
    this.worker = worker;
    return worker;
  }

  private receive(message: FromWorker): void {
    if ('event' in message) {
      for (const listener of this.listeners) listener(message);
      return;
    }
    const waiting = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if (message.ok) waiting?.resolve(message.value);
    else waiting?.reject(new FaultError(message.fault));
  }

  /** Drops the worker; the next request starts another. */
  private stop(fault: Fault): void {
    this.worker?.terminate();
    this.worker = null;
    for (const { reject } of this.waiting.values()) reject(new FaultError(fault));
    this.waiting.clear();
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
