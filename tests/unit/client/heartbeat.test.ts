// When a worker counts as silent: by beats that nothing answered, never by the clock alone.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Heartbeat, type Stage } from '../../../src/lib/client/heartbeat.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function heart(stage: Stage, answers = false) {
  const pulse = { ping: vi.fn(), silent: vi.fn<(seconds: number) => void>() };
  if (answers) pulse.ping.mockImplementation(() => setTimeout(() => made.heard(), 300));
  const made = new Heartbeat(pulse);
  made.stage = stage;
  made.start();
  return { made, pulse };
}

test('a worker that answers is left alone, however long it works', () => {
  const { pulse } = heart('wasm', true);
  vi.advanceTimersByTime(600_000);
  expect(pulse.ping.mock.calls.length).toBeGreaterThan(590);
  expect(pulse.silent).not.toHaveBeenCalled();
});

test('on wasm five unanswered seconds are too many, and it says so once', () => {
  const { pulse } = heart('wasm');
  vi.advanceTimersByTime(5900);
  expect(pulse.silent).not.toHaveBeenCalled();
  vi.advanceTimersByTime(60_000);
  expect(pulse.silent.mock.calls).toEqual([[5]]);
});

test('a worker that still opens has most of a minute', () => {
  const { pulse } = heart('opening');
  vi.advanceTimersByTime(44_000);
  expect(pulse.silent).not.toHaveBeenCalled();
  vi.advanceTimersByTime(3000);
  expect(pulse.silent).toHaveBeenCalledWith(45);
});

test('a machine that slept for an hour is no reason to doubt the worker', () => {
  const { made, pulse } = heart('wasm');
  vi.advanceTimersByTime(1000);
  vi.setSystemTime(Date.now() + 3_600_000);
  vi.advanceTimersByTime(1000);
  made.heard();
  vi.advanceTimersByTime(4000);
  expect(pulse.silent).not.toHaveBeenCalled();
});

test('nothing is asked while nothing is expected', () => {
  const { made, pulse } = heart('wasm');
  made.stop();
  vi.advanceTimersByTime(60_000);
  expect(pulse.ping).not.toHaveBeenCalled();
  expect(pulse.silent).not.toHaveBeenCalled();
});
