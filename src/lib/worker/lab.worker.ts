// The training worker: answers the protocol's requests over a few slots, each with one model.
// Generic: models are found by name, so a new chapter changes nothing here.
import { onBackendLost } from '../backends/lost.ts';
import { startBackend } from '../backends/start.ts';
import { webAssets } from '../backends/web.ts';
import { sliceImages } from '../data/images.ts';
import { tensor2d, tidy } from '../ops/tf.ts';
import type { BackendReport } from '../protocol/machine.ts';
import type {
  Checkpoint,
  FromWorker,
  ReplyOf,
  Request,
  RequestKind,
  RequestOf,
  Slot,
  StepReport,
  TrainOptions,
} from '../protocol/messages.ts';
import type { ModelSpec } from '../protocol/model.ts';
import { writeSafetensors } from '../weights/safetensors.ts';
import { faultOf } from './faults.ts';
import { fetchSet, fetchTensors, keepSet } from './fetch.ts';
import { queries } from './queries.ts';
import { tellWhatWasLoaded } from './loaded.ts';
import { memoryNow, Run } from './run.ts';
import { trialOf } from './trial.ts';

const runs = new Map<Slot, Run>();
tellWhatWasLoaded();

const hooks = {
  report: (report: StepReport): void => {
    send({ event: 'progress', report });
  },
  checkpoint: (slot: Slot, run: number, checkpoint: Checkpoint): void => {
    send({ event: 'checkpoint', slot, run, checkpoint }, [checkpoint.bytes]);
  },
  breathe,
  beside: (slot: Slot): Run | undefined => runs.get(slot),
};

type Handlers = { [K in RequestKind]: (request: RequestOf<K>) => Promise<ReplyOf<K>> };

const handlers: Handlers = {
  open: openBackend,

  ping: () => Promise.resolve({}),

  create: async ({ slot, spec, seed }) => {
    await free(slot);
    const run = await Run.create(slot, spec, seed, hooks);
    runs.set(slot, run);
    return run.model();
  },

  load: async ({ slot, published, spec, weights }) => {
    const tensors = await fetchTensors(weights);
    const run = await Run.create(slot, spec, 0, hooks);
    try {
      run.trainer.assign(tensors, published);
    } catch (cause) {
      await run.dispose();
      throw cause;
    }
    await free(slot);
    run.published = published;
    runs.set(slot, run);
    return run.model();
  },

  images: async ({ data, from, count }) => {
    const set = sliceImages(await fetchSet(data), from, count);
    return { ...set, pixels: set.pixels.slice(), labels: set.labels.slice() };
  },

  keep: ({ set }) => {
    keepSet(set);
    return Promise.resolve({ name: set.name });
  },

  train: async ({ slot, options }) => {
    const run = await ready(slot, options);
    if (!run.isRunning) {
      const started = run.start();
      const number = run.run;
      started.then(
        () => {
          send({ event: 'stopped', slot, run: number });
        },
        async (cause: unknown) => {
          send({ event: 'stopped', slot, run: number, fault: await faultOf(cause) });
        },
      );
    }
    return run.state();
  },

  step: async ({ slot, options }) => {
    const run = await ready(slot, options);
    await run.stop();
    return run.stepOnce();
  },

  slow: async ({ slot, options }) => {
    const run = await ready(slot, options);
    await run.stop();
    return run.stepSlowly();
  },

  pause: async ({ slot }) => {
    const run = get(slot);
    await run.stop();
    return run.state();
  },

  reset: async ({ slot, seed }) => {
    const run = get(slot);
    await run.reset(seed);
    return run.model();
  },

  set: ({ slot, settings }) => {
    const run = get(slot);
    run.set(settings);
    return Promise.resolve(run.state());
  },

  encode: async ({ slot, images }) => {
    const { trainer } = get(slot);
    const pixels = trainer.family.inputDim(trainer.config);
    const dimensions = trainer.family.latentDim(trainer.config);
    const count = rows('images', images.length, pixels);
    const codes = tidy(() => {
      const { mean, logVar } = trainer.encode(tensor2d(images, [count, pixels]));
      return logVar ? { mean, logVar } : { mean };
    });
    const { mean, logVar } = codes;
    const [means, logVars] = await Promise.all([mean.data(), logVar?.data()]);
    mean.dispose();
    logVar?.dispose();
    return {
      mean: Float32Array.from(means),
      logVar: logVars ? Float32Array.from(logVars) : new Float32Array(0),
      count,
      dimensions,
    };
  },

  decode: async ({ slot, codes }) => {
    const { trainer } = get(slot);
    const dimensions = trainer.family.latentDim(trainer.config);
    const count = rows('codes', codes.length, dimensions);
    const decoded = tidy(() => trainer.decode(tensor2d(codes, [count, dimensions])));
    const means = Float32Array.from(await decoded.data());
    decoded.dispose();
    return { means, count };
  },

  evaluate: async ({ slot, data, count, settings }) => {
    const run = get(slot);
    run.trainer.set(settings);
    return run.evaluateOn(await fetchSet(data), count, breathe);
  },

  weights: async ({ slot }) => {
    const { trainer } = get(slot);
    const file = writeSafetensors(await trainer.export(), 'F32');
    return { bytes: file.buffer, step: trainer.step };
  },

  checkpoint: ({ slot }) => get(slot).checkpoint(),

  restore: async ({ slot, checkpoint }) => {
    const { spec, seed } = checkpoint;
    const before = runs.get(slot);
    if (before && sameSpec(before.spec, spec)) {
      await before.restore(checkpoint);
      return before.model();
    }
    const run = await Run.create(slot, spec, seed, hooks);
    try {
      await run.restore(checkpoint);
    } catch (cause) {
      await run.dispose();
      throw cause;
    }
    await free(slot);
    runs.set(slot, run);
    return run.model();
  },

  ...queries((slot) => get(slot).trainer, breathe),

  memory: () => Promise.resolve(memoryNow()),

  free: async ({ slot }) => {
    for (const name of slot === undefined ? [...runs.keys()] : [slot]) await free(name);
    return memoryNow();
  },
};

/** What changes a slot is done in the order asked, however long one of them loads; questions are answered at once. */
const inTurn: ReadonlySet<RequestKind> = new Set<RequestKind>([
  'create',
  'load',
  'train',
  'step',
  'slow',
  'pause',
  'reset',
  'restore',
  'free',
]);
const turns = new Map<Slot, Promise<unknown>>();

self.addEventListener('message', ({ data }: MessageEvent<Request>) => {
  if (!inTurn.has(data.kind)) {
    void answer(data);
    return;
  }
  // Freeing without a slot's name waits for all of them.
  const named: Slot | undefined = 'slot' in data ? data.slot : undefined;
  const slots = named === undefined ? [...turns.keys()] : [named];
  const before = slots.map((slot) => turns.get(slot) ?? Promise.resolve());
  const done = Promise.all(before).then(() => answer(data));
  for (const slot of slots) turns.set(slot, done);
});

onBackendLost((why) => {
  void opened?.report.then(({ name }) => {
    send({ event: 'lost', backend: name, why });
  });
});

async function answer(request: Request): Promise<void> {
  try {
    // The union of handlers takes the union of requests: `kind` picks the pair that belongs together.
    const handler = handlers[request.kind] as (r: Request) => Promise<ReplyOf<RequestKind>>;
    const value = await handler(request);
    // Files travel without being copied; the page's thread has better to do.
    const file = 'bytes' in value && value.bytes instanceof ArrayBuffer ? [value.bytes] : [];
    send({ id: request.id, ok: true, value }, file);
  } catch (cause) {
    send({ id: request.id, ok: false, fault: await faultOf(cause) });
  }
}

let opened: { readonly backend: string; readonly report: Promise<BackendReport> } | null = null;

/** One backend for a worker's life: further labs of the page get the one that is there. */
async function openBackend({
  backend,
  without = [],
  probe,
}: RequestOf<'open'>): Promise<BackendReport> {
  const wanted = backend !== 'auto' && without.includes(backend) ? 'auto' : backend;
  if (opened?.backend !== wanted) {
    const trial = probe && trialOf(probe);
    opened = { backend: wanted, report: startBackend(wanted, webAssets, { without, trial }) };
  }
  const { report } = opened;
  try {
    return await report;
  } catch (cause) {
    if (opened.report === report) opened = null; // a download that failed may be tried again
    throw cause;
  }
}

function sameSpec(a: ModelSpec, b: ModelSpec): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

async function ready(slot: Slot, options: TrainOptions): Promise<Run> {
  const run = get(slot);
  const [training, heldOut] = await Promise.all([
    fetchSet(options.training),
    fetchSet(options.heldOut),
  ]);
  run.trainer.set(options.settings);
  if (!run.isRunning) run.feed(training, heldOut, options);
  return run;
}

function get(slot: Slot): Run {
  const run = runs.get(slot);
  if (!run) throw new Error(`There is no model in "${slot}": create or load one first.`);
  return run;
}

async function free(slot: Slot): Promise<void> {
  const run = runs.get(slot);
  runs.delete(slot);
  await run?.dispose();
}

function rows(what: string, length: number, width: number): number {
  if (length === 0 || length % width !== 0) {
    throw new RangeError(`${length} numbers are no ${what} of ${width} numbers each.`);
  }
  return length / width;
}

function send(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  self.postMessage(message, { transfer });
}

// A macrotask, so that waiting messages are answered before the next step. Timers are clamped to
// 4 ms when nested; a message channel is not.
const { port1, port2 } = new MessageChannel();
const waiters: (() => void)[] = [];
port1.onmessage = () => waiters.shift()?.();
function breathe(): Promise<void> {
  return new Promise((resolve) => {
    waiters.push(resolve);
    port2.postMessage(null);
  });
}
