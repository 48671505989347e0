// A reader's files, read one after the other in a worker that lives as long: into a set of grey images and, where the lab
// takes them, one of colour images. Labels come after the images that they name, in whatever order the files were given.
// Knows no markup.
import type { FitOptions } from '../../../../lib/data/fit.ts';
import { MOST_IMAGES, type Found } from '../../../../lib/data/own.ts';
import { count } from '../../../ui/format.ts';
import { withImages, withLabels, type OwnSet } from './own-set.ts';
import type { ReadMessage, ReadRequest, Room } from './reading.ts';

/** A file that was refused, and why. */
export interface Refusal {
  readonly file: string;
  readonly why: string;
}

/** What was done to images, and to how many files' of them. */
export interface Remark {
  readonly text: string;
  readonly file: string;
  readonly files: number;
}

/** What came of the files given last, and of the one being read. */
export interface FilesReport {
  readonly reading: { readonly file: string; readonly share: number } | null;
  readonly refused: readonly Refusal[];
  readonly remarks: readonly Remark[];
  /** Images added; null before the first file, and while files are read. */
  readonly added: number | null;
}

/** Where images go. */
export interface Target {
  /** The set now, which the reader may have changed meanwhile. */
  readonly set: OwnSet | null;
  change(set: OwnSet): void;
}

export interface Reading {
  readonly options: FitOptions;
  /** Ends it; what was read until then stays. */
  readonly signal: AbortSignal;
  readonly grey: Target;
  /** Null where the lab takes no colour, or the reader wants none. */
  readonly colour: Target | null;
  /** Why a CIFAR-10 file becomes grey where it does. */
  readonly why: string;
  readonly progress: (share: number, file: string) => void;
}

/** Sets are copied when they grow: many small files are added together, this often. */
const ADD_EVERY_MS = 250;

type FoundImages = Extract<Found, { kind: 'images' }>;

/** Adds the files' images to the set. Never rejects: what could not be read is in `refused`. */
export async function readFiles(
  files: readonly File[],
  reading: Reading,
): Promise<{ readonly refused: Refusal[]; readonly remarks: Remark[] }> {
  const refused: Refusal[] = [];
  const remarks = new Map<string, Remark>();
  const labels: { readonly file: string; readonly values: Uint8Array }[] = [];
  let waiting: FoundImages[] = [];
  let added = performance.now();
  const targetOf = ({ shape }: FoundImages): Target | null =>
    shape.channels > 1 ? reading.colour : reading.grey;
  const add = (): void => {
    for (const target of [reading.grey, reading.colour]) {
      const found = waiting.filter((each) => targetOf(each) === target);
      if (target && found.length > 0) target.change(withImages(target.set, found));
    }
    waiting = [];
    added = performance.now();
  };
  const roomIn = (target: Target): number =>
    waiting
      .filter((each) => targetOf(each) === target)
      .reduce((left, { labels: own }) => left - own.length, MOST_IMAGES - (target.set?.count ?? 0));
  const room = (): Room => ({
    grey: roomIn(reading.grey),
    colour: reading.colour && roomIn(reading.colour),
    why: reading.why,
  });

  const worker = new Worker(new URL('./read.worker.ts', import.meta.url), { type: 'module' });
  try {
    for (const [i, file] of files.entries()) {
      if (reading.signal.aborted) break;
      const tell = (share: number): void => {
        reading.progress((i + share) / files.length, file.name);
      };
      tell(0);
      const found = await readOne(
        worker,
        { file, room: room(), options: reading.options },
        tell,
        reading.signal,
      );
      if (found === null) break;
      if (typeof found === 'string') refused.push({ file: file.name, why: found });
      else if (found.kind === 'labels') labels.push({ file: file.name, values: found.labels });
      else if (found.labels.length === 0) refused.push({ file: file.name, why: FULL });
      else {
        waiting.push(found);
        for (const text of found.notes) {
          const before = remarks.get(text);
          remarks.set(text, {
            text,
            file: before?.file ?? file.name,
            files: 1 + (before?.files ?? 0),
          });
        }
        if (performance.now() - added > ADD_EVERY_MS) add();
      }
    }
  } finally {
    worker.terminate();
    add();
  }
  for (const { file, values } of labels) {
    const named = withLabels(reading.grey.set, values);
    if (named) reading.grey.change(named);
    else {
      const why = `It holds ${count(values.length)} labels, and no unlabelled file of as many images is here. Drop both together.`;
      refused.push({ file, why });
    }
  }
  return { refused, remarks: [...remarks.values()] };
}

const FULL = `There are ${count(MOST_IMAGES)} images already, the most that are kept. Remove some first.`;

/** What the file holds, why it was refused, or null where reading was stopped. */
function readOne(
  worker: Worker,
  request: ReadRequest,
  progress: (share: number) => void,
  signal: AbortSignal,
): Promise<Found | string | null> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve(null);
    });
    worker.onmessage = ({ data }: MessageEvent<ReadMessage>) => {
      switch (data.kind) {
        case 'progress':
          progress(data.share);
          return;
        case 'found':
          resolve(data.found);
          return;
        case 'refused':
          resolve(data.why);
          return;
      }
    };
    worker.onerror = (event) => {
      event.preventDefault();
      resolve(
        'What reads files stopped. The site was updated, or the network is away: reload the page.',
      );
    };
    worker.postMessage(request);
  });
}
