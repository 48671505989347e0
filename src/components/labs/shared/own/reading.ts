// What crosses between the page and the worker that reads a reader's files. Types only.
import type { FitOptions } from '../../../../lib/data/fit.ts';
import type { Found } from '../../../../lib/data/own.ts';

export interface ReadRequest {
  readonly file: File;
  /** Images that there is room for. */
  readonly room: number;
  readonly options: FitOptions;
}

export type ReadMessage =
  | { readonly kind: 'progress'; readonly share: number }
  | { readonly kind: 'found'; readonly found: Found }
  | { readonly kind: 'refused'; readonly why: string };
