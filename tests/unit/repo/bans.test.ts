// The import bans bite: each row of the table is tried with an import that it must refuse and one that it must let through.
import { ESLint } from 'eslint';
import { parser, plugin } from 'typescript-eslint';
import { describe, expect, test } from 'vitest';
import bans from '../../../eslint.bans.js';

const root = new URL('../../../', import.meta.url).pathname;
const eslint = new ESLint({
  cwd: root,
  overrideConfigFile: true,
  overrideConfig: [
    { files: ['**/*.ts'], languageOptions: { parser }, plugins: { '@typescript-eslint': plugin } },
    ...bans,
  ],
});

/** Messages of the bans for one line of code in a file of that path. The file need not exist. */
async function complaints(filePath: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath });
  const messages = result?.messages ?? [];
  const others = messages.filter(({ ruleId }) => !ruleId?.includes('no-restricted-'));
  if (others.length > 0) throw new Error(`Not a ban: ${others[0]?.message ?? ''}`);
  return messages.map(({ message }) => message);
}

const refused: [file: string, code: string][] = [
  ['src/components/labs/vae/VaeLab.ts', `import { tensor } from '@tensorflow/tfjs-core';`],
  ['src/components/labs/vae/VaeLab.ts', `import { tensor } from '../../../lib/ops/tf.ts';`],
  ['src/components/labs/vae/VaeLab.ts', `import { loop } from '../../../lib/train/loop.ts';`],
  ['src/components/labs/vae/VaeLab.ts', `import '../../../lib/worker/engine.worker.ts';`],
  ['src/components/labs/vae/VaeLab.ts', `import { start } from '../../../lib/backends/start.ts';`],
  ['src/components/labs/vae/VaeLab.ts', `import { encode } from '../../../lib/models/vae.ts';`],
  [
    'src/components/labs/vae/VaeLab.ts',
    `import { nll } from '../../../lib/metrics/tensors/nll.ts';`,
  ],
  ['src/components/labs/vae/VaeLab.ts', `import { Other } from '../ae/Other.ts';`],
  ['src/components/labs/vae/parts/Dial.ts', `import { Other } from '../../ae/Other.ts';`],
  ['src/components/labs/shared/session.ts', `import { VaeLab } from '../vae/VaeLab.ts';`],
  ['src/components/labs/vae/VaeLab.ts', `const m = import('../../../lib/models/vae.ts');`],
  ['src/components/ui/Slider.ts', `import { Session } from '../../lib/client/session.ts';`],
  ['src/components/ui/Slider.ts', `import { VaeLab } from '../labs/vae/VaeLab.ts';`],
  ['src/components/ui/Slider.ts', `import type { Message } from '../../lib/protocol/messages.ts';`],
  ['src/components/ui/Slider.ts', `import * as tf from '@tensorflow/tfjs-core';`],
  ['src/lib/client/session.ts', `import { vae } from '../models/vae.ts';`],
  ['src/lib/client/session.ts', `import { run } from '../worker/handle.ts';`],
  ['src/lib/protocol/messages.ts', `import { size } from '../models/vae.config.ts';`],
  ['src/lib/protocol/messages.ts', `export const version = 1;`],
  ['src/lib/worker/engine.worker.ts', `import { Session } from '../client/session.ts';`],
  ['src/lib/worker/engine.worker.ts', `import { add } from '@tensorflow/tfjs-core';`],
  ['src/lib/models/vae.ts', `import { loop } from '../train/loop.ts';`],
  ['src/lib/models/vae.ts', `import { readFileSync } from 'node:fs';`],
  ['src/lib/models/vae.ts', `import { add } from '@tensorflow/tfjs-core';`],
  ['src/lib/train/loop.ts', `import { start } from '../backends/start.ts';`],
  ['src/lib/train/loop.ts', `import Slider from '../../components/ui/Slider.svelte';`],
  ['src/lib/ops/layers.ts', `import { add } from '@tensorflow/tfjs-core';`],
  ['src/lib/ops/layers.ts', `import { vae } from '../models/vae.ts';`],
  ['src/lib/data/mnist.ts', `import { readFileSync } from 'fs';`],
  ['src/lib/weights/safetensors.ts', `import { vae } from '../models/vae.ts';`],
  ['src/lib/metrics/arrays/pca.ts', `import { add } from '../../ops/tf.ts';`],
  ['src/lib/metrics/tensors/nll.ts', `import { open } from '../../client/session.ts';`],
  ['src/lib/kernels/register.ts', `import { vae } from '../models/vae.ts';`],
  ['src/lib/backends/start.ts', `import { loop } from '../train/loop.ts';`],
  ['src/lib/train/loop.ts', `import { main } from '../../../scripts/train.ts';`],
  ['scripts/train.ts', `import { add } from '@tensorflow/tfjs-core';`],
  ['scripts/train.ts', `const word = value!;`],
];

const allowed: [file: string, code: string][] = [
  ['src/components/labs/vae/VaeLab.ts', `import { open } from '../../../lib/client/session.ts';`],
  [
    'src/components/labs/vae/VaeLab.ts',
    `import { sizes } from '../../../lib/models/vae.config.ts';`,
  ],
  ['src/components/labs/vae/VaeLab.ts', `import type { Vae } from '../../../lib/models/vae.ts';`],
  [
    'src/components/labs/vae/VaeLab.ts',
    `import { psnr } from '../../../lib/metrics/arrays/psnr.ts';`,
  ],
  ['src/components/labs/vae/VaeLab.ts', `import { crisp } from '../../ui/crisp.ts';`],
  ['src/components/labs/vae/VaeLab.ts', `import { status } from '../shared/status.ts';`],
  ['src/components/labs/vae/parts/Dial.ts', `import { status } from '../../shared/status.ts';`],
  ['src/components/labs/vae/parts/Dial.ts', `import { state } from '../state.ts';`],
  ['src/components/ui/Slider.ts', `import { ticks } from './ticks.ts';`],
  ['src/components/ui/LinePlot.ts', `const plot = import('uplot');`],
  ['src/lib/client/session.ts', `import type { Message } from '../protocol/messages.ts';`],
  ['src/lib/protocol/messages.ts', `import type { VaeConfig } from '../models/vae.config.ts';`],
  ['src/lib/protocol/messages.ts', `export interface Message { readonly id: number }`],
  ['src/lib/worker/engine.worker.ts', `import { loop } from '../train/loop.ts';`],
  ['src/lib/models/vae.ts', `import { add } from '../ops/tf.ts';`],
  ['src/lib/train/loop.ts', `import { vae } from '../models/vae.ts';`],
  ['src/lib/ops/tf.ts', `export { add } from '@tensorflow/tfjs-core';`],
  ['src/lib/data/shapes.ts', `import { uniforms } from '../ops/random.ts';`],
  ['src/lib/kernels/register.ts', `import { registerKernel } from '@tensorflow/tfjs-core';`],
  ['src/lib/backends/node.ts', `import { readFileSync } from 'node:fs';`],
  ['scripts/train.ts', `import { loop } from '../src/lib/train/loop.ts';`],
  ['scripts/train.ts', `const pixel = pixels[index]!;`],
];

describe('an import that goes against the arrows is refused', () => {
  test.each(refused)('%s: %s', async (file, code) => {
    expect(await complaints(file, code)).not.toEqual([]);
  });
});

describe('an import along the arrows passes', () => {
  test.each(allowed)('%s: %s', async (file, code) => {
    expect(await complaints(file, code)).toEqual([]);
  });
});

test('the lint that everybody runs contains these bans, last, so that no other block lifts them', async () => {
  const { default: config } = (await import('../../../eslint.config.js')) as { default: unknown[] };
  expect(config.slice(-bans.length)).toEqual(bans);
});
