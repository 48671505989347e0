// What crosses between the page and the worker that reads a reader's files. Types only.
import type { FitOptions } from '../../../../lib/data/fit.ts';
import type { Found } from '../../../../lib/data/own.ts';

/** Images that there is room for, in grey and in colour. */
export interface Room {
  readonly grey: number;
  /** Null where the lab takes none, or the reader wants a CIFAR-10 file in grey. */
  readonly colour: number | null;
  /** Why a CIFAR-10 file becomes grey where it does. */
  readonly why: string;
}

export interface ReadRequest {
  readonly file: File;
  readonly room: Room;
  readonly options: FitOptions;
}

export type ReadMessage =
  | { readonly kind: 'progress'; readonly share: number }
  | { readonly kind: 'found'; readonly found: Found }
  | { readonly kind: 'refused'; readonly why: string };
