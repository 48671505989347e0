// CIFAR-10's binary version: records of one label byte and 3 × 32 × 32 bytes, channel by channel.
import { DataError, type ImageSet } from './images.ts';
import { CIFAR_RECORD as RECORD } from './kind.ts';

const SIDE = 32;
const PLANE = SIDE * SIDE;

/** Reads a batch file into channels-last images. Throws DataError naming what is wrong. */
export function imagesFromCifar(file: Uint8Array): ImageSet {
  const count = file.length / RECORD;
  if (count === 0 || !Number.isInteger(count)) {
    throw new DataError(
      `A CIFAR-10 binary file is a multiple of ${RECORD} bytes long; this one has ${file.length}.`,
    );
  }
  const pixels = new Uint8Array(count * 3 * PLANE);
  const labels = new Uint8Array(count);
  for (let image = 0; image < count; image++) {
    const record = file.subarray(image * RECORD, (image + 1) * RECORD);
    const label = record[0]!;
    if (label > 9) {
      throw new DataError(`Record ${image + 1} has the label ${label}; CIFAR-10's are 0 to 9.`);
    }
    labels[image] = label;
    for (let channel = 0; channel < 3; channel++) {
      for (let i = 0; i < PLANE; i++) {
        pixels[(image * PLANE + i) * 3 + channel] = record[1 + channel * PLANE + i]!;
      }
    }
  }
  return { pixels, labels, count, width: SIDE, height: SIDE, channels: 3 };
}
