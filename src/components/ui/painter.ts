// A canvas that stays sharp: follows its box's size, the device's pixel ratio, the theme and late fonts, and paints
// at most once per animation frame. Knows no picture: the owner passes the drawing function.

import { Palette, watchTheme } from './theme.ts';

/** What a drawing function gets. Lengths are CSS pixels; the context is scaled by `ratio` already. */
export interface Surface {
  readonly ctx: CanvasRenderingContext2D;
  width: number;
  height: number;
  ratio: number; // device pixels per CSS pixel
  readonly palette: Palette;
}

export class Painter {
  readonly #canvas: HTMLCanvasElement;
  readonly #draw: (surface: Surface) => void;
  readonly #surface: Surface | undefined;
  readonly #stop: (() => void)[] = [];
  #frame = 0;

  constructor(canvas: HTMLCanvasElement, draw: (surface: Surface) => void) {
    this.#canvas = canvas;
    this.#draw = draw;
    const ctx = canvas.getContext('2d');
    if (!ctx) return; // out of canvas memory: the poster or the empty box stays
    this.#surface = { ctx, width: 0, height: 0, ratio: 1, palette: new Palette(canvas) };

    // Painted within the observer's callback, thus before the browser shows the resized, cleared canvas.
    const resized = new ResizeObserver(() => {
      this.#fit();
      this.#paint();
    });
    resized.observe(canvas);
    const request = () => {
      this.request();
    };
    const rescaled = () => {
      if (this.#fit()) this.#paint();
    };
    window.addEventListener('resize', rescaled); // a zoom changes the pixel ratio and perhaps no box
    void document.fonts.ready.then(request);
    this.#stop.push(
      () => {
        resized.disconnect();
      },
      () => {
        window.removeEventListener('resize', rescaled);
      },
      watchTheme(() => {
        this.#surface?.palette.forget();
        this.request();
      }),
    );
  }

  /** Asks for one painting before the next frame; any number of calls cost one. */
  request(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#paint();
    });
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = -1; // a late font or theme must not ask again
    for (const stop of this.#stop) stop();
  }

  /** Matches the backing store to the box; true when it changed, and with it the canvas was cleared. */
  #fit(): boolean {
    const surface = this.#surface;
    if (!surface) return false;
    const ratio = window.devicePixelRatio;
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if (width === surface.width && height === surface.height && ratio === surface.ratio)
      return false;
    surface.width = width;
    surface.height = height;
    surface.ratio = ratio;
    this.#canvas.width = Math.round(width * ratio);
    this.#canvas.height = Math.round(height * ratio);
    return true;
  }

  #paint(): void {
    const surface = this.#surface;
    if (!surface || surface.width === 0 || surface.height === 0) return;
    surface.ctx.setTransform(surface.ratio, 0, 0, surface.ratio, 0, 0);
    this.#draw(surface);
  }
}
