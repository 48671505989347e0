// The tests that both builds of the kernels must pass.

import { adamTests } from './adam.ts';
import { convTests } from './conv.ts';
import { elementwiseTests } from './elementwise.ts';
import { matmulTests } from './matmul.ts';
import { reduceTests } from './reduce.ts';
import { segmentTests } from './segments.ts';

export function kernelTests(): void {
  adamTests();
  convTests();
  elementwiseTests();
  matmulTests();
  reduceTests();
  segmentTests();
}
