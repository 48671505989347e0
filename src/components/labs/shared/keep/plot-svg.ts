// Plots as SVG files that stand alone: title, axes with units, direct labels, printed on white. Text stays text.
// Pure: numbers in, markup out.
import { scaleLinear, type ScaleLinear } from 'd3-scale';
import { significant } from '../../../ui/format.ts';
import { robustRange, spread, type Series } from '../../../ui/series.ts';

interface Figure {
  readonly title: string;
  /** Quantity and unit of each axis: "updates", "nats per image". */
  readonly xName: string;
  readonly yName: string;
}

export interface Curves extends Figure {
  readonly kind: 'curves';
  readonly series: readonly Series[];
}

/** Points in classes, such as codes in the latent plane, where both axes have the same scale. */
export interface Scatter extends Figure {
  readonly kind: 'scatter';
  /** x and y of each point, one after the other. */
  readonly points: ArrayLike<number>;
  /** A class from 0 to 9 for each point. */
  readonly labels: ArrayLike<number>;
  readonly classNames: readonly string[];
  /** Both axes go from −extent to extent. */
  readonly extent: number;
}

export type Plot = Curves | Scatter;

/** The light theme's tokens: a file is printed on white. */
export const printColours: Readonly<Record<string, string>> = {
  '--enc': '#1a5fb4',
  '--lat': '#7a35b0',
  '--dec': '#00706a',
  '--data': '#1d1b20',
  '--class-0': '#9280f7',
  '--class-1': '#0969d1',
  '--class-2': '#0d4600',
  '--class-3': '#c45769',
  '--class-4': '#c9841d',
  '--class-5': '#581b53',
  '--class-6': '#1c9cae',
  '--class-7': '#35730f',
  '--class-8': '#973897',
  '--class-9': '#4c5355',
};

const INK = '#1d1b20';
const QUIET = '#625f68';
const RULE = '#d8d5cf';
const FONT = 'Inter, Helvetica, Arial, sans-serif';
const MARGIN = { left: 60, right: 24, top: 36, bottom: 44 };

type Scale = ScaleLinear<number, number>;

export function plotSvg(plot: Plot): string {
  return plot.kind === 'curves' ? curvesSvg(plot) : scatterSvg(plot);
}

function curvesSvg(plot: Curves): string {
  const [width, height] = [640, 360];
  const drawn = plot.series.map(finitePoints).filter(({ x }) => x.length > 0);
  const longest = Math.max(0, ...drawn.map(({ name }) => name.length));
  const right = width - MARGIN.right - 7 * longest;
  const last = Math.max(1, ...drawn.map(({ x }) => x.at(-1) ?? 0));
  const x = scaleLinear(
    [Math.min(0, ...drawn.map((s) => s.x[0] ?? 0)), last],
    [MARGIN.left, right],
  );
  const y = scaleLinear(robustRange(drawn), [height - MARGIN.bottom, MARGIN.top]);
  const ends = spread(
    drawn.map((s) => y(s.y.at(-1) ?? 0)),
    14,
    MARGIN.top,
    height - MARGIN.bottom,
  );
  const paths = drawn.map((s, i) => {
    const colour = colourOf(s.colour);
    const dash = s.dashed === true ? ' stroke-dasharray="5 4"' : '';
    const steps = s.x.map((at, n) => `${px(x(at))} ${px(y(s.y[n] ?? 0))}`);
    if (steps.length === 1) steps.push(...steps); // a dot, by its round ends
    return [
      `<path d="M${steps.join('L')}" fill="none" stroke="${colour}" stroke-width="1.75" stroke-linecap="round"${dash} clip-path="url(#plot)"/>`,
      text(s.name, right + 6, (ends[i] ?? 0) + 4, { fill: colour }),
    ].join('\n');
  });
  const clip = `<clipPath id="plot"><rect x="${MARGIN.left}" y="${MARGIN.top}" width="${px(right - MARGIN.left)}" height="${height - MARGIN.top - MARGIN.bottom}"/></clipPath>`;
  return document(plot, width, height, [clip, axes(plot, x, y), ...paths]);
}

function finitePoints(series: Series): Series {
  const whole = (_: number, i: number): boolean => Number.isFinite(series.y[i]);
  return { ...series, x: series.x.filter(whole), y: series.y.filter(whole) };
}

function scatterSvg(plot: Scatter): string {
  const [width, height] = [560, 556];
  const domain = [-plot.extent, plot.extent];
  const x = scaleLinear(domain, [MARGIN.left, width - MARGIN.right]);
  const y = scaleLinear(domain, [height - MARGIN.bottom, MARGIN.top]);
  const dots: string[] = [];
  const byClass = new Map<number, [number[], number[]]>();
  for (let i = 0; 2 * i + 1 < plot.points.length; i += 1) {
    const [a, b, label] = [
      plot.points[2 * i] ?? 0,
      plot.points[2 * i + 1] ?? 0,
      plot.labels[i] ?? 0,
    ];
    if (Math.max(Math.abs(a), Math.abs(b)) > plot.extent) continue;
    dots.push(
      `<circle cx="${px(x(a))}" cy="${px(y(b))}" r="2.2" fill="${colourOf(`--class-${label % 10}`)}"/>`,
    );
    const places = byClass.get(label) ?? [[], []];
    places[0].push(a);
    places[1].push(b);
    byClass.set(label, places);
  }
  const names = [...byClass].map(([label, [as, bs]]) =>
    text(plot.classNames[label] ?? String(label), x(median(as)), y(median(bs)) + 5, {
      fill: colourOf(`--class-${label % 10}`),
      anchor: 'middle',
      size: 15,
      halo: true,
    }),
  );
  return document(plot, width, height, [
    axes(plot, x, y),
    `<g fill-opacity="0.7">\n${dots.join('\n')}\n</g>`,
    ...names,
  ]);
}

function axes({ xName, yName }: Figure, x: Scale, y: Scale): string {
  const [left = 0, right = 0] = x.range();
  const [bottom = 0, top = 0] = y.range();
  const down = y.ticks(5).map((value) => {
    const at = px(y(value));
    return [
      `<path d="M${px(left)} ${at}H${px(right)}" stroke="${RULE}"/>`,
      text(significant(value), left - 8, y(value) + 4, { anchor: 'end' }),
    ].join('');
  });
  const across = x
    .ticks(6)
    .map((value) => text(significant(value), x(value), bottom + 18, { anchor: 'middle' }));
  return [
    ...down,
    ...across,
    `<path d="M${px(left)} ${px(bottom)}H${px(right)}" stroke="${QUIET}"/>`,
    text(xName, (left + right) / 2, bottom + 36, { anchor: 'middle', fill: INK }),
    `<g transform="rotate(-90)">${text(yName, -(top + bottom) / 2, 16, { anchor: 'middle', fill: INK })}</g>`,
  ].join('\n');
}

function document(
  { title }: Figure,
  width: number,
  height: number,
  content: readonly string[],
): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${FONT}" font-size="12" role="img">`,
    `<title>${escape(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    text(title, MARGIN.left, 22, { fill: INK, size: 14 }),
    ...content,
    '</svg>',
    '',
  ].join('\n');
}

interface Style {
  readonly fill?: string;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly size?: number;
  readonly halo?: boolean;
}

function text(content: string, x: number, y: number, style: Style): string {
  const { fill = QUIET, anchor = 'start', size, halo = false } = style;
  const extra = [
    ...(size === undefined ? [] : [` font-size="${size}" font-weight="600"`]),
    ...(halo ? [' stroke="#ffffff" stroke-width="3" paint-order="stroke"'] : []),
  ].join('');
  return `<text x="${px(x)}" y="${px(y)}" text-anchor="${anchor}" fill="${fill}"${extra}>${escape(content)}</text>`;
}

function colourOf(colour: string): string {
  return escape(colour.startsWith('--') ? (printColours[colour] ?? INK) : colour);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** Hundredths of a pixel: what a printer can show. */
function px(value: number): string {
  return String(Number(value.toFixed(2)) + 0);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

function escape(content: string): string {
  return content.replace(/[&<>"]/g, (char) => ESCAPES[char] ?? char);
}
