// One lab's address bar, on a page that only remembers: what is written when, and what is listened to.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Address } from '../../../../../src/components/labs/shared/share/address.svelte.ts';
import { integer } from '../../../../../src/components/labs/shared/share/fields.ts';
import { stateCodec } from '../../../../../src/components/labs/shared/share/state-codec.ts';

const codec = stateCodec('vae', 1, { seed: integer(7, { min: 0, max: 99 }) });
const place = { hash: '', pathname: '/vae/', search: '?a', origin: 'https://example.org' };
const entries = { state: null as unknown, writes: 0 };
const listeners = new Map<string, () => void>();
let asked: number[];
let address: Address<{ readonly seed: number }>;
let close: () => void;

/** A link is followed: the address changes at once, its event comes later. */
function follow(hash: string): () => void {
  place.hash = hash;
  entries.state = null;
  return () => listeners.get('hashchange')?.();
}

beforeEach(() => {
  vi.useFakeTimers();
  Object.assign(place, { hash: '' });
  Object.assign(entries, { state: null, writes: 0 });
  vi.stubGlobal('location', place);
  vi.stubGlobal('history', {
    get state() {
      return entries.state;
    },
    replaceState: (state: unknown, _: string, url: string) => {
      entries.state = state;
      entries.writes += 1;
      place.hash = url.replace(/^[^#]*/, '');
    },
  });
  vi.stubGlobal('addEventListener', (kind: string, listener: () => void) =>
    listeners.set(kind, listener),
  );
  vi.stubGlobal('removeEventListener', (kind: string) => listeners.delete(kind));
  asked = [];
  address = new Address(codec, ({ seed }) => asked.push(seed));
  close = address.open();
});

afterEach(() => {
  close();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test('a burst of changes is one write', () => {
  for (let seed = 8; seed < 60; seed++) address.report({ seed });
  expect(entries.writes).toBe(0);
  vi.advanceTimersByTime(1000);
  expect(entries.writes).toBe(1);
  expect(place.hash).toBe('#vae.v1:seed=59');
});

test('what was not written yet is written when the page is left', () => {
  address.report({ seed: 8 });
  listeners.get('pagehide')?.();
  expect(place.hash).toBe('#vae.v1:seed=8');
});

test('a link to a state is followed, even where a change was about to be written', () => {
  address.report({ seed: 8 });
  const event = follow('#vae.v1:seed=30');
  vi.advanceTimersByTime(1000);
  expect(place.hash, 'not written over').toBe('#vae.v1:seed=30');
  event();
  expect(asked).toEqual([30]);
});

test('an anchor stays until the lab changes again', () => {
  address.report({ seed: 8 });
  follow('#exercises')();
  vi.advanceTimersByTime(1000);
  expect(place.hash).toBe('#exercises');
  expect(asked).toEqual([]);
  address.report({ seed: 9 });
  vi.advanceTimersByTime(1000);
  expect(place.hash).toBe('#vae.v1:seed=9');
});

test('Back to an entry that the lab has written leaves the lab as it is, and the address follows it', () => {
  address.report({ seed: 8 });
  vi.advanceTimersByTime(1000);
  const written = { hash: place.hash, state: entries.state };
  follow('#exercises')();
  address.report({ seed: 9 });
  vi.advanceTimersByTime(1000);
  place.hash = written.hash;
  entries.state = written.state;
  listeners.get('hashchange')?.();
  vi.advanceTimersByTime(1000);
  expect(asked).toEqual([]);
  expect(place.hash).toBe('#vae.v1:seed=9');
});

test('what the address said wrong stays until it is dismissed', () => {
  follow('#vae.v1:seed=many')();
  expect(address.problems.join()).toMatch(/whole number from 0 to 99/);
  address.dismiss();
  expect(address.problems).toEqual([]);
});

test('a link has this lab’s state alone, and not the query', () => {
  place.hash = '#other.v1:k=5;vae.v1:seed=3';
  expect(address.link({ seed: 12 })).toBe('https://example.org/vae/#vae.v1:seed=12');
});

test('a browser that refuses to write is asked again at the next change', () => {
  const { history } = globalThis;
  vi.stubGlobal('history', {
    state: null,
    replaceState: () => {
      throw new DOMException('too many', 'SecurityError');
    },
  });
  address.report({ seed: 8 });
  vi.advanceTimersByTime(1000);
  expect(place.hash).toBe('');
  vi.stubGlobal('history', history);
  address.report({ seed: 9 });
  vi.advanceTimersByTime(1000);
  expect(place.hash).toBe('#vae.v1:seed=9');
});
