// An exercise that a lab grades, as a visitor goes through it: commit to an answer, bring the lab to the goal, be told.
import type { Locator, Page } from 'playwright/test';
import { expect } from './fixtures.ts';
import type { Lab } from './lab.ts';

export class GradedExercise {
  readonly root: Locator;
  readonly #page: Page;

  constructor(page: Page, id: string) {
    this.#page = page;
    this.root = page.locator(`[data-predict="${id}"]`);
  }

  /** Commits to an answer and goes back to the lab. */
  async commit(answer: RegExp, lab: Lab): Promise<void> {
    await this.root.scrollIntoViewIfNeeded();
    await this.root.getByRole('radio', { name: answer }).check();
    await this.root.getByRole('button', { name: 'Commit to this answer' }).click();
    await expect(this.root).toHaveAttribute('data-stage', 'committed');
    await lab.root.scrollIntoViewIfNeeded();
  }

  /** What the lab shows has not checked the answer yet. */
  async stillOpen(): Promise<void> {
    await this.#page.waitForTimeout(1500);
    await expect(this.root).toHaveAttribute('data-stage', 'committed');
  }

  /** The lab says that the exercise is checked, the link leads back to it, and it says what was seen. */
  async checkedRight(lab: Lab, timeout = 15_000): Promise<void> {
    await expect(this.root).toHaveAttribute('data-stage', 'answered', { timeout });
    await expect(this.root).toContainText('As you predicted. Seen in the lab');
    await lab.root.getByRole('link', { name: 'Back to the exercise' }).click();
    await expect(this.root).toBeInViewport();
    await expect(lab.root.getByRole('link', { name: 'Back to the exercise' })).toHaveCount(0);
  }
}
