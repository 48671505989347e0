// What the page knows of the lab's models and data when it is built: no fetch, no worker.
import type { FileRef } from '../../../lib/protocol/messages.ts';
import type { InstrumentProps } from '../shared/instrument/terms.ts';
import type { LayersPoster } from './poster.ts';

export interface ConvolutionalProps extends InstrumentProps {
  /** The first picture, rendered at build. */
  readonly poster: LayersPoster | null;
  /** A recorded run, for where nothing can compute; null while there is none. */
  readonly recording: FileRef | null;
}
