// Fetches files for the worker and checks what came: status, size, SHA-256. Data sets are kept while the
// page lives, since a reader switches back and forth.
import { imagesFromIdx } from '../data/idx.ts';
import { DataError, type ImageSet } from '../data/images.ts';
import { readSafetensors, WeightsError, type NamedTensor } from '../weights/safetensors.ts';
import type { DataRef, FileRef, NamedImages, PackedImages } from '../protocol/messages.ts';

/** A file that did not come, or not as it was published. */
export class FetchError extends Error {
  override readonly name = 'FetchError';
}

/**
 * The file's bytes. A file that is not the published one is asked for once more past the cache.
 * Throws FetchError.
 */
export async function fetchFile(file: FileRef): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await fetchChecked(file, 'default');
  } catch (first) {
    if (!(first instanceof FetchError)) throw first;
    return fetchChecked(file, 'reload');
  }
}

async function fetchChecked(file: FileRef, cache: RequestCache): Promise<Uint8Array<ArrayBuffer>> {
  const name = nameOf(file);
  const bytes = await download(file.url, name, cache);
  if (bytes.length !== file.bytes) {
    throw new FetchError(`${name} has ${bytes.length} bytes, expected ${file.bytes}. Try again.`);
  }
  // Absent outside secure contexts (a site tried over plain http on a local network): size is checked all the same.
  const subtle = (self.crypto as Partial<Crypto>).subtle;
  if (subtle) {
    const digest = new Uint8Array(await subtle.digest('SHA-256', bytes));
    const found = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
    if (found !== file.sha256) {
      throw new FetchError(
        `${name} is not the file that was published (its hash differs). Try again.`,
      );
    }
  }
  return bytes;
}

function nameOf({ url }: FileRef): string {
  return new URL(url, self.location.href).pathname.split('/').slice(-2).join('/');
}

/** Seconds without a byte after which a server counts as not answering; a slow one may take as long as it needs. */
const STALL_S = 20;

async function download(
  url: string,
  name: string,
  cache: RequestCache,
): Promise<Uint8Array<ArrayBuffer>> {
  const stall = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const alive = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      stall.abort();
    }, STALL_S * 1000);
  };
  try {
    alive();
    const response = await fetch(url, { cache, signal: stall.signal });
    if (!response.ok) {
      throw new FetchError(
        `${name} could not be fetched: the server answered ${response.status}. If the site was updated, reload the page.`,
      );
    }
    const parts: Uint8Array<ArrayBuffer>[] = [];
    const reader = response.body?.getReader();
    for (let next = await reader?.read(); next?.value; next = await reader?.read()) {
      alive();
      parts.push(next.value);
    }
    return new Uint8Array(await new Blob(parts).arrayBuffer());
  } catch (cause) {
    if (cause instanceof FetchError) throw cause;
    const why = stall.signal.aborted
      ? `the server sent nothing for ${STALL_S} seconds`
      : 'the network did not answer';
    throw new FetchError(`${name} could not be fetched: ${why}. Try again.`, { cause });
  } finally {
    clearTimeout(timer);
  }
}

const sets = new Map<string, Promise<ImageSet>>();
const kept = new Map<string, ImageSet>();

/** Images of the page's own, for `{ name, kept: true }`, in place of those before. */
export function keepSet(set: NamedImages): void {
  kept.set(set.name, set);
}

/** One set of images: kept ones from memory, packed ones fetched and decoded once. Throws FetchError and DataError. */
export async function fetchSet(ref: DataRef): Promise<ImageSet> {
  if ('kept' in ref) {
    const set = kept.get(ref.name);
    if (!set) throw new DataError(`There are no images kept as "${ref.name}". Add them again.`);
    return set;
  }
  const known = sets.get(ref.name);
  if (known) return known;
  const loading = loadSet(ref);
  sets.set(ref.name, loading);
  loading.catch(() => sets.delete(ref.name)); // so that a retry asks again
  return loading;
}

async function loadSet({ name, images, labels }: PackedImages): Promise<ImageSet> {
  const [pixels, classes] = await Promise.all([fetchFile(images), fetchFile(labels)]);
  try {
    return imagesFromIdx(await unpack(pixels), await unpack(classes));
  } catch (cause) {
    throw new DataError(`The data set "${name}": ${reason(cause)} ${PUBLISHED_SO}`, { cause });
  }
}

/** Published weights, read. Throws FetchError and WeightsError. */
export async function fetchTensors(file: FileRef): Promise<Map<string, NamedTensor>> {
  const bytes = await fetchFile(file);
  try {
    return readSafetensors(bytes);
  } catch (cause) {
    throw new WeightsError(`${nameOf(file)}: ${reason(cause)} ${PUBLISHED_SO}`, { cause });
  }
}

/** What there is to do about a file that is the published one, and wrong. */
const PUBLISHED_SO =
  'The site has it so. Choose another one, or reload the page once the site was mended.';

function reason(cause: unknown): string {
  if (cause instanceof DataError || cause instanceof WeightsError) return cause.message;
  return 'it cannot be unpacked: it is no gzip file, or a damaged one.';
}

async function unpack(packed: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
