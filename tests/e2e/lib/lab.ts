// A lab as the contract describes it (data-state, data-step, …, four buttons), whatever it teaches.
import { expect, type Locator, type Page } from 'playwright/test';

export type ButtonName = 'Train' | 'Pause' | 'Step' | 'Reset';
export const buttonNames: readonly ButtonName[] = ['Train', 'Pause', 'Step', 'Reset'];

/** One change of the root's attributes, at a time in milliseconds of the page's clock. */
interface Snapshot {
  readonly at: number;
  readonly state: string;
  readonly step: number;
  readonly loss: string;
  readonly model: string;
}

export class Lab {
  readonly root: Locator;

  constructor(
    readonly page: Page,
    readonly slug: string,
  ) {
    this.root = page.locator(`[data-lab="${slug}"]`).first();
  }

  /** Opens the page and waits until the lab can be used. `query` is the address's search, without its "?". */
  async open(address: string, query = 'backend=wasm'): Promise<void> {
    await this.page.goto(`${address}${query ? `?${query}` : ''}`);
    await this.wake();
  }

  async wake(): Promise<void> {
    await this.root.scrollIntoViewIfNeeded();
    await expect(this.root).toHaveAttribute('data-state', /^(?:ready|failed)$/, {
      timeout: 30_000,
    });
    // A failed lab says why: so should the test.
    if ((await this.attribute('state')) === 'failed') {
      throw new Error(`The lab failed: ${(await this.root.innerText()).slice(0, 600)}`);
    }
  }

  button(name: ButtonName): Locator {
    return this.root.getByRole('button', { name, exact: true });
  }

  async press(name: ButtonName): Promise<void> {
    await this.button(name).click();
  }

  async attribute(name: 'state' | 'backend' | 'step' | 'loss' | 'model'): Promise<string> {
    return (await this.root.getAttribute(`data-${name}`)) ?? '';
  }

  async step(): Promise<number> {
    return Number(await this.attribute('step'));
  }

  async loss(): Promise<number> {
    return Number.parseFloat(await this.attribute('loss'));
  }

  async reaches(state: string, timeout = 10_000): Promise<void> {
    await expect(this.root).toHaveAttribute('data-state', state, { timeout });
  }

  /** Waits until at least that many updates were made. */
  async trainsTo(step: number, timeout = 45_000): Promise<void> {
    await expect
      .poll(() => this.step(), { timeout, intervals: [100] })
      .toBeGreaterThanOrEqual(step);
  }

  /**
   * Clicks a button inside the page and records the root's attributes for `milliseconds` after it,
   * so that a limit of half a second is not blurred by the test's own round trips.
   */
  async pressAndRecord(name: ButtonName, milliseconds: number): Promise<Snapshot[]> {
    const button = await this.button(name).elementHandle();
    return this.root.evaluate(
      (root, [element, duration]) =>
        new Promise<Snapshot[]>((done) => {
          const begin = performance.now();
          const log: Snapshot[] = [];
          const note = () =>
            log.push({
              at: performance.now() - begin,
              state: root.getAttribute('data-state') ?? '',
              step: Number(root.getAttribute('data-step')),
              loss: root.getAttribute('data-loss') ?? '',
              model: root.getAttribute('data-model') ?? '',
            });
          note();
          const observer = new MutationObserver(note);
          observer.observe(root, { attributes: true });
          (element as HTMLElement).click();
          setTimeout(() => {
            observer.disconnect();
            note();
            done(log);
          }, duration);
        }),
      [button, milliseconds] as const,
    );
  }
}
