// The bibliography: BibTeX in, references out, and how they read in a text (author-year).
// Knows no page; which entries a page cites is found by citedIn.
import { readFileSync } from 'node:fs';
import { plugins } from '@citation-js/core';
import '@citation-js/plugin-bibtex';
import { z } from 'astro/zod';

const person = z.object({
  given: z.string().optional(),
  family: z.string().optional(),
  'non-dropping-particle': z.string().optional(),
  literal: z.string().optional(),
});

const csl = z.object({
  id: z.string(),
  type: z.string(),
  title: z.string(),
  author: z.array(person).min(1),
  issued: z.object({ 'date-parts': z.array(z.array(z.coerce.number()).min(1)).min(1) }),
  'container-title': z.string().optional(),
  publisher: z.string().optional(),
  volume: z.coerce.string().optional(),
  issue: z.coerce.string().optional(),
  page: z.string().optional(),
  DOI: z.string().optional(),
  URL: z.string().optional(),
});

/** One entry of the bibliography, ready to print. */
export const reference = csl.transform((entry) => ({
  id: entry.id,
  title: entry.title,
  authors: entry.author.map((author) => ({
    family:
      author.literal ?? [author['non-dropping-particle'], author.family].filter(Boolean).join(' '),
    given: author.given ?? '',
  })),
  year: entry.issued['date-parts'][0]?.[0] ?? 0,
  container: entry['container-title'] ?? entry.publisher ?? '',
  volume: entry.volume ?? '',
  issue: entry.issue ?? '',
  pages: entry.page?.replace('-', '–') ?? '',
  link: linkOf(entry.DOI, entry.URL),
}));

export type Reference = z.output<typeof reference>;

/** Where an entry can be read: its DOI, else its arXiv number, else its address. */
function linkOf(
  doi: string | undefined,
  url: string | undefined,
): { text: string; href: string } | undefined {
  if (doi !== undefined) return { text: `doi:${doi}`, href: `https://doi.org/${doi}` };
  if (url === undefined) return undefined;
  const arxiv = /arxiv\.org\/abs\/([\w.\-/]+)/.exec(url)?.[1];
  return arxiv === undefined
    ? { text: new URL(url).hostname, href: url }
    : { text: `arXiv:${arxiv}`, href: `https://arxiv.org/abs/${arxiv}` };
}

/** Reads a BibTeX file into unchecked entries, one object each with its `id`. */
export function readBibliography(file: string): { id: string }[] {
  const entries: unknown = plugins.input.chain(readFileSync(file, 'utf8'));
  return z.array(z.looseObject({ id: z.string() })).parse(entries);
}

/** "Kingma and Welling", "Rezende et al." */
export function shortAuthors({ authors }: Reference): string {
  const [first, second] = authors.map((author) => author.family);
  if (second === undefined) return first ?? '';
  return authors.length === 2 ? `${first ?? ''} and ${second}` : `${first ?? ''} et al.`;
}

/** "Kingma, D. P. and Welling, M.", at most six names before "et al." */
export function fullAuthors({ authors }: Reference): string {
  const names = authors.map(({ family, given }) => {
    const initials = given
      .split(/[\s.]+/)
      .filter((part) => part !== '')
      .map((part) =>
        part
          .split('-')
          .map((piece) => `${piece.charAt(0)}.`)
          .join('-'),
      )
      .join(' ');
    return initials === '' ? family : `${family}, ${initials}`;
  });
  if (names.length > 7) return `${names.slice(0, 6).join(', ')} et al.`;
  return names.length < 2
    ? names.join('')
    : `${names.slice(0, -1).join(', ')} and ${names.slice(-1).join('')}`;
}

/** The ids that a page's source cites with <Cite id="…">, each once. */
export function citedIn(source: string): Set<string> {
  const ids = [...source.matchAll(/<Cite\b[^>]*?\bid="([^"]+)"/g)].flatMap(([, list = '']) =>
    list.split(/\s+/),
  );
  return new Set(ids);
}

/** Orders entries as a reference list does: by authors, then by year. */
export function byAuthors(a: Reference, b: Reference): number {
  return fullAuthors(a).localeCompare(fullAuthors(b), 'en') || a.year - b.year;
}

/** Thrown for a citation of an entry that the bibliography lacks. */
export class UnknownReferenceError extends Error {
  override name = 'UnknownReferenceError';
}

/** Finds an entry by id; `page` is named in the error. */
export function findReference(all: readonly Reference[], id: string, page: string): Reference {
  const found = all.find((entry) => entry.id === id);
  if (found !== undefined) return found;
  throw new UnknownReferenceError(
    `${page}: <Cite id="${id}"> is not in src/content/bibliography.bib. Add the entry or mend the id.`,
  );
}
