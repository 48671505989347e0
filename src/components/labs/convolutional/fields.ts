// What a unit of a convolutional network sees: the rectangle of each earlier layer that its value depends on. Pure
// arithmetic over a network's sizes; knows no weights.
import { KERNEL, mapSizes, type CaeConfig } from '../../../lib/models/cae.config.ts';

/** A unit: a place in one map of a layer. */
export interface Unit {
  readonly layer: string;
  readonly channel: number;
  readonly row: number;
  readonly column: number;
}

/** Rows and columns of a layer's maps, both ends included. */
export interface Field {
  readonly layer: string;
  readonly rows: Span;
  readonly columns: Span;
}

export type Span = readonly [from: number, to: number];

/** One layer back: the places of the layer before that places `from` to `to` depend on, before the border cuts them. */
type Back = (span: Span) => Span;

const PAD = 1;

/** y = W ∗ x with stride s: output i reads s·i − 1 to s·i + 1. */
const convolved =
  (stride: number): Back =>
  ([from, to]) => [stride * from - PAD, stride * to - PAD + KERNEL - 1];
/** The same convolution, then the largest of each two by two. */
const pooled: Back = ([from, to]) => convolved(1)([2 * from, 2 * to + 1]);
/** Input i of a transposed convolution is added to outputs 2i − 1 to 2i + 1. */
const transposed: Back = ([from, to]) => [Math.ceil((from - 1) / 2), Math.floor((to + 1) / 2)];
/** A convolution of stride 1 over pixels that were doubled. */
const doubled: Back = ([from, to]) => [Math.floor((from - 1) / 2), Math.floor((to + 1) / 2)];
const everything: Back = () => [-Infinity, Infinity];

/** How each layer reads the one before, the image's own layer left out. */
function waysBack(config: CaeConfig): readonly Back[] {
  const { channels, bottleneck, resampling } = config;
  const strided = resampling === 'stride';
  return [
    ...channels.map(() => (strided ? convolved(2) : pooled)),
    ...(bottleneck > 0 ? [everything, everything] : []),
    ...channels.map(() => (strided ? transposed : doubled)),
  ];
}

/**
 * The receptive field of a unit in every layer up to its own, the image first. A skip adds nothing to it: what it brings
 * lies within what comes through the code.
 */
export function fieldsOf(config: CaeConfig, { layer, row, column }: Unit): readonly Field[] {
  const sizes = mapSizes(config);
  const back = waysBack(config);
  const own = sizes.findIndex(({ name }) => name === layer);
  if (own < 0) return [];
  const inside = (span: Span, side: number): Span => [
    Math.max(0, span[0]),
    Math.min(side - 1, span[1]),
  ];
  const fields: Field[] = [{ layer, rows: [row, row], columns: [column, column] }];
  for (let i = own; i > 0; i--) {
    const { rows, columns } = fields[0]!;
    const { name, side } = sizes[i - 1]!;
    const step = back[i - 1]!;
    fields.unshift({
      layer: name,
      rows: inside(step(rows), side),
      columns: inside(step(columns), side),
    });
  }
  return fields;
}

/** Side of a unit's receptive field in the image, in pixels, away from the border; the image's own where all is seen. */
export function fieldSide(config: CaeConfig, layer: string): number {
  const sizes = mapSizes(config);
  const found = sizes.find(({ name }) => name === layer);
  if (!found) return 0;
  const middle = Math.floor(found.side / 2);
  // The widest of the units in the middle: transposed convolutions see unequally many, by the place.
  const widths = [middle - 1, middle].map((row) => {
    const [first] = fieldsOf(config, { layer, channel: 0, row: Math.max(0, row), column: 0 });
    return first ? first.rows[1] - first.rows[0] + 1 : 0;
  });
  return Math.max(...widths);
}

/** Pixels between neighbouring units of an encoder layer: the product of the strides. */
export function strideOf(config: CaeConfig, layer: string): number {
  const sizes = mapSizes(config);
  const found = sizes.find(({ name }) => name === layer);
  return found ? sizes[0]!.side / found.side : 1;
}
