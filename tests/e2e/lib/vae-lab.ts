// The VAE lab's own parts by the names a visitor reads.
import type { Locator, Page } from 'playwright/test';
import { PictureLab } from './picture-lab.ts';

export const vaeAddress = 'variational/vae/';

export class VaePage extends PictureLab {
  readonly plane: Locator;
  /** Where the visitor draws. */
  readonly pad: Locator;

  constructor(page: Page) {
    super(page, 'vae');
    this.plane = this.root.getByRole('application', { name: /^Latent plane/ });
    this.pad = this.root.getByRole('application', { name: 'Draw an image to encode' });
  }

  get x(): Locator {
    return this.image(/^x: /);
  }
  get mean(): Locator {
    return this.image(/^Decoder mean[, ]/);
  }
  get sample(): Locator {
    return this.image(/^Bernoulli sample of the decoder mean/);
  }

  async chooseClass(name: string): Promise<void> {
    await this.action(`Another ${name}`).click();
  }
}
