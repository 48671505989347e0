// The linear probe against the equations it solves, and on codes of which the answer is known.
import { expect, test } from 'vitest';
import { fitProbe, probeAccuracy, type Labelled } from '../../../src/lib/metrics/arrays/probe.ts';
import { fillNormal } from '../../../src/lib/ops/random.ts';

const CLASSES = 4;

/** Codes around one centre a class, `spread` wide, at the corners of a square `far` away. */
function clusters(images: number, spread: number, far: number, row: number): Labelled {
  const codes = new Float32Array(images * 2);
  fillNormal(codes, 5, 1, row);
  const labels = Uint8Array.from({ length: images }, (_, i) => i % CLASSES);
  labels.forEach((label, i) => {
    codes[2 * i] = codes[2 * i]! * spread + (label % 2 ? far : -far);
    codes[2 * i + 1] = codes[2 * i + 1]! * spread + (label > 1 ? far : -far) + 10;
  });
  return { codes, dimensions: 2, labels };
}

test('the weights solve (XᵀX + I) W = XᵀY of the standardised codes', () => {
  const data = clusters(40, 1, 1, 0);
  const { means, deviations, weights } = fitProbe(data, CLASSES);
  const rows = Array.from(data.labels, (_, i) => [
    ...[0, 1].map((d) => (data.codes[2 * i + d]! - means[d]!) / deviations[d]!),
    1,
  ]);
  for (const d of [0, 1]) {
    const column = rows.map((row) => row[d]!);
    expect(column.reduce((a, b) => a + b) / 40).toBeCloseTo(0, 10);
    expect(column.reduce((a, b) => a + b * b, 0) / 40).toBeCloseTo(1, 10);
  }
  for (let a = 0; a < 3; a++) {
    for (let c = 0; c < CLASSES; c++) {
      let left = weights[a * CLASSES + c]!;
      let right = 0;
      rows.forEach((row, i) => {
        const output = row.reduce((sum, value, b) => sum + value * weights[b * CLASSES + c]!, 0);
        left += row[a]! * output;
        if (data.labels[i] === c) right += row[a]!;
      });
      expect(left).toBeCloseTo(right, 9);
    }
  }
});

test('classes that lie apart are all found, in images that were not fitted', () => {
  const probe = fitProbe(clusters(200, 0.2, 3, 0), CLASSES);
  expect(probeAccuracy(probe, clusters(400, 0.2, 3, 1))).toBe(1);
});

test('codes that know nothing are no better than chance, constant ones too', () => {
  const nothing = (row: number): Labelled => clusters(2000, 1, 0, row);
  const probe = fitProbe(nothing(0), CLASSES);
  expect(probeAccuracy(probe, nothing(1))).toBeLessThan(0.3);
  const constant = { codes: new Float32Array(8), dimensions: 2, labels: Uint8Array.of(0, 1, 2, 3) };
  expect(probeAccuracy(fitProbe(constant, CLASSES), constant)).toBe(0.25);
});

test('codes and labels that do not belong together are refused', () => {
  const labels = Uint8Array.of(0, 1);
  expect(() => fitProbe({ codes: new Float32Array(3), dimensions: 2, labels }, 2)).toThrow(
    /3 numbers are no codes/,
  );
});
