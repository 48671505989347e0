// Checkpoints come to the page every second while a lab trains, 7.8 MB each for the largest network: the page stays
// free all the same, since they are handed over and neither copied nor looked into.
import { expect, test } from '../lib/fixtures.ts';
import { mainThreadTasks } from '../lib/trace.ts';
import { vaeAddress, VaePage } from '../lib/vae-lab.ts';

test('the page is free while the checkpoints of 784-400-20 come in', async ({ browser, page }) => {
  const lab = new VaePage(page);
  await lab.open(vaeAddress);
  await lab.root.getByRole('radio', { name: '20' }).click();
  await expect(lab.root).toHaveAttribute('data-model', 'vae-mnist-20d');
  await lab.reaches('ready');
  await lab.press('Train');
  await lab.trainsTo(5);
  const tasks = await mainThreadTasks(browser, page, () => page.waitForTimeout(8000));
  const long = tasks.filter(({ cpu }) => cpu > 50);
  expect(
    long.map(
      ({ at, cpu, what }) => `at ${at.toFixed(0)} ms: ${cpu.toFixed(1)} ms of CPU (${what})`,
    ),
  ).toEqual([]);
  // Eight seconds of training and none of its checkpoints lost: what Reset throws away comes back.
  await lab.press('Pause');
  await lab.reaches('paused');
  const step = await lab.step();
  await lab.press('Reset');
  await lab.reaches('ready');
  await lab.action('Undo Reset').click();
  await lab.reaches('paused');
  expect(await lab.step()).toBe(step);
});
