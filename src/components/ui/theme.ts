// Design tokens for code that draws: canvases cannot use CSS custom properties, so they read them here.
// Knows the page's `data-theme` and nothing of what is drawn.

/** Calls back whenever the page's theme changes; returns the function that stops it. */
export function watchTheme(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme', 'class'] });
  return () => {
    observer.disconnect();
  };
}

/** Reads tokens as they are computed at one element, each once per theme. */
export class Palette {
  readonly #element: Element;
  readonly #values = new Map<string, string>();

  constructor(element: Element) {
    this.#element = element;
  }

  /** A token's value, such as `colour('--enc')`; empty when the token does not exist. */
  get(token: string): string {
    const known = this.#values.get(token);
    if (known !== undefined) return known;
    const value = getComputedStyle(this.#element).getPropertyValue(token).trim();
    this.#values.set(token, value);
    return value;
  }

  /** A colour given as a token's name (`--enc`) or as a CSS colour. */
  colour(name: string): string {
    return name.startsWith('--') ? this.get(name) : name;
  }

  /** To be called when the theme has changed. */
  forget(): void {
    this.#values.clear();
  }
}

/** The token of a class's colour: ten of them, repeated beyond. */
export function classToken(label: number): string {
  return `--class-${String(((label % 10) + 10) % 10)}`;
}
