// The bibliography: complete, unambiguous, printed in one style.
import { describe, expect, test } from 'vitest';
import {
  citedIn,
  fullAuthors,
  readBibliography,
  reference,
  shortAuthors,
} from '../../../src/site/references.ts';

const entries = readBibliography('src/content/bibliography.bib').map((raw) => reference.parse(raw));
const get = (id: string) => {
  const found = entries.find((entry) => entry.id === id);
  if (found === undefined) throw new Error(`no entry ${id}`);
  return found;
};

describe('the bibliography', () => {
  test('is complete: every entry has authors, a title and a year', () => {
    expect(entries.length).toBeGreaterThan(10);
    for (const entry of entries) {
      expect(entry.title, entry.id).not.toBe('');
      expect(entry.year, entry.id).toBeGreaterThan(1800);
    }
  });

  test('has no id twice', () => {
    expect(new Set(entries.map((entry) => entry.id)).size).toBe(entries.length);
  });

  test('prints two authors by both names and more by the first', () => {
    expect(shortAuthors(get('kingma2014'))).toBe('Kingma and Welling');
    expect(shortAuthors(get('rezende2014'))).toBe('Rezende et al.');
    expect(fullAuthors(get('kingma2014'))).toBe('Kingma, D. P. and Welling, M.');
  });

  test('links to the DOI, else to arXiv', () => {
    expect(get('kingma2019').link?.href).toBe('https://doi.org/10.1561/2200000056');
    expect(get('kingma2014').link).toEqual({
      text: 'arXiv:1312.6114',
      href: 'https://arxiv.org/abs/1312.6114',
    });
  });
});

test('a page cites each entry once, however often it is named', () => {
  const page = '<Cite id="a" /> and <Cite form="text" id="b c" />, again <Cite id="a" />';
  expect([...citedIn(page)]).toEqual(['a', 'b', 'c']);
});
