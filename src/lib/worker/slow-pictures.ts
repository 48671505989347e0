// Pictures and sizes of an update's tensors, as plain numbers: which excerpt of a weight matrix is shown, how long a
// vector's picture is, how large a layer's gradient. Pure: knows no tensors of the engine.
import type { Part, StageTensor } from '../protocol/slow.ts';
import type { ImageSet } from '../data/images.ts';
import type { NamedTensor } from '../weights/safetensors.ts';

export type Named = ReadonlyMap<string, NamedTensor>;

/** Vectors shorter than this are one line of their picture; longer ones are folded into a square. */
const FOLDED_FROM = 64;
/** Tiles of one weight matrix. */
const MOST_TILES = 6;

/**
 * How [1, n], [1, k, n], maps [1, k, height, width] or a matrix's lines are laid out: tiles one after another, each in
 * lines of `columns`.
 */
export function pictureOf(shape: readonly number[]): Pick<StageTensor, 'tiles' | 'columns'> {
  const length = shape.at(-1) ?? 1;
  if (shape.length === 4) return { tiles: shape[1] ?? 1, columns: length };
  if (length < FOLDED_FROM) return { tiles: 1, columns: length };
  const size = shape.reduce((product, n) => product * n, 1);
  return { tiles: size / length, columns: squarest(length) };
}

/** The longer side of the rectangle nearest to a square that this many numbers fill; a ragged one where none is near. */
export function squarest(length: number): number {
  const root = Math.sqrt(length);
  for (let rows = Math.floor(root); rows >= root / 3; rows--) {
    if (length % rows === 0) return length / rows;
  }
  return Math.ceil(root);
}

/** The size of images, of which a colour has three planes. */
export type Planes = Pick<ImageSet, 'width' | 'height' | 'channels'> | null;

/** Numbers of colour images, channels last, as their planes: all red ones first, then green, then blue. */
export function inPlanes(values: Float32Array, { width, height, channels }: NonNullable<Planes>) {
  const pixels = width * height;
  const planes = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const within = i % (pixels * channels);
    const pixel = Math.floor(within / channels);
    planes[i - within + (within % channels) * pixels + pixel] = values[i]!;
  }
  return planes;
}

/** Whether a line of so many numbers is a colour image. */
export function isColour(length: number, planes: Planes): planes is NonNullable<Planes> {
  return (
    planes !== null &&
    planes.channels > 1 &&
    length === planes.width * planes.height * planes.channels
  );
}

/** What a tensor's change was, for those with a gradient. */
export function changeOf(before: Named, after: Named, learnt: Named): Map<string, NamedTensor> {
  const change = new Map<string, NamedTensor>();
  for (const name of learnt.keys()) {
    const from = before.get(name);
    const to = after.get(name);
    if (!from || !to) continue;
    change.set(name, { shape: to.shape, values: to.values.map((v, i) => v - from.values[i]!) });
  }
  return change;
}

/** ‖·‖₂ of each layer: its weights and biases together. */
export function normsOf(tensors: Named): Map<string, number> {
  const squares = new Map<string, number>();
  for (const [name, { values }] of tensors) {
    const layer = layerOf(name);
    let sum = squares.get(layer) ?? 0;
    for (const value of values) sum += value * value;
    squares.set(layer, sum);
  }
  return new Map([...squares].map(([layer, sum]) => [layer, Math.sqrt(sum)]));
}

/**
 * Each weight matrix as tiles along its longer side: of an encoder's first layer, images of what goes into a unit. Where
 * it has too many, those with the largest gradient. `planes` is the size of the images, where they have colours.
 */
export function tilesOf(tensors: Named, gradients: Named, planes: Planes = null): StageTensor[] {
  return [...tensors].flatMap(([name, { shape, values }]) => {
    const [rows, columns] = shape;
    const gradient = gradients.get(name);
    if (shape.length === 4 && gradient) return [kernelsOf(name, shape, values, gradient.values)];
    if (shape.length !== 2 || rows === undefined || columns === undefined || !gradient) return [];
    const byRow = columns >= rows;
    const [count, length] = byRow ? [rows, columns] : [columns, rows];
    const line = (of: Float32Array, i: number): Float32Array =>
      byRow
        ? of.subarray(i * columns, (i + 1) * columns)
        : Float32Array.from({ length }, (_, j) => of[j * columns + i]!);
    const chosen = largest(count, (i) => squareSum(line(gradient.values, i)));
    const picture = new Float32Array(chosen.length * length);
    chosen.forEach((i, n) => {
      picture.set(line(values, i), n * length);
    });
    const folded = length >= FOLDED_FROM;
    // A colour image's three planes stand one below the other in its tile.
    const colour = isColour(length, planes);
    return [
      {
        name,
        part: partOf(name),
        shape,
        shown: shownOf(byRow ? 'row' : 'column', chosen, count),
        values: colour ? inPlanes(picture, planes) : picture,
        tiles: folded ? chosen.length : 1,
        columns: colour ? planes.width : folded ? squarest(length) : length,
        scale: 'signed' as const,
      },
    ];
  });
}

/** Of a convolution's weights [k, l, height, width] some kernels, those with the largest gradient where it has too many. */
function kernelsOf(
  name: string,
  shape: readonly number[],
  values: Float32Array,
  gradient: Float32Array,
): StageTensor {
  const columns = shape.at(-1) ?? 1;
  const size = columns * (shape.at(-2) ?? 1);
  const count = values.length / size;
  const kernel = (of: Float32Array, i: number) => of.subarray(i * size, (i + 1) * size);
  const chosen = largest(count, (i) => squareSum(kernel(gradient, i)));
  const picture = new Float32Array(chosen.length * size);
  chosen.forEach((i, n) => {
    picture.set(kernel(values, i), n * size);
  });
  return {
    name,
    part: partOf(name),
    shape,
    shown: shownOf('kernel', chosen, count),
    values: picture,
    tiles: chosen.length,
    columns,
    scale: 'signed',
  };
}

/** Whose weights these are, by PyTorch's name of the layer: what does not belong to the decoder leads to the code. */
export function partOf(layer: string): Part {
  return /^(?:decoder|top|prior|pixels)\b/.test(layer) ? 'dec' : 'enc';
}

function layerOf(parameter: string): string {
  return parameter.replace(/\.[^.]*$/, '');
}

/** All of a few, in order; of more the first few by size. */
function largest(count: number, sizeOf: (i: number) => number): number[] {
  const all = Array.from({ length: count }, (_, i) => i);
  if (count <= MOST_TILES) return all;
  const sizes = all.map(sizeOf);
  return all.sort((a, b) => sizes[b]! - sizes[a]!).slice(0, MOST_TILES);
}

function shownOf(
  what: 'row' | 'column' | 'kernel',
  chosen: readonly number[],
  count: number,
): string {
  if (chosen.length === count) return count === 1 ? 'all of it' : `its ${count} ${what}s`;
  return `the ${chosen.length} ${what}s with the largest gradient`;
}

function squareSum(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum;
}
