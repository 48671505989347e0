// Every kernel as built without relaxed SIMD, for browsers that lack it.

import { beforeAll } from 'vitest';
import { nodeAssets } from '../../../src/lib/backends/node.ts';
import { startBackend } from '../../../src/lib/backends/start.ts';
import { kernelTests } from './all.ts';

const assets = nodeAssets();
beforeAll(() => startBackend('wasm', { ...assets, relaxedKernels: assets.plainKernels }));

kernelTests();
