// The fused update against the algorithm in float64, and its manners towards shared memory.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  engine,
  memory,
  tensor1d,
  tidy,
  variable,
  zeros,
  type Tensor,
  type Variable,
} from '../../../src/lib/ops/tf.ts';
import { expectClose, runs, size, values } from './reference.ts';

const beta1 = 0.9;
const beta2 = 0.999;
const epsilon = 1e-8;

function update(theta: Variable, m: Variable, v: Variable, gradient: Tensor, t: number): void {
  tidy(() => {
    engine().runKernel(
      'AdamUpdate',
      { variable: theta, gradient, m, v },
      {
        learningRate: 0.01,
        beta1,
        beta2,
        epsilon,
        correction1: 1 - beta1 ** t,
        correction2: 1 - beta2 ** t,
      },
    );
  });
}

const zeroVariable = (count: number) => tidy(() => variable(zeros([count]), false));

export function adamTests(): void {
  describe('AdamUpdate', () => {
    test('makes the steps that the algorithm makes in float64', () => {
      fc.assert(
        fc.property(size, fc.nat(1000), (count, seed) => {
          const theta = tidy(() => variable(tensor1d(values(count, seed))));
          const [m, v] = [zeroVariable(count), zeroVariable(count)];
          const expected = {
            theta: Float64Array.from(values(count, seed)),
            m: new Float64Array(count),
            v: new Float64Array(count),
          };
          for (let t = 1; t <= 5; t++) {
            const gradient = values(count, seed + t);
            update(theta, m, v, tensor1d(gradient), t);
            for (let i = 0; i < count; i++) {
              const g = gradient[i]!;
              expected.m[i] = beta1 * expected.m[i]! + (1 - beta1) * g;
              expected.v[i] = beta2 * expected.v[i]! + (1 - beta2) * g * g;
              const first = expected.m[i]! / (1 - beta1 ** t);
              const second = expected.v[i]! / (1 - beta2 ** t);
              expected.theta[i]! -= (0.01 * first) / (Math.sqrt(second) + epsilon);
            }
          }
          const ones = new Float64Array(count).fill(1);
          expectClose(m.dataSync(), expected.m, ones, 1e-6);
          expectClose(v.dataSync(), expected.v, expected.v);
          expectClose(theta.dataSync(), expected.theta, ones, 1e-6);
        }),
        runs,
      );
    });

    test('a snapshot taken before the step keeps the old values', () => {
      const start = tensor1d([1, 2, 3]);
      const theta = variable(start);
      const shared = theta.clone();
      const [m, v] = [zeroVariable(3), zeroVariable(3)];
      update(theta, m, v, tensor1d([1, 1, 1]), 1);
      expect([...start.dataSync()]).toEqual([1, 2, 3]);
      expect([...shared.dataSync()]).toEqual([1, 2, 3]);
      expectClose(theta.dataSync(), [0.99, 1.99, 2.99]);
    });

    test('a thousand steps leave tensors and bytes as they were', () => {
      const theta = tidy(() => variable(tensor1d(values(1000, 1))));
      const [m, v] = [zeroVariable(1000), zeroVariable(1000)];
      const gradient = tensor1d(values(1000, 2));
      update(theta, m, v, gradient, 1);
      const before = memory();
      for (let t = 2; t <= 1000; t++) update(theta, m, v, gradient, t);
      expect(memory()).toMatchObject({
        numTensors: before.numTensors,
        numDataBuffers: before.numDataBuffers,
        numBytes: before.numBytes,
      });
    });

    test('a gradient of another shape is refused', () => {
      expect(() =>
        update(zeroVariable(3), zeroVariable(3), zeroVariable(3), tensor1d([1]), 1),
      ).toThrow(/\[3\].*\[1\]/);
    });
  });
}
