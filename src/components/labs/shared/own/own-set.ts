// A reader's own images of one size as one set, 28×28 grey or 32×32 colour: how it grows, shrinks and is named. Every
// change is a new set, so that what the worker was sent stays what it was. Knows no file and no worker.
import { imageSize, type ImageSet } from '../../../../lib/data/images.ts';
import { NO_LABEL, type Found } from '../../../../lib/data/own.ts';
import { LEAST_TO_HOLD_OUT, Part } from '../../../../lib/data/parts.ts';
import type { ImageShape } from '../../../ui/images.ts';
import { drawing, NO_BINARY, type Subject } from '../gallery.ts';
import { pause } from '../slices.ts';

export interface OwnSet extends ImageSet {
  /** What each image is used for, by `Part`; open until it is first trained with. */
  readonly parts: Uint8Array;
  /** Files whose labels may still come: where their images begin, how many were kept, of how many. */
  readonly unnamed: readonly {
    readonly from: number;
    readonly kept: number;
    readonly of: number;
  }[];
}

const NOTHING = {
  pixels: new Uint8Array(0),
  labels: new Uint8Array(0),
  parts: new Uint8Array(0),
  unnamed: [],
  count: 0,
} as const;

type FoundImages = Extract<Found, { kind: 'images' }>;

/** The set with more images of its size at its end: at least one found. Throws RangeError for another size. */
export function withImages(set: OwnSet | null, found: readonly FoundImages[]): OwnSet {
  const [first] = found;
  if (!first) throw new RangeError('There is nothing to add to the set.');
  const before = set ?? { ...NOTHING, ...first.shape };
  for (const { shape } of found) {
    if (shape.width !== before.width || shape.channels !== before.channels) {
      throw new RangeError(
        `Images of ${shape.width} × ${shape.height} × ${shape.channels} do not go into a set of ${before.width} × ${before.height} × ${before.channels}.`,
      );
    }
  }
  const unnamed = [...before.unnamed];
  let { count } = before;
  for (const { labels, of } of found) {
    if (labels.length > 0 && labels.every((label) => label === NO_LABEL)) {
      unnamed.push({ from: count, kept: labels.length, of });
    }
    count += labels.length;
  }
  return {
    ...before,
    pixels: joined([before.pixels, ...found.map(({ pixels }) => pixels)]),
    labels: joined([before.labels, ...found.map(({ labels }) => labels)]),
    parts: joined([before.parts, new Uint8Array(count - before.count)]),
    unnamed,
    count,
  };
}

/** The set with the labels of a file of its images, the last one of as many; null where there is none. */
export function withLabels(set: OwnSet | null, labels: Uint8Array): OwnSet | null {
  const file = set?.unnamed.findLast(({ of }) => of === labels.length);
  if (!set || !file) return null;
  const all = set.labels.slice();
  all.set(labels.subarray(0, file.kept), file.from);
  return { ...set, labels: all, unnamed: set.unnamed.filter((other) => other !== file) };
}

/** The set without one of its images; null where it was the last. */
export function without(set: OwnSet, index: number): OwnSet | null {
  if (set.count <= 1) return null;
  const cut = (values: Uint8Array, size: number): Uint8Array =>
    joined([values.subarray(0, index * size), values.subarray((index + 1) * size)]);
  return {
    ...set,
    pixels: cut(set.pixels, imageSize(set)),
    labels: cut(set.labels, 1),
    parts: cut(set.parts, 1),
    unnamed: [], // images and labels are counted from the beginning of their file
    count: set.count - 1,
  };
}

/** The set with one image named 0 to 9, or by `NO_LABEL` not at all. */
export function labelled(set: OwnSet, index: number, label: number): OwnSet {
  const labels = set.labels.slice();
  labels[index] = label;
  return { ...set, labels };
}

/** The set with one image's light and dark exchanged. */
export function inverted(set: OwnSet, index: number): OwnSet {
  const pixels = set.pixels.slice();
  const size = imageSize(set);
  for (let i = index * size; i < (index + 1) * size; i++) pixels[i] = 255 - pixels[i]!;
  return { ...set, pixels };
}

/** The images of one part as a set of their own: the first of them where `most` is said. */
export function partOf(
  set: OwnSet,
  part: (typeof Part)[keyof typeof Part],
  most = Infinity,
): ImageSet {
  const places: number[] = [];
  for (let i = 0; i < set.count && places.length < most; i++) {
    if (set.parts[i] === part) places.push(i);
  }
  const { width, height, channels } = set;
  const size = imageSize(set);
  return {
    pixels: joined(places.map((i) => set.pixels.subarray(i * size, (i + 1) * size))),
    labels: Uint8Array.from(places, (i) => set.labels[i]!),
    count: places.length,
    width,
    height,
    channels,
  };
}

/** Images of one slice: 1.5 MB in colour. */
const SLICE = 500;

/** The images of one part, copied in slices between which the main thread is free. */
export async function partInSlices(
  set: OwnSet,
  part: (typeof Part)[keyof typeof Part],
): Promise<ImageSet> {
  const { parts, width, height, channels } = set;
  const size = imageSize(set);
  const count = parts.reduce((sum, each) => sum + (each === part ? 1 : 0), 0);
  const pixels = new Uint8Array(count * size);
  const labels = new Uint8Array(count);
  let to = 0;
  for (let i = 0; i < set.count; i++) {
    if (i % SLICE === SLICE - 1) await pause();
    if (parts[i] !== part) continue;
    pixels.set(set.pixels.subarray(i * size, (i + 1) * size), to * size);
    labels[to++] = set.labels[i]!;
  }
  return { pixels, labels, count, width, height, channels };
}

/** How many are trained on and held out, or will be once they are trained with. */
export function counts({ count, parts }: OwnSet): { training: number; heldOut: number } {
  const settled = parts.reduce((sum, part) => sum + (part === Part.heldOut ? 1 : 0), 0);
  const open = parts.reduce((sum, part) => sum + (part === Part.open ? 1 : 0), 0);
  const wanted = count < LEAST_TO_HOLD_OUT ? 0 : Math.floor(count / 5);
  const heldOut = settled + Math.min(open, Math.max(0, wanted - settled));
  return { training: count - heldOut, heldOut };
}

/** The size of its images, to be drawn. */
export function shapeOf({ width, height, channels }: OwnSet): ImageShape {
  return { width, height, channels: channels === 3 ? 3 : 1 };
}

/** One image as the lab's x. */
export function subjectOf(set: OwnSet, index: number): Subject {
  const size = imageSize(set);
  const pixels = set.pixels.subarray(index * size, (index + 1) * size);
  const label = set.labels[index] ?? NO_LABEL;
  const named = { label: label < 10 ? label : -1 };
  if (set.channels > 1) return { index: -1, ...named, grey: pixels, binary: NO_BINARY };
  return { ...drawing(Float32Array.from(pixels, (byte) => byte / 255)), ...named };
}

/** One part that is the whole of its buffer stays as it is: nothing here writes into what it was given. */
function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only, ...more] = parts.filter((part) => part.length > 0);
  if (only && more.length === 0 && only.length === only.buffer.byteLength) return only;
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
