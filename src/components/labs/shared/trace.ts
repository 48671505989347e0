// The history of one quantity of a run: bounded, however long the run. Knows no plot.

const MOST = 1000;

/** Points (x, y) in the order they came. */
export class Trace {
  #x: number[] = [];
  #y: number[] = [];

  get x(): readonly number[] {
    return this.#x;
  }

  get y(): readonly number[] {
    return this.#y;
  }

  /** Adds a point; a value that is not known is left out. A full trace drops every other point of its older half. */
  add(x: number, y: number | undefined): void {
    if (y === undefined) return;
    this.#x.push(x);
    this.#y.push(y);
    if (this.#x.length <= MOST) return;
    const keep = (_: number, i: number): boolean => i >= MOST / 2 || i % 2 === 0;
    this.#x = this.#x.filter(keep);
    this.#y = this.#y.filter(keep);
  }

  /** Drops what came after x. */
  cut(x: number): void {
    const kept = this.#x.findLastIndex((each) => each <= x) + 1;
    this.#x.length = kept;
    this.#y.length = kept;
  }

  /** These points, whatever becomes of this trace. */
  copy(): Trace {
    const made = new Trace();
    made.become(this);
    return made;
  }

  /** The points of another trace in place of these. */
  become(other: Trace): void {
    this.#x = [...other.#x];
    this.#y = [...other.#y];
  }

  clear(): void {
    this.#x = [];
    this.#y = [];
  }
}
