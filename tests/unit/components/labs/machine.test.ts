// What the machine panel is told of a backend and its rivals.
import { expect, test } from 'vitest';
import { candidatesOf, machineOf } from '../../../../src/components/labs/shared/machine.ts';
import type { BackendReport } from '../../../../src/lib/protocol/machine.ts';

const report: BackendReport = {
  name: 'webgpu',
  device: 'a graphics processor',
  precision: 32,
  msPerStep: 3,
  passedOver: [
    { name: 'wasm', why: 'slower than webgpu.', msPerStep: 20 },
    { name: 'webgl', why: 'not tried: webgpu is faster than wasm.' },
  ],
};

test('the backend in use comes first, its rivals with their times and reasons', () => {
  expect(candidatesOf(report)).toEqual([
    { name: 'webgpu', verdict: 'in use', chosen: true, msPerStep: 3 },
    { name: 'wasm', verdict: 'slower than webgpu.', chosen: false, msPerStep: 20 },
    { name: 'webgl', verdict: 'not tried: webgpu is faster than wasm.', chosen: false },
  ]);
});

test('before anything runs nothing is claimed', () => {
  expect(machineOf({ backend: null, report: null, memory: null })).toEqual({
    backend: '',
    device: undefined,
    precision: undefined,
    msPerStep: undefined,
    imagesPerSecond: undefined,
    tensors: undefined,
    memory: undefined,
    candidates: [],
  });
});

test('the figures are those of the run', () => {
  const memory = { tensors: 40, bytes: 1_000_000 };
  expect(machineOf({ backend: report, report: null, memory })).toMatchObject({
    backend: 'webgpu',
    precision: 32,
    tensors: 40,
    memory: 1_000_000,
  });
});
