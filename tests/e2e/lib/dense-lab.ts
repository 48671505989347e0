// The lab of the fully connected autoencoder, its parts by the names a visitor reads.
import type { Locator, Page } from 'playwright/test';
import { PictureLab } from './picture-lab.ts';

export class DensePage extends PictureLab {
  readonly plane: Locator;

  constructor(page: Page) {
    super(page, 'fully-connected');
    this.plane = this.root.getByRole('application', { name: /^Codes on their principal plane/ });
  }
}
