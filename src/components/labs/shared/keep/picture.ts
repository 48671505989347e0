// Pictures as they leave the page: black ink on white paper whatever the page's theme, four pixels for one, so that
// no program smooths them. `toRgba` is pure; only `toPng` needs a browser. Knows no lab.
import {
  gridLayout,
  imageCount,
  MNIST_SHAPE,
  writeImage,
  type ImageShape,
} from '../../../ui/images.ts';

/** Images of one kind in a grid. */
export interface Picture {
  /** What it shows: "Decoder means of codes from the prior". */
  readonly name: string;
  /** Row by row, image after image, 0 to 1; 1 is ink. */
  readonly pixels: Float32Array;
  readonly columns: number;
  /** 28 × 28 grey where not said. */
  readonly shape?: ImageShape;
  /** White pixels between two images, of the images' own size; none where not said. */
  readonly gap?: number;
}

export const ENLARGED = 4;
const PRINT = { paper: [255, 255, 255], ink: [0, 0, 0] } as const;

export interface Rgba {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/** The picture's pixels, each as a square of `ENLARGED` by `ENLARGED`. */
export function toRgba({ pixels, columns, shape = MNIST_SHAPE, gap = 0 }: Picture): Rgba {
  const count = imageCount(pixels, shape);
  const small = gridLayout(count, Math.min(columns, Math.max(1, count)), gap, shape);
  const plain = new Uint8ClampedArray(4 * small.width * small.height).fill(255);
  for (let i = 0; i < count; i += 1) {
    const x = (i % small.columns) * (shape.width + gap);
    const y = Math.floor(i / small.columns) * (shape.height + gap);
    writeImage(plain, small.width, x, y, pixels, i, shape, PRINT);
  }
  const [width, height] = [small.width * ENLARGED, small.height * ENLARGED];
  // Whole pixels at a time: one 32-bit number each.
  const from = new Uint32Array(plain.buffer);
  const large = new Uint32Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const row = Math.floor(y / ENLARGED) * small.width;
    for (let x = 0; x < width; x += 1) {
      large[y * width + x] = from[row + Math.floor(x / ENLARGED)]!;
    }
  }
  return { width, height, data: new Uint8ClampedArray(large.buffer) };
}

/** The picture as a PNG file. Throws where the browser cannot make one. */
export async function toPng(picture: Picture): Promise<Blob> {
  const { width, height, data } = toRgba(picture);
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  canvas.getContext('2d')?.putImageData(new ImageData(data, width, height), 0, 0);
  const blob = await new Promise<Blob | null>((done) => {
    canvas.toBlob(done, 'image/png');
  });
  if (!blob)
    throw new Error(`The browser could not make a picture of ${width} × ${height} pixels.`);
  return blob;
}
