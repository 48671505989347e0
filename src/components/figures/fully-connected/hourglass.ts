// The layers of 784-128-64-32 and back: widths, and the parameters between each two. Pure.
import { aePresets } from '../../../lib/models/ae.config.ts';

const { inputDim, hidden, latentDim } = aePresets['784-128-64-32'];

export const widths: readonly number[] = [
  inputDim,
  ...hidden,
  latentDim,
  ...[...hidden].reverse(),
  inputDim,
];

/** Weights and biases into each layer but the first. */
export const parametersInto: readonly number[] = widths
  .slice(1)
  .map((width, i) => width * (widths[i] ?? 0) + width);

export const parametersTotal: number = parametersInto.reduce((a, b) => a + b, 0);
