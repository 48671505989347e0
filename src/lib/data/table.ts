// A table drawn from a seed: twelve sensors of an imagined pump, which three hidden quantities determine, each with a
// little noise. What an autoencoder of tables is tried on, with the truth known. Knows no file and no network.
import { fillNormal, fillUniform, Stream } from '../ops/random.ts';
import type { ImageSet } from './images.ts';

/** Standard deviation of each sensor's noise; sensors run from about 0 to 1. */
export const TABLE_NOISE = 0.02;

/** Sensors as functions of load, ambient temperature and wear, each in [0, 1]. */
const sensors: readonly ((load: number, ambient: number, wear: number) => number)[] = [
  (load) => load, // speed
  (load) => load ** 2, // pressure
  (load, _, wear) => load ** 3 * (0.7 + 0.3 * wear), // power
  (load, _, wear) => load * (1 - 0.4 * wear), // flow
  (load, ambient) => 0.6 * ambient + 0.4 * load ** 2, // casing temperature
  (_, ambient) => ambient, // room temperature
  (load, ambient, wear) => 0.4 * ambient + 0.6 * load * wear, // bearing temperature
  (load, _, wear) => wear * load, // vibration
  (load, _, wear) => wear * (0.3 + 0.7 * (1 - load)), // leakage
  (load) => Math.sin(Math.PI * load), // slip: none at rest, none at full load
  (_, ambient, wear) => (0.5 + 0.5 * ambient) * (1 - 0.5 * wear), // oil thickness, falling with wear
  (load, ambient) => load * (1 - 0.5 * ambient), // cooling margin
];

export const TABLE_COLUMNS = sensors.length;

/** `rows` rows, each value as one of 256 steps from 0 to 1; the same for the same seed. */
export function drawTable(seed: number, rows: number): ImageSet {
  const hidden = new Float64Array(3 * rows);
  fillUniform(hidden, seed, Stream.data, 0);
  const noise = new Float32Array(rows * TABLE_COLUMNS);
  fillNormal(noise, seed, Stream.noise, 0);
  const pixels = new Uint8Array(rows * TABLE_COLUMNS);
  for (let row = 0; row < rows; row++) {
    const [load = 0, ambient = 0, wear = 0] = hidden.subarray(3 * row, 3 * row + 3);
    sensors.forEach((sensor, column) => {
      const at = row * TABLE_COLUMNS + column;
      const value = sensor(load, ambient, wear) + TABLE_NOISE * noise[at]!;
      pixels[at] = Math.round(255 * Math.min(1, Math.max(0, value)));
    });
  }
  return {
    pixels,
    labels: new Uint8Array(rows),
    count: rows,
    width: TABLE_COLUMNS,
    height: 1,
    channels: 1,
  };
}

/** The same rows with one sensor each, in turn, showing what it showed in another row: values in range, rows that cannot be. */
export function withFaults(table: ImageSet): ImageSet {
  const pixels = table.pixels.slice();
  for (let row = 0; row < table.count; row++) {
    const column = row % TABLE_COLUMNS;
    const other = (row + Math.floor(table.count / 2)) % table.count;
    pixels[row * TABLE_COLUMNS + column] = table.pixels[other * TABLE_COLUMNS + column]!;
  }
  return { ...table, pixels };
}
