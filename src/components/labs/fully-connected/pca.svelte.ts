// PCA of the training images beside the network: its reconstructions by as many components as the code has numbers. Its
// weights lie in a slot of the worker like any network's, and are fetched when they are first wanted. Knows no markup.
import { mseOf } from '../../../lib/metrics/arrays/reconstruction.ts';
import { pcaSpec } from '../../../lib/models/pca.config.ts';
import type { FileRef } from '../../../lib/protocol/messages.ts';
import { greyOf, RECONSTRUCTED } from '../shared/autoencoder/view.svelte.ts';
import type { DataSet } from '../shared/data-sets.ts';
import { isGone, toFault } from '../shared/fault.ts';
import type { Gallery, Subject } from '../shared/gallery.ts';
import type { LabSession } from '../shared/lab-run.svelte.ts';
import { latestOnly } from '../shared/latest.ts';
import { joined } from '../shared/slices.ts';

const SLOT = 'pca';
const PIXELS = 784;

/** What the page knows of PCA on one data set when it is built. */
export interface PcaFile {
  readonly weights: FileRef;
  readonly components: number;
  /** Squared error per pixel on all test images with 0, 1, … components. */
  readonly errors: readonly number[];
  /** The same on the first validation images: those that a run is measured on, and as many. */
  readonly heldOut: { readonly images: number; readonly errors: readonly number[] };
}

export type PcaFiles = Readonly<Partial<Record<DataSet, PcaFile>>>;

interface Question {
  readonly gallery: Gallery;
  readonly x: Subject;
  readonly dataSet: DataSet;
  readonly dimensions: number;
}

interface Answer {
  readonly x: Float32Array;
  readonly reconstructions: Float32Array;
}

export class PcaBeside {
  /** Reconstructions of x, and of the gallery's first images; null while there are none of these. */
  means = $state.raw<Float32Array | null>(null);
  reconstructions = $state.raw<Float32Array | null>(null);
  /** Squared error per pixel: of x, and the mean of the first images. */
  error = $state.raw<number | null>(null);
  meanError = $state.raw<number | null>(null);
  /** Why there are none, in words; empty while nothing is wrong. */
  fault = $state('');

  readonly files: PcaFiles;
  readonly #connect: () => LabSession;
  readonly #ask: (question: Question) => void;
  /** What was asked for last; null where nothing is to be shown, whatever still comes. */
  #wanted: Question | null = null;
  /** Whose components are in the slot. */
  #loaded: DataSet | null = null;

  constructor(connect: () => LabSession, files: PcaFiles) {
    this.#connect = connect;
    this.files = files;
    this.#ask = latestOnly(
      (question: Question) => this.#answer(question),
      (answer, question) => {
        this.#take(answer, question);
      },
      (error) => {
        this.#clear();
        this.fault = toFault(error).message;
      },
    );
  }

  /** Whether there are components of a data set's images. */
  has(set: DataSet): boolean {
    return this.files[set] !== undefined;
  }

  /** Shows these images by that many components; nothing where there are not so many, or for other images. */
  show(question: Question): void {
    const file = this.files[question.dataSet];
    if (!file || question.gallery.size !== PIXELS || question.dimensions > file.components) {
      this.#wanted = null;
      this.#clear();
      return;
    }
    this.#wanted = question;
    this.#ask(question);
  }

  async close(): Promise<void> {
    if (this.#loaded === null) return;
    this.#loaded = null;
    await this.#connect()
      .request('free', { slot: SLOT })
      .catch(() => undefined);
  }

  async #answer(question: Question): Promise<Answer> {
    try {
      return await this.#reconstruct(question);
    } catch (error) {
      // A worker that was replaced has forgotten the components.
      if (!isGone(toFault(error)) && this.#loaded !== null) this.#loaded = null;
      return this.#reconstruct(question);
    }
  }

  async #reconstruct({ gallery, x, dataSet, dimensions }: Question): Promise<Answer> {
    const session = this.#connect();
    const file = this.files[dataSet];
    if (!file) throw new Error(`There are no components of the data set "${dataSet}".`);
    if (this.#loaded !== dataSet) {
      await session.request('load', {
        slot: SLOT,
        published: `pca-${dataSet}`,
        spec: pcaSpec({ inputDim: PIXELS, latentDim: file.components }),
        weights: file.weights,
      });
      this.#loaded = dataSet;
    }
    const first = gallery.grey.subarray(0, RECONSTRUCTED * PIXELS);
    const { mean } = await session.request('encode', {
      slot: SLOT,
      images: joined([greyOf(x), first]),
    });
    const kept = mean.map((value, i) => (i % file.components < dimensions ? value : 0));
    const { means } = await session.request('decode', { slot: SLOT, codes: kept });
    return { x: means.slice(0, PIXELS), reconstructions: means.slice(PIXELS) };
  }

  #take(answer: Answer, { x, gallery }: Question): void {
    if (this.#wanted?.gallery !== gallery) return;
    this.fault = '';
    this.means = answer.x;
    this.reconstructions = answer.reconstructions;
    this.error = mseOf(greyOf(x), answer.x);
    this.meanError = mseOf(
      gallery.grey.subarray(0, answer.reconstructions.length),
      answer.reconstructions,
    );
  }

  #clear(): void {
    this.means = null;
    this.reconstructions = null;
    this.error = null;
    this.meanError = null;
  }
}
