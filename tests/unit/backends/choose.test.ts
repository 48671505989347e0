// The choice between backends, with devices that only pretend, on a clock that does too: what wins, what is said of the
// others, who is stopped.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { choose, type Candidate } from '../../../src/lib/backends/choose.ts';
import { isSoftware } from '../../../src/lib/backends/look.ts';
import type { Trial } from '../../../src/lib/backends/trial.ts';
import type { BackendName, Precision } from '../../../src/lib/protocol/machine.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Device {
  readonly ms: number;
  readonly loss?: number;
  readonly software?: boolean;
  readonly precision?: Precision;
  readonly missing?: string;
}

/** A machine with these devices: what was started, what was stopped, and the choice between them. */
async function chooseAmong(devices: Readonly<Partial<Record<BackendName, Device>>>) {
  const log: string[] = [];
  let current: Device = { ms: 0 };
  const candidate = (name: BackendName): Candidate => {
    const device = devices[name] ?? { ms: 0, missing: 'not here.' };
    return {
      name,
      look: () => {
        if (device.missing) throw new Error(device.missing);
        return { device: 'a renderer', software: device.software ?? false };
      },
      start: () => {
        log.push(`+${name}`);
        current = device;
        const { precision = 32 } = device;
        return Promise.resolve({ device: name, precision, stop: () => log.push(`-${name}`) });
      },
    };
  };
  const trial: Trial = () => {
    const { ms, loss = 100 } = current;
    return Promise.resolve({
      updates: async (count) => {
        await new Promise((resolve) => setTimeout(resolve, ms * count));
        return loss;
      },
      dispose: () => undefined,
    });
  };
  const graphics = [candidate('webgpu'), candidate('webgl')];
  const choosing = choose(candidate('wasm'), graphics, trial);
  await vi.runAllTimersAsync();
  const choice = await choosing;
  const said = Object.fromEntries(choice.passedOver.map(({ name, why }) => [name, why]));
  return { choice, said, log };
}

test('a faster graphics processor is taken, wasm is stopped, the next is not tried', async () => {
  const { choice, said, log } = await chooseAmong({
    wasm: { ms: 40 },
    webgpu: { ms: 5 },
    webgl: { ms: 5 },
  });
  expect(choice.name).toBe('webgpu');
  expect(choice.msPerStep).toBeLessThan(30);
  expect(said).toEqual({
    wasm: 'slower than webgpu.',
    webgl: 'not tried: webgpu is faster than wasm.',
  });
  expect(choice.passedOver[0]?.msPerStep).toBeGreaterThan(30);
  expect(log).toEqual(['+wasm', '+webgpu', '-wasm']);
});

test('a slower one is stopped, and wasm is current again', async () => {
  const { choice, said, log } = await chooseAmong({ wasm: { ms: 5 }, webgpu: { ms: 60 } });
  expect(choice.name).toBe('wasm');
  expect(said['webgpu']).toBe('not faster than wasm.');
  expect(choice.passedOver[0]?.msPerStep).toBeGreaterThan(40);
  expect(said['webgl']).toBe('not here.');
  expect(log).toEqual(['+wasm', '+webgpu', '-webgpu', '+wasm', '+wasm']);
});

test('a software renderer and 16-bit floats are named and never timed', async () => {
  const { choice, said } = await chooseAmong({
    wasm: { ms: 20 },
    webgpu: { ms: 1, software: true },
    webgl: { ms: 1, precision: 16 },
  });
  expect(choice.name).toBe('wasm');
  expect(said['webgpu']).toMatch(/not tried: a renderer is a software renderer/);
  expect(said['webgl']).toMatch(/16-bit/);
});

test('a driver that computes another loss is no faster, and one that never ends is given up', async () => {
  const { choice, said } = await chooseAmong({
    wasm: { ms: 20 },
    webgpu: { ms: 1, loss: 73 },
    webgl: { ms: 60_000 },
  });
  expect(choice.name).toBe('wasm');
  expect(said['webgpu']).toMatch(/computes a loss of 73 where it is 100/);
  expect(said['webgl']).toMatch(/took longer than the trial/);
});

test('software renderers are known by their names', () => {
  for (const name of ['google swiftshader', 'llvmpipe (LLVM 15)', 'Microsoft Basic Render Driver'])
    expect(isSoftware(name)).toBe(true);
  for (const name of ['nvidia ampere', 'Apple M2', 'Intel(R) UHD Graphics 620'])
    expect(isSoftware(name)).toBe(false);
});
