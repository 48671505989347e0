// The hierarchical lab's pictures by the names a visitor reads, those of a grid one by one.
import { expect, type Locator, type Page } from 'playwright/test';
import { PictureLab } from './picture-lab.ts';

export const levelAddress = 'variational/hierarchical-vae/';

export class LevelPage extends PictureLab {
  readonly plane: Locator;
  /** Sixteen pictures that can be chosen. */
  readonly sixteen: Locator;
  readonly mixtures: Locator;

  constructor(page: Page) {
    super(page, 'hierarchical-vae');
    this.plane = this.root.getByRole('application', { name: /^Plane of z/ });
    this.sixteen = this.grid(/^Sixteen /);
    this.mixtures = this.grid('Mixtures of A and B');
  }

  get x(): Locator {
    return this.image(/^x: /);
  }
  /** The decoder mean of all of z. */
  get whole(): Locator {
    return this.image(/decoder mean of all of z$/);
  }
  /** The step of the ladder that holds the top level alone. */
  get firstRung(): Locator {
    return this.image(/: z₃ held, the rest/);
  }

  lock(level: string): Locator {
    return this.action(`Hold ${level}`);
  }

  /** The lab once more, opened at the address that this one has now. */
  async again(): Promise<LevelPage> {
    const other = new LevelPage(await this.page.context().newPage());
    await other.page.goto(this.page.url());
    await other.wake();
    return other;
  }

  async showTab(name: string): Promise<void> {
    await this.root.getByRole('tab', { name, exact: true }).click();
  }

  /** What each picture of a grid shows; equal texts are equal pictures. */
  async tiles(grid: Locator, columns: number): Promise<string[]> {
    await this.settled(grid);
    return grid.locator('canvas').evaluate((canvas, across) => {
      if (!(canvas instanceof HTMLCanvasElement)) throw new Error('The grid has no canvas.');
      const context = canvas.getContext('2d');
      if (!context) throw new Error('The grid cannot be read.');
      const [side, step] = [28, 30];
      const down = Math.round((canvas.height + 2) / step);
      return Array.from({ length: across * down }, (_, i) =>
        context
          .getImageData((i % across) * step, Math.floor(i / across) * step, side, side)
          .data.join(),
      );
    }, columns);
  }

  /** How many different pictures a grid shows, once it shows as many as it should. */
  async showsDifferent(grid: Locator, columns: number, count: number): Promise<void> {
    await expect
      .poll(async () => new Set(await this.tiles(grid, columns)).size, { timeout: 30_000 })
      .toBe(count);
  }

  /** Where the code is on the plane, as its overlay draws it. */
  pointer(): Promise<string> {
    return this.plane
      .locator('canvas')
      .last()
      .evaluate((canvas) => (canvas instanceof HTMLCanvasElement ? canvas.toDataURL() : ''));
  }

  /** One of a few. */
  async choose(group: string, option: string): Promise<void> {
    await this.root
      .getByRole('group', { name: group, exact: true })
      .getByRole('radio', { name: option, exact: true })
      .check({ force: true });
  }

  /** The temperature of a level, "τ₃", at 0. */
  async cool(temperature: string): Promise<void> {
    await this.slider(temperature).focus();
    await this.page.keyboard.press('Home');
  }
}
