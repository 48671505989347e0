// The exercises of the hierarchical chapter that a run grades: each is answered, brought about in the lab as its task
// says, and found right.
import type { Locator } from 'playwright/test';
import { expect, test } from '../lib/fixtures.ts';
import { hierarchicalAddress, HierarchicalPage } from '../lib/hierarchical-lab.ts';

test.describe.configure({ timeout: 420_000 });

const GRADED = { timeout: 300_000 };

/** Answers an exercise and commits to the answer. */
async function predict(lab: HierarchicalPage, id: string, answer: RegExp): Promise<Locator> {
  const exercise = lab.page.locator(`[data-predict="${id}"]`);
  await exercise.scrollIntoViewIfNeeded();
  await exercise.getByRole('radio', { name: answer }).check();
  await exercise.getByRole('button', { name: 'Commit to this answer' }).click();
  await expect(exercise).toHaveAttribute('data-stage', 'committed');
  await lab.root.scrollIntoViewIfNeeded();
  return exercise;
}

test('free bits in the middle of a collapsed run raise the dead levels to the floor', async ({
  page,
}) => {
  const lab = new HierarchicalPage(page);
  await lab.open(hierarchicalAddress);
  const exercise = await predict(lab, 'hvae-raised', /^They rise to about the floor/);
  await lab.action('Collapse it').click();
  await lab.trainsTo(300, 200_000);
  await expect(lab.advice).toContainText(/z₃ and z₂ are dead/);
  // Measured every few seconds: that they were dead must have been seen before they are raised.
  const dead = exercise.locator('li.met').filter({ hasText: 'both upper levels dead' });
  await expect(dead).toBeVisible({ timeout: 100_000 });
  await lab.turn('Free bits', 'On');
  await expect(exercise).toHaveAttribute('data-stage', 'answered', GRADED);
  await expect(exercise).toContainText('As you predicted.');
});

test('at β = 4 the top keeps its nats and the middle falls silent', async ({ page }) => {
  const lab = new HierarchicalPage(page);
  await lab.open(hierarchicalAddress);
  const exercise = await predict(lab, 'hvae-dear', /^z₃ keeps most of its nats/);
  await lab.root
    .getByRole('combobox', { name: 'Network' })
    .selectOption({ label: 'Ladder 32–8–2' });
  await lab.reaches('ready', 30_000);
  await lab.turn('Warm-up', 'Off');
  await lab.turn('Free bits', 'Off');
  await lab.slider('β').press('End');
  await lab.press('Train');
  await expect(exercise).toHaveAttribute('data-stage', 'answered', GRADED);
  await expect(exercise).toContainText('As you predicted.');
});
