// Random arrays for pictures on the page, from the project's one generator (ops/random.ts), so that a picture
// with a number comes again with that number. Knows no tensors.
import { binarise, EVALUATION_SEED, fillNormal, fillUniform, Stream } from '../../ops/random.ts';

/** Draw `n` of ε: `count` standard normals. */
export function noise(count: number, n: number): Float32Array {
  const out = new Float32Array(count);
  fillNormal(out, EVALUATION_SEED, Stream.noise, n);
  return out;
}

/** `count` codes from the prior N(0, I), row-major [count, dimensions]; another `n`, another set. */
export function priorCodes(count: number, dimensions: number, n: number): Float32Array {
  const out = new Float32Array(count * dimensions);
  fillNormal(out, EVALUATION_SEED, Stream.prior, n);
  return out;
}

/** Set `n` of `count` uniform numbers in (0, 1): what a draw from a mixture chooses its parts by. */
export function chances(count: number, n: number): Float32Array {
  const out = new Float32Array(count);
  fillUniform(out, EVALUATION_SEED, Stream.prior, n);
  return out;
}

/** Draw `n` of a Bernoulli sample: each pixel 1 with the probability of its mean. */
export function bernoulliSample(means: Float32Array, n: number): Float32Array {
  const out = new Float32Array(means.length);
  fillUniform(out, EVALUATION_SEED, Stream.binarise, n);
  for (let i = 0; i < out.length; i++) out[i] = out[i]! < means[i]! ? 1 : 0;
  return out;
}

/** An image as the network sees it: binarised as in every evaluation, `row` being its place in the split. */
export function binarised(grey: Uint8Array, row: number): Float32Array {
  const out = new Float32Array(grey.length);
  binarise(out, grey, EVALUATION_SEED, Stream.evaluationBinarise, row);
  return out;
}
