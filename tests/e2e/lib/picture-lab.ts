// A lab with pictures: its parts by the names a visitor reads, and its pictures as comparable text.
import { expect, type Locator } from 'playwright/test';
import { Lab } from './lab.ts';

export abstract class PictureLab extends Lab {
  /** The latent plane: takes the pointer and arrow keys. */
  abstract readonly plane: Locator;

  /** A picture of the lab by its name. */
  image(name: string | RegExp): Locator {
    return this.root.getByRole('img', { name }).first();
  }

  /** A grid of pictures that can be chosen, by its name. */
  grid(name: string | RegExp): Locator {
    return this.root.locator('.grid', { has: this.page.getByRole('group', { name }) });
  }

  slider(name: string): Locator {
    return this.root.getByRole('slider', { name, exact: true });
  }

  action(name: string | RegExp): Locator {
    return this.root.getByRole('button', { name, exact: true });
  }

  /** What a picture shows, as text: equal texts are equal pictures. "poster" before it is drawn live. */
  async pixels(picture: Locator): Promise<string> {
    await expect(picture).toBeVisible();
    return picture.evaluate((element) => {
      const canvas =
        element instanceof HTMLCanvasElement ? element : element.querySelector('canvas');
      return canvas && !canvas.hidden ? canvas.toDataURL() : 'poster';
    });
  }

  /** Waits until a picture shows something else than `before`; returns what it shows. */
  async changed(picture: Locator, before: string): Promise<string> {
    await expect.poll(() => this.pixels(picture)).not.toBe(before);
    return this.settled(picture);
  }

  /** What a picture shows once two looks, a moment apart, agree. */
  async settled(picture: Locator): Promise<string> {
    let last = '';
    await expect
      .poll(
        async () => {
          const now = await this.pixels(picture);
          const same = now === last && now !== 'poster';
          last = now;
          return same;
        },
        { intervals: [200] },
      )
      .toBe(true);
    return last;
  }

  /** Page coordinates of a place on the plane, given as shares of its width and height from the top left. */
  async placeOnPlane(right: number, down: number): Promise<{ x: number; y: number }> {
    // To the middle: on a phone the transport bar covers the lower edge of the window.
    await this.plane.evaluate((plane) =>
      plane.scrollIntoView({ block: 'center', behavior: 'instant' }),
    );
    const box = await this.plane.boundingBox();
    if (!box) throw new Error('The latent plane has no place on the page');
    return { x: box.x + right * box.width, y: box.y + down * box.height };
  }

  /** The number that a readout of that name shows. */
  async reading(name: string): Promise<number> {
    const text = await this.root.getByText(name, { exact: true }).first().locator('..').innerText();
    return Number.parseFloat(
      text
        .replace(name, '')
        .replace('−', '-')
        .replace(/[^\d.-]/g, ' '),
    );
  }
}
