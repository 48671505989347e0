// Files that do not come as they were published, without a network: what is said, and that one retry goes past the cache.
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fetchFile, fetchSet, keepSet } from '../../../src/lib/worker/fetch.ts';

const whole = Uint8Array.from({ length: 5000 }, (_, i) => i % 251);
const file = {
  url: 'https://site.example/models/tiny/weights.safetensors',
  bytes: whole.length,
  sha256: createHash('sha256').update(whole).digest('hex'),
};

type Fetch = (url: string, init: RequestInit) => Promise<Response>;
const fetching = vi.fn<Fetch>();

beforeEach(() => {
  vi.stubGlobal('self', globalThis);
  vi.stubGlobal('location', { href: 'https://site.example/' });
  vi.stubGlobal('fetch', fetching);
});
afterEach(() => {
  fetching.mockReset();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** A body of parts that come one a `period`; never an end where `ends` is false. */
function slowly(
  parts: readonly Uint8Array<ArrayBuffer>[],
  period: number,
  signal: RequestInit['signal'],
) {
  let next = 0;
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      signal?.addEventListener('abort', () => {
        controller.error(signal.reason);
      });
    },
    async pull(controller) {
      await new Promise((later) => setTimeout(later, period));
      const part = parts[next++];
      if (part) controller.enqueue(part);
      else controller.close();
    },
  });
}

test('a whole file comes at the first try', async () => {
  fetching.mockImplementation(() => Promise.resolve(new Response(whole)));
  expect(await fetchFile(file)).toEqual(whole);
  expect(fetching.mock.calls.map(([, { cache }]) => cache)).toEqual(['default']);
});

test('whatever is wrong with it, it is asked for once more past the cache, and then refused with what to do', async () => {
  const answers: [() => Response, RegExp][] = [
    [() => new Response(null, { status: 404 }), /server answered 404.*reload the page/],
    [() => new Response(whole.subarray(0, 1000)), /has 1000 bytes, expected 5000\. Try again/],
    [() => new Response(whole.map((byte) => byte ^ 1)), /its hash differs.*Try again/],
  ];
  for (const [answer, says] of answers) {
    fetching.mockReset();
    fetching.mockImplementation(() => Promise.resolve(answer()));
    await expect(fetchFile(file)).rejects.toThrow(says);
    expect(fetching.mock.calls.map(([, { cache }]) => cache)).toEqual(['default', 'reload']);
  }
});

test('a slow server is waited for, one that falls silent is not', async () => {
  vi.useFakeTimers();
  const halves = [whole.subarray(0, 2500), whole.subarray(2500)];
  fetching.mockImplementation((_, { signal }) =>
    Promise.resolve(new Response(slowly(halves, 15_000, signal))),
  );
  const slow = fetchFile(file);
  await vi.advanceTimersByTimeAsync(50_000);
  expect(await slow).toEqual(whole);
  fetching.mockImplementation((_, { signal }) =>
    Promise.resolve(new Response(slowly(halves, 1e9, signal))),
  );
  const silent = expect(fetchFile(file)).rejects.toThrow(
    'the server sent nothing for 20 seconds. Try again.',
  );
  await vi.advanceTimersByTimeAsync(60_000);
  await silent;
});

test('a data set that is the published one, and none, says so: neither packed nor unpacked', async () => {
  for (const [body, says] of [
    [whole, 'it is no gzip file, or a damaged one. The site has it so. Choose another one'],
    [new Uint8Array(gzipSync(whole)), 'This is no IDX file'],
  ] as const) {
    fetching.mockImplementation(() => Promise.resolve(new Response(body)));
    const sha256 = createHash('sha256').update(body).digest('hex');
    const ref = { ...file, bytes: body.length, sha256 };
    await expect(fetchSet({ name: 'wrong', images: ref, labels: ref })).rejects.toThrow(says);
  }
});

test('images that the page keeps are found by their name, and missed by name', async () => {
  const set = {
    name: 'own',
    pixels: new Uint8Array(4),
    labels: new Uint8Array(1),
    count: 1,
    width: 2,
    height: 2,
    channels: 1,
  };
  keepSet(set);
  expect(await fetchSet({ name: 'own', kept: true })).toBe(set);
  await expect(fetchSet({ name: 'other', kept: true })).rejects.toThrow('kept as "other"');
  expect(fetching).not.toHaveBeenCalled();
});
