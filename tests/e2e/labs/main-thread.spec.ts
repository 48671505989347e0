// The page stays free while its lab trains: no task of the main thread over 50 ms of CPU, none that lasts over
// 250 ms after the first two seconds, not counting time in which other programs held the cores. Tried on every lab.
import { expect, test } from '../lib/fixtures.ts';
import { Lab } from '../lib/lab.ts';
import { pagesWithLabs } from '../lib/site.ts';
import { mainThreadTasks, type Task } from '../lib/trace.ts';

const show = ({ at, cpu, wall, waited, what }: Task) =>
  `at ${at.toFixed(0)} ms: ${cpu.toFixed(1)} ms of CPU, ${wall.toFixed(1)} ms long, of which ${waited.toFixed(1)} ms without a core (${what})`;

test('the trace sees a page that is not free', async ({ browser, page }) => {
  await page.goto('');
  const tasks = await mainThreadTasks(browser, page, () =>
    page.evaluate(
      () =>
        new Promise<void>((done) => {
          setTimeout(() => {
            const begin = performance.now();
            while (performance.now() - begin < 600);
            done();
          });
        }),
    ),
  );
  expect(tasks.some(({ cpu }) => cpu > 50)).toBe(true);
});

for (const { address, slugs } of pagesWithLabs.filter((each) => each.address !== '')) {
  test(`the page is free while the lab "${slugs[0]!}" of /${address} trains`, async ({
    browser,
    page,
  }) => {
    const lab = new Lab(page, slugs[0]!);
    await lab.open(address);
    // Pressed and waited for within the page: Playwright's own searches, clicks and polls run on its main thread too,
    // and take tens of milliseconds each on a long page.
    const train = await lab.button('Train').elementHandle();
    const tasks = await mainThreadTasks(browser, page, async () => {
      await train.evaluate(
        (button) =>
          new Promise((done) => {
            (button as HTMLElement).click();
            setTimeout(done, 10_000);
          }),
      );
    });
    await lab.reaches('training');
    expect(await lab.step()).toBeGreaterThan(20);
    expect(tasks.filter(({ cpu }) => cpu > 50).map(show)).toEqual([]);
    expect(
      tasks.filter(({ at, wall, waited }) => at > 2000 && wall - waited > 250).map(show),
    ).toEqual([]);
  });
}
