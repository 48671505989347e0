// The one source of randomness: batches, initial weights, noise and binarisation draw from it.
// Counter-based, so every number is a pure function of (seed, stream, row, index): the same in a
// browser on any backend, in Node and in PyTorch, in any batch size and any order.
// Knows no tensors.
//
// Generator: Threefry-2x32 with 20 rounds (Salmon et al. 2011, "Parallel random numbers: as easy as
// 1, 2, 3", doi:10.1145/2063384.2063405). Key (seed, stream), counter (pair, row); element 2·pair is the
// first output word, element 2·pair + 1 the second.

/** What numbers are for; each purpose has its own key and so its own sequence. */
export const Stream = {
  /** Initial weights; row = index of the parameter tensor. */
  weights: 1,
  /** Order of the training images; row = epoch. */
  order: 2,
  /** Dynamic binarisation while training; row = step. */
  binarise: 3,
  /** Reparameterisation noise while training; row = step. */
  noise: 4,
  /** Binarisation in evaluation; row = index of the image in its split. */
  evaluationBinarise: 5,
  /** Noise in evaluation; row = index of the image in its split. */
  evaluationNoise: 6,
  /** Codes drawn from the prior; row = index of the sample. */
  prior: 7,
  /** Synthetic data. */
  data: 8,
  /** Importance samples in evaluation; row = index of the image in its split. */
  importance: 9,
  /** Moves of the training images; row = step. */
  augment: 10,
  /** Which of a reader's own images are held out; row = how many there are. */
  heldOut: 11,
} as const;
export type StreamId = (typeof Stream)[keyof typeof Stream];

/** The seed of every published evaluation. */
export const EVALUATION_SEED = 2026;

const PARITY = 0x1bd11bda;
const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24] as const;

/**
 * `out.length` random 32-bit words of row `row`, from element `offset` on (`offset` even).
 * Reference vectors are in the tests.
 */
export function fillBits(
  out: Uint32Array,
  seed: number,
  stream: StreamId,
  row: number,
  offset = 0,
): void {
  if (offset % 2 !== 0) throw new RangeError(`fillBits: offset ${offset} must be even`);
  const k0 = seed | 0;
  const k1 = stream | 0;
  const k2 = PARITY ^ k0 ^ k1;
  const [ra, rb, rc, rd, re, rf, rg, rh] = ROTATIONS;
  for (let i = 0; i < out.length; i += 2) {
    let x0 = (((offset + i) >>> 1) + k0) | 0;
    let x1 = (row + k1) | 0;
    // Five groups of four rounds, a key injection after each. Unrolled: this runs a hundred thousand times a step.
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << ra) | (x1 >>> (32 - ra))) ^ x0; // prettier-ignore
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << rb) | (x1 >>> (32 - rb))) ^ x0; // prettier-ignore
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << rc) | (x1 >>> (32 - rc))) ^ x0; // prettier-ignore
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << rd) | (x1 >>> (32 - rd))) ^ x0; // prettier-ignore
    x0 = (x0 + k1) | 0;
    x1 = (x1 + k2 + 1) | 0; // prettier-ignore
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << re) | (x1 >>> (32 - re))) ^ x0; // prettier-ignore
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << rf) | (x1 >>> (32 - rf))) ^ x0; // prettier-ignore
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << rg) | (x1 >>> (32 - rg))) ^ x0; // prettier-ignore
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << rh) | (x1 >>> (32 - rh))) ^ x0; // prettier-ignore
    x0 = (x0 + k2) | 0;
    x1 = (x1 + k0 + 2) | 0; // prettier-ignore
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << ra) | (x1 >>> (32 - ra))) ^ x0; // prettier-ignore
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << rb) | (x1 >>> (32 - rb))) ^ x0; // prettier-ignore
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << rc) | (x1 >>> (32 - rc))) ^ x0; // prettier-ignore
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << rd) | (x1 >>> (32 - rd))) ^ x0; // prettier-ignore
    x0 = (x0 + k0) | 0;
    x1 = (x1 + k1 + 3) | 0; // prettier-ignore
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << re) | (x1 >>> (32 - re))) ^ x0; // prettier-ignore
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << rf) | (x1 >>> (32 - rf))) ^ x0; // prettier-ignore
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << rg) | (x1 >>> (32 - rg))) ^ x0; // prettier-ignore
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << rh) | (x1 >>> (32 - rh))) ^ x0; // prettier-ignore
    x0 = (x0 + k1) | 0;
    x1 = (x1 + k2 + 4) | 0; // prettier-ignore
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << ra) | (x1 >>> (32 - ra))) ^ x0; // prettier-ignore
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << rb) | (x1 >>> (32 - rb))) ^ x0; // prettier-ignore
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << rc) | (x1 >>> (32 - rc))) ^ x0; // prettier-ignore
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << rd) | (x1 >>> (32 - rd))) ^ x0; // prettier-ignore
    x0 = (x0 + k2) | 0;
    x1 = (x1 + k0 + 5) | 0; // prettier-ignore
    out[i] = x0;
    if (i + 1 < out.length) out[i + 1] = x1;
  }
}

/** Uniform numbers (word + ½) / 2³², strictly between 0 and 1; a Float32Array rounds the largest to 1. */
export function fillUniform(
  out: Float32Array | Float64Array,
  seed: number,
  stream: StreamId,
  row: number,
): void {
  const words = scratch(out.length);
  fillBits(words, seed, stream, row);
  for (let i = 0; i < out.length; i++) out[i] = (words[i]! + 0.5) / 2 ** 32;
}

/**
 * Standard normal numbers by Box–Muller on the two words of each pair: with u, v uniform,
 * √(−2 ln u)·cos 2πv is the even element and √(−2 ln u)·sin 2πv the odd one.
 */
export function fillNormal(
  out: Float32Array,
  seed: number,
  stream: StreamId,
  row: number,
  offset = 0,
): void {
  const words = scratch(out.length + (out.length & 1));
  fillBits(words, seed, stream, row, offset);
  for (let i = 0; i < out.length; i += 2) {
    const radius = Math.sqrt(-2 * Math.log((words[i]! + 0.5) / 2 ** 32));
    const angle = (2 * Math.PI * (words[i + 1]! + 0.5)) / 2 ** 32;
    out[i] = radius * Math.cos(angle);
    if (i + 1 < out.length) out[i + 1] = radius * Math.sin(angle);
  }
}

/**
 * Binarises grey bytes: `out[i]` is 1 with probability `grey[i] / 255`, to within 2⁻³²
 * (word · 255 < grey · 2³², both sides exact integers below 2⁵³).
 */
export function binarise(
  out: Float32Array,
  grey: Uint8Array,
  seed: number,
  stream: StreamId,
  row: number,
): void {
  const words = scratch(grey.length);
  fillBits(words, seed, stream, row);
  for (let i = 0; i < grey.length; i++) out[i] = words[i]! * 255 < grey[i]! * 2 ** 32 ? 1 : 0;
}

/** A permutation of 0 … n−1: Fisher–Yates from the top, position i swapped with ⌊u·(i+1)⌋. */
export function permutation(n: number, seed: number, stream: StreamId, row: number): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  const uniform = new Float64Array(n);
  fillUniform(uniform, seed, stream, row);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(uniform[i]! * (i + 1));
    const kept = order[i]!;
    order[i] = order[j]!;
    order[j] = kept;
  }
  return order;
}

// One buffer, grown when asked for more: the fills above never run inside each other.
let words = new Uint32Array(0);
function scratch(length: number): Uint32Array {
  if (words.length < length) words = new Uint32Array(length);
  return words.subarray(0, length);
}
