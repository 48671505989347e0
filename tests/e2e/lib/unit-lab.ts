// The introduction's lab by the names a visitor reads: the units of its code, its pictures, its errors.
import type { Locator, Page } from 'playwright/test';
import { PictureLab } from './picture-lab.ts';

export const unitAddress = 'foundations/what-is-an-autoencoder/';

const SUBSCRIPTS = '₀₁₂₃₄₅₆₇₈₉';

export class UnitPage extends PictureLab {
  /** This lab has no plane; where nothing can compute neither. */
  readonly plane: Locator;

  constructor(page: Page) {
    super(page, 'autoencoder');
    this.plane = this.root.getByRole('application');
  }

  get x(): Locator {
    return this.image(/^x: /);
  }
  get picture(): Locator {
    return this.image('x̂, what the decoder makes of z');
  }
  get pad(): Locator {
    return this.root.getByRole('application', { name: 'Draw an image to encode' });
  }
  /** The map of a large code. */
  get map(): Locator {
    return this.root.locator('.cells canvas');
  }
  get switches(): Locator {
    return this.root.getByRole('switch', { name: /^Unit z/ });
  }

  /** A unit's switch, counted from 1. */
  unit(number: number): Locator {
    return this.root.getByRole('switch', { name: `Unit z${SUBSCRIPTS.charAt(number)} on` });
  }

  /** A unit's dial. */
  value(number: number): Locator {
    return this.root.getByRole('slider', { name: `Value of z${SUBSCRIPTS.charAt(number)}` });
  }

  /** The error of the picture in sight. */
  error(): Promise<number> {
    return this.#figure('Error');
  }

  /** The same with every unit on. */
  fromAllOn(): Promise<number> {
    return this.#figure('all units on');
  }

  /** One of a few. */
  async choose(group: string, option: string): Promise<void> {
    await this.root
      .getByRole('group', { name: group, exact: true })
      .getByRole('radio', { name: option, exact: true })
      .check({ force: true });
  }

  async #figure(name: string): Promise<number> {
    const row = this.root.locator('dl > div', { has: this.page.getByText(name, { exact: true }) });
    return Number((await row.locator('dd').innerText()).replace('−', '-'));
  }
}
