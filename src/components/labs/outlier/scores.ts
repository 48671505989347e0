// The numbers that may tell an outlier, how two groups spread over one of them, and the images that nobody drew. Pure.
import { mseOf } from '../../../lib/metrics/arrays/reconstruction.ts';
import { klPerDimension, type CodeArrays } from '../../../lib/metrics/arrays/posterior.ts';
import { binarised } from '../../../lib/metrics/arrays/draws.ts';
import type { LikelihoodReport } from '../../../lib/protocol/queries.ts';
import { PIXELS, type Subject } from '../shared/gallery.ts';

/** Each is large where an image is to be called an outlier. */
export const scores = [
  { key: 'nll', name: '−log p(x)', unit: 'nats', decimals: 0 },
  { key: 'negElbo', name: 'negative ELBO', unit: 'nats', decimals: 0 },
  { key: 'reconstruction', name: 'reconstruction', unit: 'nats', decimals: 0 },
  { key: 'kl', name: 'KL to the prior', unit: 'nats', decimals: 1 },
  { key: 'mse', name: 'squared error', unit: 'per pixel', decimals: 3 },
  { key: 'ink', name: 'pixels on', unit: 'of 784', decimals: 0 },
] as const;
export type Score = (typeof scores)[number];
export type ScoreKey = Score['key'];

export type Scored = Readonly<Record<ScoreKey, number>> & {
  /** Standard error of `nll`. */
  readonly error: number;
};

/** What was asked of some images, [count] each. */
export interface Answers {
  readonly subjects: readonly Subject[];
  readonly likelihood: LikelihoodReport;
  readonly codes: CodeArrays;
  /** Decoder means at the posterior means, [count, PIXELS]. */
  readonly means: Float32Array;
}

/**
 * The scores of each image. The reconstruction is what remains of the negative ELBO without the KL, which has a closed
 * form; the squared error is from grey image to grey image.
 */
export function scoresOf({ subjects, likelihood, codes, means }: Answers): Scored[] {
  const { dimensions: d } = codes;
  return subjects.map((subject, i) => {
    const own = (values: Float32Array): Float32Array => values.subarray(i * d, (i + 1) * d);
    const kl = klPerDimension({ mean: own(codes.mean), logVar: own(codes.logVar), dimensions: d });
    const rate = kl.reduce((sum, nats) => sum + nats, 0);
    const negElbo = -(likelihood.elbos[i] ?? NaN);
    const grey = Float32Array.from(subject.grey, (byte) => byte / 255);
    return {
      nll: -(likelihood.values[i] ?? NaN),
      error: likelihood.standardErrors[i] ?? NaN,
      negElbo,
      reconstruction: negElbo - rate,
      kl: rate,
      mse: mseOf(grey, means.subarray(i * PIXELS, (i + 1) * PIXELS)),
      ink: subject.binary.reduce((sum, pixel) => sum + pixel, 0),
    };
  });
}

/** Bins of one width over two groups. */
export interface Histogram {
  readonly from: number;
  readonly width: number;
  readonly known: readonly number[];
  readonly strange: readonly number[];
}

const BINS = 28;

/** About 28 bins of a round width over all values. */
export function histogramOf(known: readonly number[], strange: readonly number[]): Histogram {
  const all = [...known, ...strange];
  const [least, most] = [Math.min(...all), Math.max(...all)];
  if (!Number.isFinite(least) || !Number.isFinite(most)) {
    return { from: 0, width: 1, known: [0], strange: [0] };
  }
  const width = roundUp(Math.max((most - least) / BINS, 1e-6));
  const from = Math.floor(least / width) * width;
  const count = Math.floor((most - from) / width) + 1;
  const into = (values: readonly number[]): number[] => {
    const counts = new Array<number>(count).fill(0);
    for (const value of values) counts[binOf({ from, width }, value, count)]! += 1;
    return counts;
  };
  return { from, width, known: into(known), strange: into(strange) };
}

/** The bin that a value falls into, within 0 … count − 1. */
export function binOf(
  { from, width }: Pick<Histogram, 'from' | 'width'>,
  value: number,
  count: number,
): number {
  return Math.min(count - 1, Math.max(0, Math.floor((value - from) / width)));
}

/** The next of 1, 2, 5 times a power of ten. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5].find((factor) => factor * power >= value) ?? 10) * power;
}

/** An image to try that is in no data set. */
export interface Probe {
  readonly name: string;
  readonly subject: Subject;
}

/** Random rows of the probes' pixels, beyond every split. */
const PROBE_ROW = (1 << 24) + 1;

/** The simplest images there are. */
export const probes: readonly Probe[] = [
  probe('empty, all 0', () => 0),
  probe('full, all 1', () => 255),
  probe('noise, half are 1', () => 127.5),
  probe('noise, 5% are 1', () => 12.75),
  probe('half full', (column) => (column < 14 ? 255 : 0)),
];

function probe(name: string, grey: (column: number) => number): Probe {
  const bytes = Uint8Array.from({ length: PIXELS }, (_, i) => Math.round(grey(i % 28)));
  const binary = binarised(bytes, PROBE_ROW);
  // Noise is shown as the pixels that were drawn.
  const shown = Uint8Array.from(binary, (pixel) => 255 * pixel);
  return { name, subject: { index: -1, label: -1, grey: shown, binary } };
}

/** Share of `values` below `value`. */
export function shareBelow(values: readonly number[], value: number): number {
  return values.filter((each) => each < value).length / values.length;
}
