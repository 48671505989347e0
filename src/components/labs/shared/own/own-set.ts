// A reader's own images as one set, 28×28 grey: how it grows, shrinks and is named. Every change is a new set, so that
// what the worker was sent stays what it was. Knows no file and no worker.
import { FIT_SIDE } from '../../../../lib/data/fit.ts';
import type { ImageSet } from '../../../../lib/data/images.ts';
import { NO_LABEL, type Found } from '../../../../lib/data/own.ts';
import { LEAST_TO_HOLD_OUT, Part } from '../../../../lib/data/parts.ts';
import { drawing, PIXELS, type Subject } from '../gallery.ts';

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

const EMPTY: OwnSet = {
  pixels: new Uint8Array(0),
  labels: new Uint8Array(0),
  parts: new Uint8Array(0),
  unnamed: [],
  count: 0,
  width: FIT_SIDE,
  height: FIT_SIDE,
  channels: 1,
};

type FoundImages = Extract<Found, { kind: 'images' }>;

/** The set with more images at its end. */
export function withImages(set: OwnSet | null, found: readonly FoundImages[]): OwnSet {
  const before = set ?? EMPTY;
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
    pixels: cut(set.pixels, PIXELS),
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
  for (let i = index * PIXELS; i < (index + 1) * PIXELS; i++) pixels[i] = 255 - pixels[i]!;
  return { ...set, pixels };
}

/** The images of one part as a set of their own. */
export function partOf(set: OwnSet, part: (typeof Part)[keyof typeof Part]): ImageSet {
  const places = Array.from(set.parts.keys()).filter((i) => set.parts[i] === part);
  const { width, height, channels } = set;
  return {
    pixels: joined(places.map((i) => set.pixels.subarray(i * PIXELS, (i + 1) * PIXELS))),
    labels: Uint8Array.from(places, (i) => set.labels[i]!),
    count: places.length,
    width,
    height,
    channels,
  };
}

/** How many are trained on and held out, or will be once they are trained with. */
export function counts({ count, parts }: OwnSet): { training: number; heldOut: number } {
  const settled = parts.reduce((sum, part) => sum + (part === Part.heldOut ? 1 : 0), 0);
  const open = parts.reduce((sum, part) => sum + (part === Part.open ? 1 : 0), 0);
  const wanted = count < LEAST_TO_HOLD_OUT ? 0 : Math.floor(count / 5);
  const heldOut = settled + Math.min(open, Math.max(0, wanted - settled));
  return { training: count - heldOut, heldOut };
}

/** One image as the lab's x. */
export function subjectOf(set: OwnSet, index: number): Subject {
  const grey = set.pixels.subarray(index * PIXELS, (index + 1) * PIXELS);
  const label = set.labels[index] ?? NO_LABEL;
  return {
    ...drawing(Float32Array.from(grey, (byte) => byte / 255)),
    label: label < 10 ? label : -1,
  };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
