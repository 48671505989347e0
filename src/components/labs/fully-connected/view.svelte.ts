// The pictures of this lab besides those that every plain autoencoder has: a walk between two images, decoded noise of
// two kinds, and nearest neighbours. Knows no training, no dial and no canvas.
import { priorCodes } from '../../../lib/metrics/arrays/draws.ts';
import { drawFrom, fitGaussian } from '../../../lib/metrics/arrays/fitted-gaussian.ts';
import { lineBetween, nearest } from '../shared/autoencoder/sets.ts';
import { greyOf, PlainView } from '../shared/autoencoder/view.svelte.ts';
import type { Slot } from '../../../lib/protocol/messages.ts';
import type { Subject } from '../shared/gallery.ts';
import type { LabSession } from '../shared/lab-run.svelte.ts';
import { joined } from '../shared/slices.ts';

export type Panel = 'none' | 'path' | 'sample' | 'neighbours';

/** Draws of each kind. */
export const DRAWN = 8;
export const NEIGHBOURS = 8;

export class DenseView extends PlainView<Panel> {
  readonly #inputDim: () => number;
  /** The other end of the walk. */
  target = $state.raw<Subject | null>(null);
  targetCode = $state.raw<Float32Array | null>(null);
  /** Number of the draw of noise. */
  draw = $state(0);

  /** The Gaussian of the gallery's codes: their mean and covariance. */
  fitted = $derived(this.codes ? fitGaussian(this.codes, this.dimensions) : null);
  /** Places of the images whose codes, and whose pixels, are nearest to those of x. */
  near = $derived.by(() => {
    const { codes, code, x, gallery } = this;
    if (!codes || !code || !x || !gallery) return null;
    return {
      codes: nearest(codes, code, NEIGHBOURS, x.index),
      pixels: nearest(gallery.grey, greyOf(x), NEIGHBOURS, x.index),
    };
  });

  /** @param inputDim numbers of one image of the network that is or will be in the slot */
  constructor(
    connect: () => LabSession,
    slot: Slot,
    failed: (error: unknown) => void,
    inputDim: () => number,
  ) {
    super(connect, slot, failed);
    this.#inputDim = inputDim;
  }

  protected override takes(size: number): boolean {
    return size === this.#inputDim();
  }

  aim(target: Subject): void {
    this.target = target;
    void this.refresh();
  }

  drawAgain(): void {
    this.draw += 1;
    void this.refresh();
  }

  /** Codes behind the panel's pictures: a straight line, or N(0, I) first and the fitted Gaussian's after. */
  override panelCodes(): Float32Array | null {
    switch (this.panel) {
      case 'path':
        return this.code && this.targetCode ? lineBetween(this.code, this.targetCode) : null;
      case 'sample': {
        if (!this.fitted) return null;
        const noise = priorCodes(DRAWN, this.dimensions, this.draw);
        return joined([noise, drawFrom(this.fitted, noise)]);
      }
      case 'neighbours':
      case 'none':
      case undefined:
        return null;
    }
  }

  protected override wanted(): readonly Subject[] {
    return this.panel === 'path' && this.target ? [this.target] : [];
  }

  protected override others([code]: readonly Float32Array[]): void {
    this.targetCode = code ?? null;
  }
}
