// What the page knows of the lab when it is built.
import type { FileRef } from '../../../lib/protocol/messages.ts';
import type { PlainPoster } from '../shared/autoencoder/poster.ts';
import type { InstrumentProps } from '../shared/instrument/terms.ts';
import type { PcaFiles } from './pca.svelte.ts';

/** A published autoencoder in the plot of the error against the size of the code. */
export interface Dot {
  readonly id: string;
  readonly dimensions: number;
  readonly mse: number;
}

export interface DenseLabProps extends InstrumentProps {
  readonly poster: PlainPoster | null;
  readonly pca: PcaFiles;
  readonly dots: readonly Dot[];
  /** A recorded run, for where nothing can compute. */
  readonly recording: FileRef;
}
