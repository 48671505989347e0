// Pictures as files: images side by side as a PNG whose opacity is the amount of ink, so that a dark theme inverts it.
import sharp from 'sharp';

const SIDE = 28;
const PIXELS = SIDE * SIDE;

/** Images row by row, `columns` beside each other and `gap` pixels apart. */
export async function writeSheet(
  file: string,
  images: Float32Array,
  columns: number,
  gap = 0,
): Promise<void> {
  const count = images.length / PIXELS;
  const rows = Math.ceil(count / columns);
  const width = columns * (SIDE + gap) - gap;
  const height = rows * (SIDE + gap) - gap;
  const ink = new Float32Array(width * height);
  images.forEach((value, i) => {
    const image = Math.floor(i / PIXELS);
    const pixel = i % PIXELS;
    const x = (image % columns) * (SIDE + gap) + (pixel % SIDE);
    const y = Math.floor(image / columns) * (SIDE + gap) + Math.floor(pixel / SIDE);
    ink[y * width + x] = value;
  });
  await writeInk(file, ink, width);
}

/** Amounts of ink, row by row, as one picture. */
export async function writeInk(file: string, ink: Float32Array, width: number): Promise<void> {
  const height = ink.length / width;
  const rgba = new Uint8ClampedArray(width * height * 4);
  ink.forEach((value, i) => {
    rgba[4 * i + 3] = 255 * value;
  });
  await sharp(rgba, { raw: { width, height, channels: 4 } })
    .png({ compressionLevel: 9, palette: true })
    .toFile(file);
}
