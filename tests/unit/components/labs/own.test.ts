// A reader's own images: the set through every change, and what the worker is given of it.
import { expect, test } from 'vitest';
import { COLOUR, fromCifarInColour, GREY, NO_LABEL } from '../../../../src/lib/data/own.ts';
import { Part } from '../../../../src/lib/data/parts.ts';
import type { NamedImages, TrainOptions } from '../../../../src/lib/protocol/messages.ts';
import {
  counts,
  inverted,
  labelled,
  partOf,
  subjectOf,
  withImages,
  withLabels,
  without,
  type OwnSet,
} from '../../../../src/components/labs/shared/own/own-set.ts';
import { OwnImages } from '../../../../src/components/labs/shared/own/own.svelte.ts';
import type { LabSession } from '../../../../src/components/labs/shared/run-options.ts';

const PIXELS = 784;

/** Images of one grey each. */
function images(greys: readonly number[], of = greys.length) {
  const pixels = new Uint8Array(greys.length * PIXELS);
  greys.forEach((grey, i) => pixels.fill(grey, i * PIXELS, (i + 1) * PIXELS));
  const labels = new Uint8Array(greys.length).fill(NO_LABEL);
  return { kind: 'images', shape: GREY, pixels, labels, of, notes: [] } as const;
}
const many = (count: number) => images(Array.from({ length: count }, (_, i) => i));
const greys = ({ pixels, count }: Pick<OwnSet, 'pixels' | 'count'>) =>
  Array.from({ length: count }, (_, i) => pixels[i * PIXELS]);
const some = (set: OwnSet | null): OwnSet => {
  if (!set) throw new Error('The set is gone.');
  return set;
};

const feed: Omit<TrainOptions, 'settings'> = {
  training: { name: 'theirs', kept: true },
  heldOut: { name: 'validation', kept: true },
  batchSize: 128,
};

/** Colour images whose red, green and blue are this number, one more and two more. */
function colours(reds: readonly number[]) {
  const file = new Uint8Array(3073 * reds.length);
  reds.forEach((red, i) => {
    file[3073 * i] = i % 10;
    for (const channel of [0, 1, 2]) {
      const from = 3073 * i + 1 + 1024 * channel;
      file.fill(red + channel, from, from + 1024);
    }
  });
  const found = fromCifarInColour(file, reds.length);
  if (found.kind !== 'images') throw new Error('These are labels.');
  return found;
}

/** A session that remembers what was kept. */
function session() {
  const kept: NamedImages[] = [];
  const fake = {
    options: { backend: 'auto' },
    request: (_: string, { set }: { set: NamedImages }) => {
      kept.push(set);
      return Promise.resolve({ name: set.name });
    },
    subscribe: () => () => undefined,
    restart: () => undefined,
  };
  // Only `keep` is asked of it.
  return { kept, connect: () => fake as LabSession };
}

test('images are added at the end, removed one by one, and the last leaves nothing', () => {
  const two = withImages(withImages(null, [images([1])]), [images([2])]);
  expect(greys(two)).toEqual([1, 2]);
  const three = withImages(two, [images([3]), images([])]);
  expect(greys(some(without(three, 1)))).toEqual([1, 3]);
  expect(greys(three)).toEqual([1, 2, 3]);
  expect(without(withImages(null, [images([1])]), 0)).toBeNull();
});

test('one image is named and inverted, the others stay', () => {
  const set = inverted(labelled(withImages(null, [images([0, 10])]), 1, 7), 1);
  expect([...set.labels]).toEqual([NO_LABEL, 7]);
  expect(greys(set)).toEqual([0, 245]);
  expect(subjectOf(set, 1)).toMatchObject({ index: -1, label: 7 });
  expect(subjectOf(set, 1).grey).toEqual(new Uint8Array(PIXELS).fill(245));
  expect(subjectOf(set, 0).label).toBe(-1);
});

test('labels find the images of a file of as many, also where only its first were kept', () => {
  const set = withImages(withImages(null, [images([1])]), [images([2, 3], 5)]);
  const named = some(withLabels(set, Uint8Array.of(4, 5, 6, 7, 8)));
  expect([...named.labels]).toEqual([NO_LABEL, 4, 5]);
  expect(withLabels(named, Uint8Array.of(4, 5, 6, 7, 8))).toBeNull();
  expect(withLabels(set, Uint8Array.of(1, 2))).toBeNull();
  expect(withLabels(without(set, 1), Uint8Array.of(4, 5, 6, 7, 8))).toBeNull();
});

test('images that are not used leave the run its own data', () => {
  const { kept, connect } = session();
  const own = new OwnImages(connect);
  own.change(withImages(null, [many(3)]));
  expect(own.feed(feed)).toBe(feed);
  own.used = true;
  own.change(null);
  expect(own.used).toBe(false);
  expect(own.feed(feed)).toBe(feed);
  expect(kept).toEqual([]);
});

test('all that was removed can be brought back, where nothing took its place', () => {
  const own = new OwnImages(session().connect);
  own.change(withImages(null, [many(3)]));
  own.removeAll();
  expect(own.set).toBeNull();
  own.bringBack();
  expect(own.set?.count).toBe(3);
  own.removeAll();
  own.change(withImages(null, [many(1)]));
  own.bringBack();
  expect(own.set?.count).toBe(1);
});

test('a few images are all trained on, moved about, and the data set’s validation images are held out', () => {
  const { kept, connect } = session();
  const own = new OwnImages(connect);
  own.change(withImages(null, [many(3)]));
  own.used = true;
  expect(own.feed(feed)).toEqual({
    ...feed,
    training: { name: 'own-training', kept: true },
    augment: own.augment,
  });
  expect(kept).toMatchObject([{ name: 'own-training', count: 3, width: 28, height: 28 }]);
  own.feed(feed);
  expect(kept.length).toBe(1);
});

test('of more images one in five is held out; no image is ever in both, however the set grows', () => {
  const { kept, connect } = session();
  const own = new OwnImages(connect);
  own.used = true;
  own.change(withImages(null, [many(20)]));
  expect(counts(some(own.set))).toEqual({ training: 16, heldOut: 4 });
  const fed = own.feed(feed);
  expect(fed.heldOut).toEqual({ name: 'own-held-out', kept: true });
  const seen = greys(partOf(some(own.set), Part.training));
  own.change(withImages(own.set, [images([100, 101, 102, 103, 104])]));
  own.feed(feed);
  const heldOut = greys(partOf(some(own.set), Part.heldOut));
  expect(heldOut.length).toBe(5);
  expect(heldOut.filter((grey) => seen.includes(grey))).toEqual([]);
  expect(kept.map(({ name, count }) => [name, count])).toEqual([
    ['own-training', 16],
    ['own-held-out', 4],
    ['own-training', 20],
    ['own-held-out', 5],
  ]);
});

test('colour images are a set of their own size, whole in every change', () => {
  const set = withImages(null, [colours([10, 20]), colours([30])]);
  expect(set).toMatchObject({ ...COLOUR, count: 3 });
  expect([...set.pixels.subarray(3072, 3078)]).toEqual([20, 21, 22, 20, 21, 22]);
  const left = some(without(set, 0));
  expect([left.count, left.pixels.length, left.pixels[0], left.labels[0]]).toEqual([
    2, 6144, 20, 1,
  ]);
  expect(inverted(set, 2).pixels[6144]).toBe(225);
  expect(inverted(set, 2).pixels[6143]).toBe(22);
  const x = subjectOf(set, 1);
  expect(x).toMatchObject({ index: -1, label: 1 });
  expect([x.grey.length, x.grey[0], x.grey[3071], x.binary.length]).toEqual([3072, 20, 22, 0]);
});

test('images of another size do not go into a set', () => {
  expect(() => withImages(withImages(null, [images([1])]), [colours([1])])).toThrow(
    /32 × 32 × 3 do not go into a set of 28 × 28 × 1/,
  );
});

test('colour images are held out under names of their own, and the first held-out ones can be asked for', () => {
  const { kept, connect } = session();
  const own = new OwnImages(connect, 'colour');
  own.change(withImages(null, [colours(Array.from({ length: 20 }, (_, i) => 10 * i))]));
  expect(own.parts()).toEqual({
    training: { name: 'colour-training', kept: true },
    heldOut: { name: 'colour-held-out', kept: true },
  });
  own.parts();
  expect(kept.map(({ name, count, channels }) => [name, count, channels])).toEqual([
    ['colour-training', 16, 3],
    ['colour-held-out', 4, 3],
  ]);
  const two = partOf(some(own.set), Part.heldOut, 2);
  expect([two.count, two.pixels.length, two.labels.length]).toEqual([2, 6144, 2]);
  expect(two.pixels).toEqual(kept[1]?.pixels.subarray(0, 6144));
});

test('a large set is sent ahead in slices, once, and a run then finds it there', async () => {
  const { kept, connect } = session();
  const own = new OwnImages(connect, 'colour');
  own.change(withImages(null, [colours(Array.from({ length: 1200 }, (_, i) => i % 250))]));
  await own.prepare();
  await own.prepare();
  own.parts();
  expect(kept.map(({ name, count }) => [name, count])).toEqual([
    ['colour-held-out', 240],
    ['colour-training', 960],
  ]);
  const set = some(own.set);
  // Compared as buffers: a matcher would take half a minute over three million numbers.
  for (const [i, part] of [Part.heldOut, Part.training].entries()) {
    const { pixels, labels } = partOf(set, part);
    expect(Buffer.compare(kept[i]!.pixels, pixels)).toBe(0);
    expect(Buffer.compare(kept[i]!.labels, labels)).toBe(0);
  }
});

test('a set that changes while it is sent is sent again', async () => {
  const { kept, connect } = session();
  const own = new OwnImages(connect, 'colour');
  own.change(withImages(null, [colours(Array.from({ length: 600 }, (_, i) => i % 250))]));
  const sending = own.prepare();
  own.change(withImages(own.set, [colours([1, 2, 3])]));
  await sending;
  expect(kept).toEqual([]);
  own.parts();
  expect(kept.reduce((sum, { count }) => sum + count, 0)).toBe(603);
});
