// The committed benchmark keeps what the course claims of it: this engine is never slower than plain tfjs.
import { expect, test } from 'vitest';
import report from '../../../src/content/reports/bench.json' with { type: 'json' };

test('on no backend is a network trained slower than by plain tfjs', () => {
  const rows = [...report.networks, ...report.backends.networks];
  const ratios = rows.flatMap(({ network, ratio }) =>
    Object.entries(ratio)
      .filter(([side]) => side.startsWith('tfjs'))
      .map(([side, times]) => ({ network, side, times })),
  );
  expect(new Set(ratios.map(({ side }) => side))).toEqual(
    new Set([
      'tfjs wasm, Node',
      'tfjs cpu, Node',
      'tfjs wasm, Chromium',
      'tfjs webgl, Chromium',
      'tfjs webgpu, Chromium',
    ]),
  );
  expect(ratios.filter(({ times }) => times < 1)).toEqual([]);
});
