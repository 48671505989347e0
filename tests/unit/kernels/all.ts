// The tests that both builds of the kernels must pass.

import { adamTests } from './adam.ts';
import { matmulTests } from './matmul.ts';

export function kernelTests(): void {
  adamTests();
  matmulTests();
}
