// The order in which `npm test` runs its stages.
import { expect, test } from 'vitest';
import { runStages } from '../../../scripts/lib/stages.mjs';

/** Runs stages that take one turn each; returns the log of starts and ends. */
async function logOf(
  stages: { name: string; after?: string[]; alone?: boolean }[],
  width: number,
): Promise<string[]> {
  const log: string[] = [];
  await runStages(
    stages,
    async ({ name }) => {
      log.push(`${name} starts`);
      await new Promise((done) => setTimeout(done, 5));
      log.push(`${name} ends`);
    },
    width,
  );
  return log;
}

test('a stage waits for its predecessors', async () => {
  const log = await logOf([{ name: 'b', after: ['a'] }, { name: 'a' }], 2);
  expect(log).toEqual(['a starts', 'a ends', 'b starts', 'b ends']);
});

test('two run at once where two may, and one where one may', async () => {
  const stages = [{ name: 'a' }, { name: 'b' }];
  expect((await logOf(stages, 2)).slice(0, 2)).toEqual(['a starts', 'b starts']);
  expect((await logOf(stages, 1)).slice(0, 2)).toEqual(['a starts', 'a ends']);
});

test('a stage that measures time has the machine to itself', async () => {
  const log = await logOf([{ name: 'a' }, { name: 'timed', alone: true }, { name: 'b' }], 2);
  const start = log.indexOf('timed starts');
  expect(log[start + 1]).toBe('timed ends');
});

test('a predecessor that does not take part is not waited for', async () => {
  expect(await logOf([{ name: 'b', after: ['a'] }], 2)).toEqual(['b starts', 'b ends']);
});

test('a failed outcome does not stop the others', async () => {
  const ended = await runStages(
    [{ name: 'a' }, { name: 'b', after: ['a'] }],
    ({ name }) => Promise.resolve(name === 'a' ? 1 : 0),
    1,
  );
  expect(ended.map(({ outcome }) => outcome)).toEqual([1, 0]);
});

test('stages that wait for each other are an error that names them', async () => {
  await expect(
    logOf(
      [
        { name: 'a', after: ['b'] },
        { name: 'b', after: ['a'] },
      ],
      2,
    ),
  ).rejects.toThrow('a, b');
});
