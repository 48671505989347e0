// The reader's own files: known by their bytes, bounded, fitted to 28×28; random bytes never do worse than a DataError.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitPicture, luma } from '../../../src/lib/data/fit.ts';
import { writeIdx } from '../../../src/lib/data/idx.ts';
import { DataError } from '../../../src/lib/data/images.ts';
import { kindOf, looksLike, pictureSize } from '../../../src/lib/data/kind.ts';
import {
  checkBytes,
  checkSides,
  fromCifar,
  fromCifarInColour,
  fromIdx,
  fromPicture,
  GREY,
  NO_LABEL,
  type Found,
} from '../../../src/lib/data/own.ts';

const options = { as: 'auto', invert: true } as const;
const text = (letters: string) => Uint8Array.from(letters, (letter) => letter.charCodeAt(0));

/** An IDX file of images, each pixel given by its place. */
function idx(count: number, side: number, value: (x: number, y: number, i: number) => number) {
  const values = Uint8Array.from({ length: count * side * side }, (_, n) => {
    const p = n % (side * side);
    return value(p % side, Math.floor(p / side), Math.floor(n / (side * side)));
  });
  return writeIdx({ shape: [count, side, side], values });
}
/** CIFAR-10 records of one colour each. */
function cifar(...colours: (readonly [label: number, r: number, g: number, b: number])[]) {
  const file = new Uint8Array(3073 * colours.length);
  colours.forEach(([label, ...rgb], i) => {
    file[3073 * i] = label;
    rgb.forEach((value, c) =>
      file.fill(value, 3073 * i + 1 + 1024 * c, 3073 * i + 1025 + 1024 * c),
    );
  });
  return file;
}
/** RGBA of a picture, opaque unless a fourth value is given. */
function rgba(width: number, height: number, colour: (x: number, y: number) => number[]) {
  const out = new Uint8ClampedArray(4 * width * height).fill(255);
  for (let i = 0; i < width * height; i++) out.set(colour(i % width, Math.floor(i / width)), 4 * i);
  return out;
}
const images = (found: Found) => {
  if (found.kind !== 'images') throw new Error('These are labels.');
  return found;
};

const png = new Uint8Array(33);
png.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
png.set([0, 0, 0x20, 0, 0, 0, 0, 7], 16);
const jpeg = Uint8Array.of(
  ...[0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2],
  ...[0xff, 0xc4, 0, 4, 1, 2],
  ...[0xff, 0xc2, 0, 11, 8, 0x01, 0x02, 0x03, 0x04, 1, 1, 0x11, 0],
);
const webp = (form: string, at: number, ...rest: number[]) => {
  const file = new Uint8Array(32);
  file.set(text('RIFF'));
  file.set(text(`WEBP${form}`), 8);
  file.set(rest, at);
  return file;
};

test.each<[string, Uint8Array, string | null]>([
  ['PNG', png, 'png'],
  ['JPEG', jpeg, 'jpeg'],
  ['WebP', webp('VP8 ', 26), 'webp'],
  ['gzip', Uint8Array.of(0x1f, 0x8b, 8), 'gzip'],
  ['IDX', idx(1, 2, () => 0), 'idx'],
  ['IDX of another type', Uint8Array.of(0, 0, 13, 1), 'idx'],
  ['a truncated IDX', idx(3, 9, () => 0).subarray(0, 50), 'idx'],
  ['CIFAR-10', cifar([3, 1, 2, 3]), 'cifar'],
  ['CIFAR-10 that begins as IDX does', cifar([0, 0, 8, 0]), 'cifar'],
  ['IDX of 3073 bytes', writeIdx({ shape: [3065], values: new Uint8Array(3065) }), 'idx'],
  ['an icon', Uint8Array.of(0, 0, 1, 0), null],
  ['text', text('Some notes.'), null],
  ['nothing', new Uint8Array(0), null],
])('%s is known by its bytes', (_, bytes, kind) => {
  expect(kindOf(bytes)).toBe(kind);
});

test('what nobody can read is described', () => {
  expect(looksLike(new Uint8Array(0))).toMatch(/empty/);
  expect(looksLike(text('Some notes, and more'))).toMatch(/text, beginning with “Some notes,/);
  expect(looksLike(Uint8Array.of(0, 1, 254, 255, 3))).toMatch(/00 01 fe ff/);
});

test('the size of a picture is read before it is decoded', () => {
  expect(pictureSize(png, 'png')).toEqual({ width: 8192, height: 7 });
  expect(pictureSize(jpeg, 'jpeg')).toEqual({ width: 0x304, height: 0x102 });
  expect(pictureSize(webp('VP8 ', 26, 0x40, 1, 0xf0, 0), 'webp')).toEqual({
    width: 320,
    height: 240,
  });
  expect(pictureSize(webp('VP8L', 21, 0x3f, 0xc1, 0x3b, 0), 'webp')).toEqual({
    width: 320,
    height: 240,
  });
  expect(pictureSize(webp('VP8X', 24, 0x3f, 1, 0, 0xef, 0, 0), 'webp')).toEqual({
    width: 320,
    height: 240,
  });
  expect(() => checkSides({ width: 8192, height: 7 })).toThrow(/8192 × 7.*at most 4096/);
  expect(() => pictureSize(png.subarray(0, 20), 'png')).toThrow(/PNG.*truncated/);
});

test('a file beyond the limit is refused with both sizes', () => {
  expect(() => checkBytes(70 * 1024 * 1024)).toThrow(/70 MB; expected at most 64 MB/);
  expect(() => checkBytes(64 * 1024 * 1024)).not.toThrow();
});

test('MNIST’s own size comes through byte for byte, without labels', () => {
  const found = images(
    fromIdx(
      idx(3, 28, (x, y, i) => (x > 9 && x < 20 ? 7 * y + i : 0)),
      10,
      options,
    ),
  );
  expect([...found.pixels.subarray(784 + 28 * 5, 784 + 28 * 5 + 12)]).toEqual([
    ...[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 36, 36],
  ]);
  expect([...found.labels]).toEqual([NO_LABEL, NO_LABEL, NO_LABEL]);
  expect(found.notes).toEqual([]);
});

test('where there is room for fewer, the first are kept, and it says so', () => {
  const found = images(
    fromIdx(
      idx(5, 28, () => 0),
      2,
      options,
    ),
  );
  expect(found.pixels.length).toBe(2 * 784);
  expect(found.of).toBe(5);
  expect(found.notes.join()).toMatch(/first 2 of 5/);
});

test('an IDX file of another size is averaged down, and a light one inverted where that is wished', () => {
  const light = idx(2, 56, (x, y) => (x < 28 ? 250 : 240 + (y % 2)));
  expect(images(fromIdx(light, 9, options)).pixels[0]).toBe(5);
  expect(images(fromIdx(light, 9, options)).notes.join()).toMatch(/56 × 56.*light on dark/);
  const kept = images(fromIdx(light, 9, { invert: false }));
  expect([kept.pixels[0], kept.pixels[27]]).toEqual([250, 241]);
});

test('labels come alone, and classes beyond the ten are none', () => {
  const file = writeIdx({ shape: [3], values: Uint8Array.of(3, 12, 9) });
  expect(fromIdx(file, 9, options)).toEqual({
    kind: 'labels',
    labels: Uint8Array.of(3, NO_LABEL, 9),
  });
});

test.each<[string, Uint8Array, RegExp]>([
  [
    'a truncated file',
    idx(3, 28, () => 0).subarray(0, 900),
    /claims 3 × 28 × 28.*holds 884.*truncated/,
  ],
  ['images of no pixels', writeIdx({ shape: [2, 0, 4], values: new Uint8Array(0) }), /no pixels/],
  ['no image', writeIdx({ shape: [0, 28, 28], values: new Uint8Array(0) }), /nothing/],
  ['a table', writeIdx({ shape: [2, 3], values: new Uint8Array(6) }), /2 × 3; expected count/],
  [
    'images too wide',
    writeIdx({ shape: [1, 1, 5000], values: new Uint8Array(5000) }),
    /at most 4096/,
  ],
])('%s is refused with its reason', (_, file, says) => {
  expect(() => fromIdx(file, 10, options)).toThrow(DataError);
  expect(() => fromIdx(file, 10, options)).toThrow(says);
});

test('CIFAR-10 becomes grey by luminance, with its labels and a word on it', () => {
  const file = cifar([7, 255, 0, 0], [2, 0, 255, 0], [0, 90, 90, 90]);
  const found = images(fromCifar(file, 2, 'networks take 784 pixels'));
  expect(found.shape).toEqual(GREY);
  expect([found.pixels[0], found.pixels[784 + 400]]).toEqual([54, 182]);
  expect([...found.labels]).toEqual([7, 2]);
  expect(found.notes.join()).toMatch(
    /32 × 32 colour turned to 28 × 28 grey.*784 pixels.*first 2 of 3/,
  );
});

test('CIFAR-10 in colour keeps every byte: red, green and blue of a pixel together, row by row', () => {
  const file = cifar([7, 10, 20, 30], [2, 40, 50, 60], [0, 90, 90, 90]);
  // Image 1, column 3 of row 2: in each of its planes the pixel 2 · 32 + 3.
  [201, 202, 203].forEach((value, c) => (file[3073 + 1 + 1024 * c + 67] = value));
  const found = images(fromCifarInColour(file, 2));
  expect(found.shape).toEqual({ width: 32, height: 32, channels: 3 });
  expect(found.pixels.length).toBe(2 * 3072);
  expect([...found.pixels.subarray(0, 3)]).toEqual([10, 20, 30]);
  const at = 3072 + 3 * 67;
  expect([...found.pixels.subarray(at - 3, at + 6)]).toEqual([
    ...[40, 50, 60],
    ...[201, 202, 203],
    ...[40, 50, 60],
  ]);
  expect([...found.labels]).toEqual([7, 2]);
  expect(found.of).toBe(3);
  expect(found.notes.join()).toMatch(/in colour, 32 × 32: 3,072 numbers.*first 2 of 3/);
});

test('where there is no room a CIFAR-10 file gives no image, and is not called damaged', () => {
  expect(images(fromCifarInColour(cifar([1, 2, 3, 4]), 0)).labels.length).toBe(0);
  expect(images(fromCifar(cifar([1, 2, 3, 4]), 0, '')).labels.length).toBe(0);
});

test('dark ink on paper, wherever it is drawn, becomes a light drawing centred by its mass', () => {
  const ink = (x: number, y: number) => x >= 20 && x < 60 && y >= 150 && y < 190;
  const picture = rgba(300, 200, (x, y) => (ink(x, y) ? [20, 20, 20] : [235, 230, 225]));
  const { pixels, as, inverted } = fitPicture(luma(picture, 300, 200), options);
  expect({ as, inverted }).toEqual({ as: 'drawing', inverted: true });
  let [mass, mx, my] = [0, 0, 0];
  pixels.forEach((value, i) => {
    mass += value;
    mx += value * ((i % 28) + 0.5);
    my += value * (Math.floor(i / 28) + 0.5);
  });
  expect([mx / mass, my / mass]).toEqual([expect.closeTo(14.5, 1), expect.closeTo(14.5, 1)]);
  expect(mass).toBeCloseTo(255 * 400, -3); // a box of 20 × 20
  expect(pixels[0]).toBe(0);
});

test('transparent is paper: a drawing on nothing is dark on light', () => {
  const picture = rgba(40, 40, (x, y) => [0, 0, 0, x > 15 && x < 25 && y > 5 && y < 35 ? 255 : 0]);
  expect(fitPicture(luma(picture, 40, 40), options).inverted).toBe(true);
});

test('a photo keeps its middle square, its greys and its light', () => {
  const slope = (x: number, y: number) => 2 * x + y;
  const picture = rgba(112, 56, (x, y) => Array.from({ length: 3 }, () => slope(x, y)));
  const { as, inverted, pixels } = fitPicture(luma(picture, 112, 56), options);
  expect({ as, inverted }).toEqual({ as: 'photo', inverted: false });
  // The square begins at x = 28; the first pixel is the mean of 2 × 2.
  expect(pixels[0]).toBe(Math.round(slope(28.5, 0.5)));
  expect(pixels[27 * 28 + 27]).toBe(Math.round(slope(82.5, 54.5)));
});

test('an even grey is no drawing', () => {
  const blank = rgba(30, 30, () => [240, 240, 240]);
  expect(() => fromPicture(blank, { width: 30, height: 30 }, options)).toThrow(/even grey/);
  expect(
    images(fromPicture(blank, { width: 30, height: 30 }, { as: 'photo', invert: true })).of,
  ).toBe(1);
});

test('random bytes are read or refused, and never crash a reader', () => {
  const heads = [[], [...png.subarray(0, 16)], [0xff, 0xd8, 0xff], [0, 0, 8, 3], [0, 0, 8, 1]];
  const bytes = fc
    .tuple(
      fc.constantFrom(...heads, [...text('RIFF1234WEBPVP8X')]),
      fc.uint8Array({ maxLength: 80 }),
    )
    .map(([head, rest]) => Uint8Array.from([...head, ...rest]));
  const refused = (read: () => unknown) => {
    try {
      read();
    } catch (error) {
      expect(error).toBeInstanceOf(DataError);
    }
  };
  fc.assert(
    fc.property(bytes, (file) => {
      expect(looksLike(file)).not.toBe('');
      kindOf(file);
      for (const kind of ['png', 'jpeg', 'webp'] as const) refused(() => pictureSize(file, kind));
      refused(() => fromIdx(file, 100, options));
    }),
    { numRuns: 2000 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 3073, maxLength: 3073 }), (file) => {
      refused(() => fromCifar(file, 100, ''));
      refused(() => fromCifarInColour(file, 100));
    }),
    { numRuns: 20 },
  );
});
