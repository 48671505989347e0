// What the page knows of the lab's models and data when it is built: no fetch, no worker.
import type { DataRef } from '../../../lib/protocol/messages.ts';
import type { Published } from '../shared/lab-run.svelte.ts';

export const dataSets = ['mnist', 'fashion'] as const;
export type DataSet = (typeof dataSets)[number];

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
}

/** The first picture, rendered at build: what the lab shows of its first image. */
export interface Poster {
  readonly x: string;
  readonly latent: string;
  readonly mean: string;
  readonly label: number;
  readonly posterior: { readonly mean: readonly number[]; readonly logVar: readonly number[] };
  readonly nll: number;
  readonly kl: number;
  /** Half the side of the plane that `latent` shows. */
  readonly extent: number;
  /** Some codes of the gallery: z₁, z₂, class. */
  readonly codes: readonly (readonly [number, number, number])[];
}

export interface VaeLabProps {
  /** At least one; the first is shown first. */
  readonly models: readonly LabModel[];
  readonly data: Readonly<Partial<Record<DataSet, SetFiles>>>;
  readonly poster: Poster | null;
}

export const dataTitles: Readonly<Record<DataSet, string>> = {
  mnist: 'MNIST',
  fashion: 'Fashion-MNIST',
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
};
