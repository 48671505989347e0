// The history of a run as columns for a plot: bounded, however long the run. Knows no plot.

const MOST = 1200;

/** Rows of (x, named values); a value that a row lacks is null. */
export class Curve {
  #x: number[] = [];
  #columns: Record<string, (number | null)[]>;

  constructor(readonly names: readonly string[]) {
    this.#columns = Object.fromEntries(names.map((name) => [name, []]));
  }

  get x(): readonly number[] {
    return this.#x;
  }

  column(name: string): readonly (number | null)[] {
    return this.#columns[name] ?? [];
  }

  /** Adds a row. A second row at the same x fills in what the first one lacked. */
  add(x: number, values: Readonly<Record<string, number>>): void {
    if (this.#x.at(-1) !== x) {
      this.#x.push(x);
      for (const name of this.names) this.#columns[name]!.push(null);
    }
    for (const name of this.names) {
      const value = values[name];
      if (value !== undefined) this.#columns[name]![this.#x.length - 1] = value;
    }
    if (this.#x.length > MOST) this.#thin();
  }

  clear(): void {
    this.#x = [];
    for (const name of this.names) this.#columns[name] = [];
  }

  /** Drops every other row of the older half, except the rows that hold a rare (held-out) value. */
  #thin(): void {
    const half = this.#x.length >> 1;
    const dense = this.names.filter((name) => isDense(this.#columns[name]!));
    const keep = this.#x.map(
      (_, row) =>
        row >= half ||
        row % 2 === 0 ||
        this.names.some((name) => !dense.includes(name) && this.#columns[name]![row] !== null),
    );
    this.#x = this.#x.filter((_, row) => keep[row]);
    for (const name of this.names) {
      this.#columns[name] = this.#columns[name]!.filter((_, row) => keep[row]);
    }
  }
}

function isDense(column: readonly (number | null)[]): boolean {
  return column.filter((value) => value !== null).length * 2 > column.length;
}
