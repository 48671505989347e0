// Plain equations as the worker sends them, cut into signs to be set: no KaTeX runs in a lab.
// `_` and `^` begin an index and a power, of one sign or of {several}; lines are apart by a newline. Pure.

export interface Sign {
  readonly text: string;
  /** One letter is a variable and italic; words and everything else stand upright. */
  readonly italic: boolean;
  /** The part of the model that the sign belongs to, as in the chapters' equations. */
  readonly part: 'data' | 'enc' | 'lat' | 'dec' | null;
  readonly low: readonly Sign[];
  readonly high: readonly Sign[];
}

const PARTS: Readonly<Record<string, Sign['part']>> = {
  x: 'data',
  φ: 'enc',
  μ: 'enc',
  σ: 'enc',
  z: 'lat',
  ε: 'lat',
  KL: 'lat',
  θ: 'dec',
  x̂: 'dec',
};

/** A letter with its accents, a word, a number, or any other sign; blanks go with what is before them. */
const SIGN = /(?:\p{L}\p{M}*)+|\d+|\s+|[^\s\p{L}\d]/gu;

export function parseEquation(equation: string): readonly (readonly Sign[])[] {
  return equation.split('\n').map((line) => {
    const read = new Reader(line.match(SIGN) ?? []);
    return read.until(undefined);
  });
}

class Reader {
  #at = 0;

  constructor(private readonly signs: readonly string[]) {}

  until(end: string | undefined): readonly Sign[] {
    const made: Sign[] = [];
    while (this.#at < this.signs.length && this.signs[this.#at] !== end) made.push(this.#sign());
    this.#at += 1;
    return made;
  }

  #sign(): Sign {
    const sign = this.#bare();
    let [low, high]: [readonly Sign[], readonly Sign[]] = [[], []];
    for (;;) {
      const mark = this.signs[this.#at];
      if (mark !== '_' && mark !== '^') break;
      this.#at += 1;
      if (mark === '_') low = this.#script();
      else high = this.#script();
    }
    // Mean and spread of a prior, μ_p and σ_p, are the decoder's.
    const part = sign.part === 'enc' && low[0]?.text === 'p' ? 'dec' : sign.part;
    return { ...sign, part, low, high };
  }

  /** A sign without what hangs on it. */
  #bare(): Sign {
    const text = this.signs[this.#at++] ?? '';
    const letters = text.match(/\p{L}/gu)?.length ?? 0;
    return { text, italic: letters === 1, part: PARTS[text] ?? null, low: [], high: [] };
  }

  #script(): readonly Sign[] {
    if (this.signs[this.#at] !== '{') return [this.#bare()]; // what follows hangs on the sign before
    this.#at += 1;
    return this.until('}');
  }
}

/** How a screen reader says it: without marks of position. */
export function spokenEquation(equation: string): string {
  return equation.replaceAll('\n', '; ').replaceAll(/[_{}]/g, '').replaceAll('^2', '²');
}
