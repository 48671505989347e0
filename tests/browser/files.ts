// Small files for the worker to fetch: a packed set of images and the weights of a small network, with their hashes.
// Written in Node into the folder that the engine's page is served from.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { writeIdx } from '../../src/lib/data/idx.ts';
import { vaeShapes, type VaeConfig } from '../../src/lib/models/vae.config.ts';
import { initialWeights } from '../../src/lib/ops/init.ts';
import type { DataRef, FileRef } from '../../src/lib/protocol/messages.ts';
import type { ModelSpec } from '../../src/lib/protocol/model.ts';
import { writeSafetensors } from '../../src/lib/weights/safetensors.ts';

const config: VaeConfig = {
  inputDim: 64,
  hidden: [24],
  latentDim: 2,
  activation: 'relu',
  likelihood: 'bernoulli',
};

export interface EngineFiles {
  readonly spec: ModelSpec;
  readonly data: DataRef;
  readonly weights: FileRef;
}

/** Writes the files into `folder`; their addresses are relative to `base`. */
export function writeFiles(folder: string, base: string): EngineFiles {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, bytes: Uint8Array): FileRef => {
    writeFileSync(path.join(folder, name), bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { url: `${base}${name}`, bytes: bytes.length, sha256 };
  };
  // Bars: one or two bright rows of eight by eight pixels.
  const count = 256;
  const values = Uint8Array.from({ length: count * 64 }, (_, i) => {
    const [image, row] = [Math.floor(i / 64), Math.floor((i % 64) / 8)];
    return row === image % 8 || row === Math.floor(image / 8) % 8 ? 255 : 0;
  });
  const shapes = vaeShapes(config);
  const start = initialWeights(shapes, 5);
  const tensors = new Map(
    shapes.map(({ name, shape }) => [
      name,
      { shape, values: start.get(name) ?? new Float32Array() },
    ]),
  );
  return {
    spec: { family: 'vae', config: { ...config } },
    data: {
      name: 'bars',
      images: write('images.pack', gzipSync(writeIdx({ shape: [count, 8, 8], values }))),
      labels: write(
        'labels.pack',
        gzipSync(writeIdx({ shape: [count], values: new Uint8Array(count) })),
      ),
    },
    weights: write('weights.safetensors', writeSafetensors(tensors, 'F32')),
  };
}
