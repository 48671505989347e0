// The training worker: answers the protocol's requests over a few slots, each with one model.
// Generic: models are found by name, so a new chapter changes nothing here.
import { startBackend } from '../backends/start.ts';
import { webAssets } from '../backends/web.ts';
import { sliceImages } from '../data/images.ts';
import { tensor2d, tidy } from '../ops/tf.ts';
import type {
  Fault,
  FromWorker,
  ReplyOf,
  Request,
  RequestKind,
  RequestOf,
  Slot,
  TrainOptions,
} from '../protocol/messages.ts';
import { DivergenceError } from '../train/loop.ts';
import { readSafetensors, writeSafetensors } from '../weights/safetensors.ts';
import { fetchFile, fetchSet } from './fetch.ts';
import { memoryNow, Run } from './run.ts';

const runs = new Map<Slot, Run>();

type Handlers = { [K in RequestKind]: (request: RequestOf<K>) => Promise<ReplyOf<K>> };

const handlers: Handlers = {
  open: ({ backend }) => startBackend(backend, webAssets),

  create: async ({ slot, spec, seed }) => {
    await free(slot);
    const run = await Run.create(slot, spec, seed);
    runs.set(slot, run);
    return run.model();
  },

  load: async ({ slot, published, spec, weights }) => {
    const tensors = readSafetensors(await fetchFile(weights));
    const run = await Run.create(slot, spec, 0);
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

  train: async ({ slot, options }) => {
    const run = await ready(slot, options);
    if (!run.isRunning) {
      const started = run.start({
        report: (report) => {
          send({ event: 'progress', report });
        },
        breathe,
      });
      const number = run.run;
      started.then(
        () => {
          send({ event: 'stopped', slot, run: number });
        },
        (cause: unknown) => {
          send({ event: 'stopped', slot, run: number, fault: toFault(cause) });
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

  pause: async ({ slot }) => {
    const run = get(slot);
    await run.stop();
    return run.state();
  },

  reset: async ({ slot, seed }) => {
    const run = get(slot);
    await run.stop();
    run.trainer.reset(seed);
    run.published = '';
    return run.model();
  },

  set: ({ slot, settings }) => {
    const run = get(slot);
    run.trainer.set(settings);
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

  memory: () => Promise.resolve(memoryNow()),

  free: async ({ slot }) => {
    for (const name of slot === undefined ? [...runs.keys()] : [slot]) await free(name);
    return memoryNow();
  },
};

self.addEventListener('message', ({ data }: MessageEvent<Request>) => {
  void answer(data);
});

async function answer(request: Request): Promise<void> {
  try {
    // The union of handlers takes the union of requests: `kind` picks the pair that belongs together.
    const handler = handlers[request.kind] as (r: Request) => Promise<ReplyOf<RequestKind>>;
    send({ id: request.id, ok: true, value: await handler(request) });
  } catch (cause) {
    send({ id: request.id, ok: false, fault: toFault(cause) });
  }
}

async function ready(slot: Slot, options: TrainOptions): Promise<Run> {
  const run = get(slot);
  const [training, heldOut] = await Promise.all([
    fetchSet(options.training),
    fetchSet(options.heldOut),
  ]);
  run.trainer.set(options.settings);
  if (!run.isRunning) run.feed(training, heldOut, options.batchSize);
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

function toFault(cause: unknown): Fault {
  if (cause instanceof DivergenceError) {
    const { name, message, quantity, step } = cause;
    return { name, message, quantity, step };
  }
  if (cause instanceof Error) return { name: cause.name, message: cause.message };
  return { name: 'Error', message: String(cause) };
}

function send(message: FromWorker): void {
  self.postMessage(message);
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
