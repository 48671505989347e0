// The tests that both builds of the kernels must pass.

import { matmulTests } from './matmul.ts';

export function kernelTests(): void {
  matmulTests();
}
