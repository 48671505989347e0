// The first picture of a convolutional network, as its lab shows it: the first test image, every layer's maps for it, and
// its reconstruction. Laid out by the lab's own code.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { layoutOf } from '../../src/components/labs/convolutional/layout.ts';
import { largest, paintSigned } from '../../src/components/ui/tensor.ts';
import { imageAt, type ImageSet } from '../../src/lib/data/images.ts';
import { mseOf } from '../../src/lib/metrics/arrays/reconstruction.ts';
import type { LayerReport } from '../../src/lib/protocol/queries.ts';
import type { Trainer } from '../../src/lib/train/trainer.ts';
import { queries } from '../../src/lib/worker/queries.ts';
import { writeInk } from './sheets.ts';

/** Writes x.png, output.png, one picture for each layer before it, and layers.json. */
export async function drawLayers(
  folder: string,
  trainer: Trainer,
  gallery: ImageSet,
): Promise<void> {
  const ask = queries(
    () => trainer,
    () => Promise.resolve(),
  );
  const images = Float32Array.from(imageAt(gallery, 0), (byte) => byte / 255);
  const { layers } = await ask.activations({ slot: 'pictures', images });
  // What skips the code is a copy of maps that are drawn already.
  const shown = layers.filter(({ name }) => !name.startsWith('skip'));
  const last = shown.at(-1);
  if (!last) throw new Error(`The family ${trainer.family.name} shows no layers.`);
  for (const layer of shown.slice(0, -1)) await drawMaps(folder, layer.name, layer);
  await drawMaps(folder, 'output', last);
  const numbers = {
    label: gallery.labels[0],
    mse: mseOf(images, last.values),
    layers: shown.slice(0, -1).map(({ name }) => name),
  };
  await writeFile(path.join(folder, 'layers.json'), `${JSON.stringify(numbers)}\n`);
}

/** Ink as large as the number; of signed numbers their size. */
async function drawMaps(folder: string, name: string, layer: LayerReport): Promise<void> {
  const layout = layoutOf(layer);
  const { width, height } = layout;
  const rgba = new Uint8ClampedArray(4 * width * height);
  const most = layer.channels === 1 ? 1 : largest(layer.values);
  paintSigned(rgba, layer.values, layout, {
    paper: [0, 0, 0],
    up: [255, 255, 255],
    down: [255, 255, 255],
    most,
  });
  const ink = Float32Array.from({ length: width * height }, (_, i) => (rgba[4 * i] ?? 0) / 255);
  await writeInk(path.join(folder, `${name}.png`), ink, width);
}
