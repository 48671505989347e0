// What a file is, by its bytes and never by its name; and how large a picture would become, before anything decodes it.
// Knows no decoder.
import { DataError } from './images.ts';

export type FileKind = 'png' | 'jpeg' | 'webp' | 'gzip' | 'idx' | 'cifar';

/** Bytes of a CIFAR-10 record: a label, and 32 × 32 pixels in three colours. */
export const CIFAR_RECORD = 3073;

/** The number types that IDX knows, of which only the first is an image's. */
const IDX_TYPES: readonly number[] = [0x08, 0x09, 0x0b, 0x0c, 0x0d, 0x0e];

/** The kind of a whole file; null for one that no lab can read. */
export function kindOf(bytes: Uint8Array): FileKind | null {
  const starts = (text: string, at = 0): boolean =>
    Array.from(text).every((letter, i) => bytes[at + i] === letter.charCodeAt(0));
  if (starts('\x89PNG\r\n\x1a\n')) return 'png';
  if (starts('\xff\xd8\xff')) return 'jpeg';
  if (starts('RIFF') && starts('WEBP', 8)) return 'webp';
  if (starts('\x1f\x8b')) return 'gzip';
  const records = bytes.length > 0 && bytes.length % CIFAR_RECORD === 0;
  // A record of class 0 with a black corner begins as IDX does; that the size fits 3073 bytes a record by chance does not happen.
  if (records && bytes[0]! <= 9 && !(starts('\0\0\x08') && isWholeIdx(bytes))) return 'cifar';
  return starts('\0\0') && IDX_TYPES.includes(bytes[2] ?? 0) ? 'idx' : null;
}

/** Whether the dimensions that an IDX header states account for all bytes. */
function isWholeIdx(bytes: Uint8Array): boolean {
  const dimensions = bytes[3] ?? 0;
  const start = 4 + 4 * dimensions;
  if (dimensions === 0 || dimensions > 4 || bytes.length < start) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let values = 1;
  for (let i = 0; i < dimensions; i++) values *= view.getUint32(4 + 4 * i);
  return bytes.length - start === values;
}

/** What a file that nobody knows looks like, for its refusal. */
export function looksLike(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'it is empty';
  const head = bytes.subarray(0, 12);
  const isText = head.every((byte) => (byte >= 32 && byte < 127) || (byte >= 9 && byte <= 13));
  if (isText) return `it is text, beginning with “${String.fromCharCode(...head).trim()}”`;
  const hex = Array.from(head.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0'));
  return `its first bytes are ${hex.join(' ')}`;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Width and height as a picture's header states them. Throws DataError where it has none. */
export function pictureSize(bytes: Uint8Array, kind: 'png' | 'jpeg' | 'webp'): Size {
  const size = { png: pngSize, jpeg: jpegSize, webp: webpSize }[kind](bytes);
  if (!size || size.width === 0 || size.height === 0) {
    throw new DataError(
      `The ${kind.toUpperCase()} file states no size: it is truncated or damaged.`,
    );
  }
  return size;
}

const view = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function pngSize(bytes: Uint8Array): Size | null {
  if (bytes.length < 24) return null;
  return { width: view(bytes).getUint32(16), height: view(bytes).getUint32(20) };
}

/** Walks the segments to the frame header (SOF0 to SOF15, of which C4, C8 and CC are other things). */
function jpegSize(bytes: Uint8Array): Size | null {
  let at = 2;
  while (at + 9 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at += 1; // padding
      continue;
    }
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { height: view(bytes).getUint16(at + 5), width: view(bytes).getUint16(at + 7) };
    }
    at += 2 + view(bytes).getUint16(at + 2);
  }
  return null;
}

/** The three forms of WebP: lossy (VP8), lossless (VP8L), extended (VP8X). */
function webpSize(bytes: Uint8Array): Size | null {
  if (bytes.length < 30) return null;
  const form = String.fromCharCode(...bytes.subarray(12, 16));
  const data = view(bytes);
  switch (form) {
    case 'VP8 ':
      return {
        width: data.getUint16(26, true) & 0x3fff,
        height: data.getUint16(28, true) & 0x3fff,
      };
    case 'VP8L': {
      const bits = data.getUint32(21, true);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8X': {
      const three = (at: number): number => data.getUint16(at, true) + 65_536 * bytes[at + 2]!;
      return { width: three(24) + 1, height: three(27) + 1 };
    }
    default:
      return null;
  }
}
