// The kernel's bits against those of lib/ops/random.ts, which it must equal one by one.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { binarise, Stream } from '../../../src/lib/ops/random.ts';
import { engine, tensor2d, tidy } from '../../../src/lib/ops/tf.ts';
import { runs } from './reference.ts';

export function binariseTests(): void {
  describe('Binarise', () => {
    test('draws the same bits as the reference', () => {
      fc.assert(
        fc.property(
          fc.integer({ min: 1, max: 5 }),
          fc.integer({ min: 1, max: 70 }),
          fc.nat(),
          fc.nat(1e6),
          fc.uint8Array({ minLength: 350, maxLength: 350 }),
          (rows, columns, seed, row, bytes) => {
            const grey = bytes.subarray(0, rows * columns);
            grey[0] = 255;
            grey[grey.length - 1] = 0;
            const expected = new Float32Array(grey.length);
            for (let r = 0; r < rows; r++) {
              const part = (all: Float32Array | Uint8Array) =>
                all.subarray(r * columns, (r + 1) * columns);
              const one = new Float32Array(columns);
              binarise(one, part(grey) as Uint8Array, seed, Stream.binarise, row + r);
              expected.set(one, r * columns);
            }
            const got = tidy(() => {
              const input = tensor2d(grey, [rows, columns], 'bool');
              const out = engine().runKernel(
                'Binarise',
                { grey: input },
                { seed, stream: Stream.binarise, row },
              );
              return (Array.isArray(out) ? out[0] : out)?.dataSync();
            });
            expect(got).toEqual(expected);
          },
        ),
        runs,
      );
    });
  });
}
