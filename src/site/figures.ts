// Numbers of figures, found in a page's source: <Figure id="…"> counts up in the order of the text, "7.2" in chapter 7.
// Knows no component.

/** Thrown when a page refers to a figure that it does not have. */
export class FigureError extends Error {
  override name = 'FigureError';
}

/** The number of the figure `id` on a page; `fixed` overrides the count. */
export function figureNumber(
  source: string,
  id: string,
  chapter: number | undefined,
  fixed?: number,
): string {
  const ids = [...source.matchAll(/<Figure\b[^>]*?\bid="([^"]+)"/g)].map(([, found]) => found);
  const count = fixed ?? ids.indexOf(id) + 1;
  if (count === 0) {
    throw new FigureError(
      `No <Figure id="${id}"> on this page. Figures here: ${ids.join(', ') || 'none'}.`,
    );
  }
  return chapter === undefined ? String(count) : `${String(chapter)}.${String(count)}`;
}
