// Whether a layer's maps move with the image: the same image moved, and its maps against those of the image as it was.
// Pure numbers.
import type { LayerReport } from '../../../lib/protocol/queries.ts';
import type { CaeConfig } from '../../../lib/models/cae.config.ts';
import { fieldsOf, strideOf } from './fields.ts';

/** The image moved to the right by whole pixels (to the left where negative); what leaves is gone, what comes is paper. */
export function movedImage(pixels: Float32Array, side: number, by: number): Float32Array {
  return Float32Array.from(pixels, (_, i) => {
    const column = (i % side) - by;
    return column >= 0 && column < side ? (pixels[i - by] ?? 0) : 0;
  });
}

export interface Movement {
  /** Pixels. */
  readonly by: number;
  /** ‖moved maps − maps‖ / ‖maps‖: 0 for a code that does not care where the image is. */
  readonly asItIs: number;
  /** The same after the maps, too, are moved by the nearest whole number of places: 0 for equivariance. */
  readonly movedBack: number;
}

/** Compares a layer of the image with the same layer of the image moved by `by`. */
export function compareMoved(
  config: CaeConfig,
  before: LayerReport,
  after: LayerReport,
  by: number,
): Movement {
  const places = Math.round(by / strideOf(config, before.name));
  return {
    by,
    asItIs: relative(config, before, after, 0),
    movedBack: relative(config, before, after, places),
  };
}

/**
 * ‖after − before moved‖ / ‖before‖ over the places that see no border, before and after: there the zeros around the
 * image have no say.
 */
function relative(
  config: CaeConfig,
  before: LayerReport,
  after: LayerReport,
  places: number,
): number {
  const { channels, height, width, name } = before;
  const inner = innerPlaces(config, name, height);
  let [difference, size] = [0, 0];
  for (let channel = 0; channel < channels; channel++) {
    for (let row = 0; row < height; row++) {
      if (!inner[row]) continue;
      for (let column = 0; column < width; column++) {
        const source = column - places;
        if (!inner[column] || !inner[source]) continue;
        const line = (channel * height + row) * width;
        const [was, is] = [before.values[line + source] ?? 0, after.values[line + column] ?? 0];
        difference += (is - was) ** 2;
        size += was ** 2;
      }
    }
  }
  return size > 0 ? Math.sqrt(difference / size) : 0;
}

/** Which rows (or columns) of a layer see no border. */
function innerPlaces(config: CaeConfig, layer: string, side: number): readonly boolean[] {
  // Without a border every place would see as far to both sides: the border has cut where it sees less.
  const widths = Array.from({ length: side }, (_, row) => {
    const [field] = fieldsOf(config, { layer, channel: 0, row, column: 0 });
    return field ?? null;
  });
  const full = Math.max(...widths.map((f) => (f ? f.rows[1] - f.rows[0] : 0)));
  return widths.map((f) => f !== null && f.rows[1] - f.rows[0] === full);
}
