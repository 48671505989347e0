// A long run holds what a short one holds: tensors, their bytes, and the memory of WebAssembly itself.
import { expect, test } from 'vitest';
import { nodeAssets } from '../../../src/lib/backends/node.ts';
import { startBackend } from '../../../src/lib/backends/start.ts';
import { family } from '../../../src/lib/models/vae.ts';
import { fillBits, Stream } from '../../../src/lib/ops/random.ts';
import { backend, memory } from '../../../src/lib/ops/tf.ts';
import { Trainer } from '../../../src/lib/train/trainer.ts';

const STEPS = 10_000;

/** Bytes of the WebAssembly memory, which only ever grows. */
function wasmBytes(): number {
  const held: unknown = Reflect.get(backend(), 'wasm');
  if (typeof held !== 'object' || held === null) throw new Error('This is no wasm backend.');
  const heap: unknown = Reflect.get(held, 'HEAPU8');
  if (!(heap instanceof Uint8Array)) throw new Error('tfjs-wasm shows no heap.');
  return heap.byteLength;
}

test(
  'ten thousand updates hold as many tensors and bytes as one hundred',
  { timeout: 240_000 },
  async () => {
    await startBackend('wasm', nodeAssets());
    const config = {
      inputDim: 16,
      hidden: [8],
      latentDim: 2,
      activation: 'relu',
      likelihood: 'bernoulli',
    };
    const trainer = new Trainer(family, { family: 'vae', config }, 1);
    const words = new Uint32Array(64 * 16);
    fillBits(words, 1, Stream.data, 0);
    const pixels = Uint8Array.from(words, (word) => word >>> 24);
    const set = { pixels, labels: new Uint8Array(64), count: 64, width: 4, height: 4, channels: 1 };
    trainer.feed(set, 16);
    const update = async (count: number) => {
      for (let i = 1; i < count; i++) trainer.update().dispose();
      const terms = trainer.update();
      const values = await terms.data();
      terms.dispose();
      return [...values];
    };
    await update(100);
    const early = { ...memory(), wasm: wasmBytes() };
    const terms = await update(STEPS);
    expect(terms.every(Number.isFinite)).toBe(true);
    expect({ ...memory(), wasm: wasmBytes() }).toEqual(early);
    trainer.dispose();
  },
);
