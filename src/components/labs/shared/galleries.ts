// The galleries of a lab that shows several data sets: each fetched through the worker when it is first asked for.
import type { DataSet, SetFiles } from './data-sets.ts';
import { Gallery } from './gallery.ts';
import type { LabSession } from './run-options.ts';

/** Images of a gallery: the first of the test split. */
const COUNT = 1000;

export class Galleries {
  readonly #connect: () => LabSession;
  readonly #data: Readonly<Partial<Record<DataSet, SetFiles>>>;
  readonly #fetched = new Map<DataSet, Promise<Gallery>>();

  constructor(connect: () => LabSession, data: Readonly<Partial<Record<DataSet, SetFiles>>>) {
    this.#connect = connect;
    this.#data = data;
  }

  has(set: DataSet): boolean {
    return this.#data[set] !== undefined;
  }

  /** One that could not be fetched is fetched again when it is next asked for. */
  get(set: DataSet): Promise<Gallery> {
    const known = this.#fetched.get(set);
    if (known) return known;
    const fetched = this.#fetch(set);
    this.#fetched.set(set, fetched);
    fetched.catch(() => this.#fetched.delete(set));
    return fetched;
  }

  async #fetch(set: DataSet): Promise<Gallery> {
    const files = this.#data[set];
    if (!files) throw new Error(`This page has no gallery of "${set}".`);
    const request = { data: files.gallery, from: 0, count: COUNT };
    return Gallery.of(await this.#connect().request('images', request));
  }
}
