// The tests that both builds of the kernels must pass.

import { adamTests } from './adam.ts';
import { binariseTests } from './binarise.ts';
import { convTests } from './conv.ts';
import { elementwiseTests } from './elementwise.ts';
import { gradientTests } from './gradients.ts';
import { matmulTests } from './matmul.ts';
import { memoryTests } from './memory.ts';
import { reduceTests } from './reduce.ts';
import { rowTests } from './rows.ts';
import { segmentTests } from './segments.ts';

export function kernelTests(): void {
  adamTests();
  binariseTests();
  convTests();
  elementwiseTests();
  gradientTests();
  matmulTests();
  memoryTests();
  reduceTests();
  rowTests();
  segmentTests();
}
