// Every kernel as built with relaxed SIMD.

import { beforeAll } from 'vitest';
import { nodeAssets } from '../../../src/lib/backends/node.ts';
import { startBackend } from '../../../src/lib/backends/start.ts';
import { kernelTests } from './all.ts';

const assets = nodeAssets();
beforeAll(() => startBackend('wasm', { ...assets, plainKernels: assets.relaxedKernels }));

kernelTests();
