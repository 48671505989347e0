// The course's data sets and published models as labs name and hold them: files, classes, words. Fixed at build;
// no fetch, no worker.
import type { DataRef } from '../../../lib/protocol/messages.ts';
import type { Settings } from '../../../lib/protocol/model.ts';
import type { Subject } from './gallery.ts';
import type { Published } from './lab-run.svelte.ts';

/** The sets that the site serves. */
export const dataSets = ['mnist', 'fashion'] as const;
export type PackedSet = (typeof dataSets)[number];
/** What a lab can be on; `colour` is a CIFAR-10 file of the reader's, in labs that take it. */
export type DataSet = PackedSet | 'colour';

export const allSets: readonly DataSet[] = [...dataSets, 'colour'];

/** The packed files of one data set. */
export interface SetFiles {
  readonly train: DataRef;
  readonly validation: DataRef;
  /** The first thousand of the test split. */
  readonly gallery: DataRef;
}

export interface LabModel extends Published {
  readonly title: string;
  readonly dataSet: DataSet;
  readonly latentDim: number;
  /** Published figures by name, such as `kl-nats`. */
  readonly metrics: Readonly<Record<string, number>>;
  /** What it was trained with, such as `beta`. */
  readonly settings?: Settings;
}

export const dataTitles: Readonly<Record<DataSet, string>> = {
  mnist: 'MNIST',
  fashion: 'Fashion-MNIST',
  colour: 'CIFAR-10, your file',
};

/** The images in a lab's gallery, which no network of it is trained on. */
export const galleryTitles: Readonly<Record<DataSet, string>> = {
  mnist: 'test images',
  fashion: 'test images',
  colour: 'held-out images',
};

/** Names of the ten classes of each set. */
export const classNames: Readonly<Record<DataSet, readonly string[]>> = {
  mnist: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  fashion: [
    'T-shirt',
    'trousers',
    'pullover',
    'dress',
    'coat',
    'sandal',
    'shirt',
    'sneaker',
    'bag',
    'ankle boot',
  ],
  colour: [
    'airplane',
    'automobile',
    'bird',
    'cat',
    'deer',
    'dog',
    'frog',
    'horse',
    'ship',
    'truck',
  ],
};

/** "a 7" or "an ankle boot"; a drawing is the reader's. */
export function nameOf(set: DataSet, { label }: Pick<Subject, 'label'>): string {
  const name = classNames[set][label];
  if (name === undefined) return set === 'colour' ? 'your image' : 'your drawing';
  if (set === 'mnist') return name === '8' ? 'an 8' : `a ${name}`;
  return name === 'trousers' ? name : `${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name}`;
}

/** A dimension as it is written: z₁ for the first. */
export function dimensionName(index: number): string {
  const digits = String(index + 1).replace(/\d/g, (digit) => '₀₁₂₃₄₅₆₇₈₉'.charAt(Number(digit)));
  return `z${digits}`;
}
