// Reads one dropped file after the other, away from the page, which stays free: unzips, has the browser decode
// pictures, and leaves the rest to lib/data. Lives while files are read.
import { DataError } from '../../../../lib/data/images.ts';
import { kindOf, looksLike, pictureSize, type FileKind } from '../../../../lib/data/kind.ts';
import {
  checkBytes,
  checkSides,
  fromCifar,
  fromCifarInColour,
  fromIdx,
  fromPicture,
  MOST_BYTES,
  type Found,
} from '../../../../lib/data/own.ts';
import type { ReadMessage, ReadRequest } from './reading.ts';

/** Side that a picture is decoded at, at most: enough for a thin line to be averaged well down to 28 pixels. */
const DECODED_SIDE = 512;
const TELL_EVERY_MS = 100;

self.addEventListener('message', ({ data }: MessageEvent<ReadRequest>) => {
  void read(data).then(
    (found) => {
      send({ kind: 'found', found });
    },
    (cause: unknown) => {
      send({ kind: 'refused', why: whyOf(cause) });
    },
  );
});

async function read({ file, room, options }: ReadRequest): Promise<Found> {
  checkBytes(file.size);
  let bytes = await bytesOf(file);
  let kind = kindOf(bytes);
  if (kind === 'gzip') {
    bytes = await unzipped(bytes);
    kind = kindOf(bytes);
  }
  let told = performance.now();
  const progress = (done: number, of: number): void => {
    if (performance.now() - told < TELL_EVERY_MS) return;
    told = performance.now();
    send({ kind: 'progress', share: done / of });
  };
  switch (kind) {
    case 'idx':
      return fromIdx(bytes, room.grey, options, progress);
    case 'cifar':
      return room.colour === null
        ? fromCifar(bytes, room.grey, room.why, progress)
        : fromCifarInColour(bytes, room.colour);
    case 'png':
    case 'jpeg':
    case 'webp':
      return fromPicture(...(await decoded(bytes, kind)), options);
    case 'gzip':
    case null:
      throw new DataError(
        `This is no file of images: ${looksLike(bytes)}. Expected a PNG, JPEG or WebP picture, an IDX file of bytes (as MNIST’s), or a CIFAR-10 binary batch.`,
      );
  }
}

async function bytesOf(file: File): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new DataError('It could not be read. If it is a folder, open it and drop its files.');
  }
}

/** Unpacked as far as the limit allows: a small file may unpack to any size. */
async function unzipped(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      throw new DataError('The gzip file is truncated or damaged.');
    });
    if (done) break;
    size += value.length;
    if (size > MOST_BYTES) {
      await reader.cancel();
      throw new DataError(
        `Unpacked, the file has more than ${MOST_BYTES / 1024 / 1024} MB; expected at most as many.`,
      );
    }
    parts.push(value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** A picture's RGBA and its size, made smaller where it is large. */
async function decoded(
  bytes: Uint8Array<ArrayBuffer>,
  kind: Exclude<FileKind, 'gzip' | 'idx' | 'cifar'>,
): Promise<[Uint8ClampedArray, { width: number; height: number }]> {
  checkSides(pictureSize(bytes, kind)); // before it takes its place in memory
  if (typeof OffscreenCanvas === 'undefined') {
    throw new DataError('This browser cannot decode pictures here: use an IDX file, or draw.');
  }
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(new Blob([bytes], { type: `image/${kind}` }));
  } catch {
    throw new DataError(`The ${kind.toUpperCase()} file is truncated or damaged.`);
  }
  const shrink = Math.min(1, DECODED_SIDE / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.round(bitmap.width * shrink));
  const height = Math.max(1, Math.round(bitmap.height * shrink));
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!context) throw new DataError('This browser cannot decode pictures here.');
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  return [context.getImageData(0, 0, width, height).data, { width, height }];
}

function whyOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function send(message: ReadMessage): void {
  const bytes =
    message.kind === 'found' && message.found.kind === 'images'
      ? [message.found.pixels.buffer]
      : [];
  self.postMessage(message, { transfer: bytes });
}
