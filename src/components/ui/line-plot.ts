// A line plot over uPlot: few ticks, direct labels at the curves' ends, colours from the theme, a range without outliers.
// Loaded only when a plot is there to be drawn. Knows no component; times and colours come from the caller.

import uPlot from 'uplot';
import { count, significant } from './format.ts';
import { align, robustRange, spread, type Series } from './series.ts';
import { Palette, watchTheme } from './theme.ts';
import { ticks } from './ticks.ts';

export interface PlotSettings {
  readonly xName: string;
  readonly height: number; // CSS pixels
  readonly log: boolean;
  /** Called with the x under the cursor and each curve's value there, or undefined when the cursor leaves. */
  readonly onread: (reading: Reading | undefined) => void;
}

export interface Reading {
  readonly x: number;
  readonly values: readonly (number | null)[];
}

/** CSS pixels from one curve's name to the next. */
const LINE = 13;

export class LinePlotView {
  readonly #host: HTMLElement;
  readonly #settings: PlotSettings;
  readonly #palette: Palette;
  readonly #stop: (() => void)[];
  #series: readonly Series[] = [];
  #among: readonly Series[] = [];
  #mark: number | null = null;
  #range: [number, number] = [0, 1];
  #plot: uPlot | undefined;
  #frame = 0;
  #asked = false; // the cursor's place comes from the keyboard

  constructor(host: HTMLElement, settings: PlotSettings) {
    this.#host = host;
    this.#settings = settings;
    this.#palette = new Palette(host);
    const resized = new ResizeObserver(() => {
      this.#plot?.setSize({ width: host.clientWidth, height: settings.height });
    });
    resized.observe(host);
    this.#stop = [
      () => {
        resized.disconnect();
      },
      watchTheme(() => {
        this.#palette.forget();
        this.#plot?.redraw(false);
      }),
    ];
  }

  /**
   * Shows the curves as they are now, nothing where they are empty, and a mark at an x, before the next frame; of several
   * calls the last one counts. The y axis has room for the curves of `among`.
   */
  show(series: readonly Series[], mark: number | null = null, among = series): void {
    this.#series = series;
    this.#among = among;
    this.#mark = mark;
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#update();
    });
  }

  /** Moves the reading by whole points: the keyboard's way of hovering. */
  move(by: number): void {
    const plot = this.#plot;
    const xs = plot?.data[0];
    if (!plot || !xs?.length) return;
    const from = plot.cursor.idx ?? (by > 0 ? -1 : xs.length);
    const to = Math.min(xs.length - 1, Math.max(0, from + by));
    this.#asked = true;
    plot.setCursor({ left: plot.valToPos(xs[to]!, 'x'), top: 0 });
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
    for (const stop of this.#stop) stop();
    this.#plot?.destroy();
  }

  #update(): void {
    if (this.#series.every(({ x }) => x.length === 0)) {
      this.#plot?.destroy();
      this.#plot = undefined;
      this.#settings.onread(undefined);
      return;
    }
    const data = align(this.#series);
    this.#range = robustRange(this.#among, this.#settings.log);
    const plot = this.#plot;
    // Other curves, or names that need more room, are another plot; more points of the same ones are not.
    if (plot?.root.dataset['curves'] === this.#signature()) plot.setData(data);
    else this.#create(data);
  }

  #signature(): string {
    return this.#series.map((s) => `${s.name}|${s.colour}|${s.dashed === true ? 1 : 0}`).join(';');
  }

  #create(data: uPlot.AlignedData): void {
    this.#plot?.destroy();
    const plot = new uPlot(this.#options(), data, this.#host);
    plot.root.dataset['curves'] = this.#signature();
    this.#plot = plot;
  }

  #font(size: number, weight = 400): string {
    const family = this.#palette.get('--font-ui') || 'sans-serif';
    return `${String(weight)} ${String(size)}px ${family}`;
  }

  #options(): uPlot.Options {
    const { height, log, onread, xName } = this.#settings;
    const longest = Math.max(...this.#series.map((s) => s.name.length), 3 + xName.length);
    const axis = {
      stroke: () => this.#palette.get('--ink-3'),
      font: this.#font(11),
      ticks: { show: false },
    };
    const grid = () => this.#palette.get('--rule');
    return {
      width: Math.max(this.#host.clientWidth, 1),
      height,
      padding: [8, Math.min(110, 14 + 6.4 * longest), 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false, setScale: false }, points: { size: 6 } },
      scales: {
        x: { time: false },
        // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- uPlot's enum exists in its types only
        y: { distr: log ? 3 : 1, range: () => this.#range },
      },
      axes: [
        {
          ...axis,
          size: 24,
          gap: 4,
          space: 64,
          grid: { show: false },
          values: (_, at) => at.map(tick),
        },
        {
          ...axis,
          size: 40,
          gap: 4,
          grid: { stroke: grid, width: 1 },
          splits: (plot, _, low, high) => ticks(low, high, room(plot), log),
          filter: (_, at) => at,
          values: (_, at) => at.map(tick),
        },
      ],
      series: [
        {},
        ...this.#series.map((s): uPlot.Series => ({
          label: s.name,
          stroke: () => this.#palette.colour(s.colour),
          width: 1.75,
          spanGaps: true,
          points: { show: (plot, i) => isAlone(plot.data[i] ?? []) },
          ...(s.dashed === true ? { dash: [5, 4] } : {}),
        })),
      ],
      hooks: {
        draw: [
          (plot) => {
            this.#markAt(plot);
            this.#label(plot);
          },
        ],
        setCursor: [
          (plot) => {
            const index = plot.cursor.idx;
            const inside = (plot.cursor.left ?? -1) >= 0 || this.#asked;
            this.#asked = false;
            const x = inside && typeof index === 'number' ? plot.data[0][index] : undefined;
            onread(
              x === undefined ? undefined : { x, values: this.#series.map((s) => latest(s, x)) },
            );
          },
        ],
      },
    };
  }

  /** A line at the mark; what comes after it lies under a veil. */
  #markAt(plot: uPlot): void {
    const mark = this.#mark;
    if (mark === null) return;
    const { ctx, bbox } = plot;
    const right = bbox.left + bbox.width;
    const x = Math.min(right, Math.max(bbox.left, plot.valToPos(mark, 'x', true)));
    ctx.save();
    ctx.globalAlpha = 0.7;
    ctx.fillStyle = this.#palette.get('--surface');
    ctx.fillRect(x, bbox.top, right - x, bbox.height);
    ctx.globalAlpha = 1;
    ctx.fillStyle = this.#palette.get('--accent');
    ctx.fillRect(x - uPlot.pxRatio, bbox.top, 2 * uPlot.pxRatio, bbox.height);
    ctx.restore();
  }

  /** Each curve's name at its right end, pushed apart where they meet; the x axis's name under the right end. */
  #label(plot: uPlot): void {
    const { ctx, bbox } = plot;
    const ratio = uPlot.pxRatio;
    const ends = this.#series.flatMap((s, i) => {
      const y = s.y.at(-1);
      if (y === undefined || !Number.isFinite(y)) return [];
      return [{ s, i, y: plot.valToPos(y, 'y', true) }];
    });
    let [top, bottom] = [bbox.top + 5 * ratio, bbox.top + bbox.height - 5 * ratio];
    const between = Math.max(1, ends.length - 1);
    if (between * LINE * ratio > bottom - top) {
      // Lower than its names: they have the room above the curves too, and stand closer where that is not enough.
      [top, bottom] = [6 * ratio, bbox.top + bbox.height];
    }
    const at = spread(
      ends.map(({ y }) => y),
      Math.min(LINE * ratio, (bottom - top) / between),
      top,
      bottom,
    );
    ctx.save();
    ctx.textBaseline = 'middle';
    ctx.textAlign = 'left';
    ends.forEach(({ s }, n) => {
      ctx.font = this.#font(11.5 * ratio, s.dashed === true ? 400 : 600);
      ctx.fillStyle = this.#palette.colour(s.colour);
      ctx.fillText(s.name, bbox.left + bbox.width + 6 * ratio, at[n]!);
    });
    ctx.fillStyle = this.#palette.get('--ink-3');
    ctx.font = this.#font(11 * ratio);
    ctx.textBaseline = 'top';
    ctx.fillText(
      this.#settings.xName,
      bbox.left + bbox.width + 26 * ratio, // past the last tick's text
      bbox.top + bbox.height + 4 * ratio,
    );
    ctx.restore();
  }
}

/** How many ticks have room one above another. */
function room(plot: uPlot): number {
  const height = plot.bbox.height / uPlot.pxRatio;
  return Math.floor(height / (height < 90 ? 18 : 28)) + 1;
}

function tick(value: number): string {
  const size = Math.abs(value);
  return size >= 1000 && size < 1e6 ? count(value) : significant(value);
}

/** Whether a curve has one value, and so no line; others' x have none of it. */
function isAlone(values: uPlot.AlignedData[number]): boolean {
  let known = 0;
  for (const value of values) {
    if (value !== null && value !== undefined && ++known > 1) return false;
  }
  return known === 1;
}

/** A curve's value at x, or its last one before: held-out curves have fewer points. */
function latest(series: Series, x: number): number | null {
  let [low, high] = [0, series.x.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (series.x[middle]! <= x) low = middle + 1;
    else high = middle;
  }
  return series.y[low - 1] ?? null;
}
