// Puts images on a canvas whose own pixels are the images' pixels; CSS enlarges it by a whole number, unsmoothed.
// Repaints when the theme changes. Knows no component.

import {
  gridLayout,
  imageCount,
  inks,
  writeImage,
  type ImageShape,
  type Pixels,
} from './images.ts';
import { Palette, watchTheme } from './theme.ts';

export interface Sheet {
  readonly pixels: Pixels;
  readonly shape: ImageShape;
  readonly columns: number;
  readonly gap: number; // pixels of the images' own size
}

export class PixelCanvas {
  readonly #ctx: CanvasRenderingContext2D | null;
  readonly #palette: Palette;
  readonly #stop: () => void;
  #target: ImageData | undefined;
  #sheet: Sheet | undefined;
  #frame = 0;

  constructor(canvas: HTMLCanvasElement) {
    this.#ctx = canvas.getContext('2d');
    this.#palette = new Palette(canvas);
    this.#stop = watchTheme(() => {
      this.#palette.forget();
      this.#request();
    });
  }

  /** Shows other images before the next frame; of several calls the last one counts. */
  show(sheet: Sheet): void {
    this.#sheet = sheet;
    this.#request();
  }

  /** Shows other images at once: for a picture that follows the pointer, a frame's wait is the longest part. */
  showNow(sheet: Sheet): void {
    this.#sheet = sheet;
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#paint();
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
    this.#stop();
  }

  #request(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#paint();
    });
  }

  #paint(): void {
    const [ctx, sheet] = [this.#ctx, this.#sheet];
    if (!ctx || !sheet) return;
    const { pixels, shape, columns, gap } = sheet;
    const count = imageCount(pixels, shape);
    const { width, height } = gridLayout(count, columns, gap, shape);
    if (ctx.canvas.width !== width) ctx.canvas.width = width;
    if (ctx.canvas.height !== height) ctx.canvas.height = height;
    let target = this.#target;
    if (target?.width !== width || target.height !== height) {
      target = ctx.createImageData(width, height);
      this.#target = target;
    } else {
      target.data.fill(0); // a place left empty by fewer images is clear again
    }
    const colours = inks(this.#palette);
    for (let i = 0; i < count; i += 1) {
      const x = (i % columns) * (shape.width + gap);
      const y = Math.floor(i / columns) * (shape.height + gap);
      writeImage(target.data, width, x, y, pixels, i, shape, colours);
    }
    ctx.putImageData(target, 0, 0);
  }
}
