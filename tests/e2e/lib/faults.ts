// Faults put into a lab from outside, without any hook in the product: code run in its worker, code put before its
// worker's script, files answered otherwise than the server would.
import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, type Page, type Route, type Worker } from 'playwright/test';
import type { Lab } from './lab.ts';

/** Seconds of training that a fault may cost. */
export const MOST_LOST_S = 2;

/** The page's one training worker. */
export async function workerOf(page: Page): Promise<Worker> {
  await expect.poll(() => page.workers().length, { timeout: 30_000 }).toBe(1);
  return page.workers()[0]!;
}

/** Puts code before the script of every worker to come; it runs before any backend is started. */
export async function beforeWorker(page: Page, code: string): Promise<void> {
  await page.route(/lab\.worker[^/]*\.js/, async (route) => {
    const script = await (await route.fetch()).text();
    await route.fulfill({
      contentType: 'text/javascript',
      body: `{${code}}\n${script}`,
    });
  });
}

/** Runs `fault` in the worker of a lab that trains. Returns the least step that the run may go on from. */
export async function strike(lab: Lab, fault: (worker: Worker) => Promise<void>): Promise<number> {
  const worker = await workerOf(lab.page);
  const least = await lab.step();
  await lab.page.waitForTimeout(MOST_LOST_S * 1000);
  await fault(worker);
  return least;
}

/** Waits until the lab says that its run went on by itself; returns from which step, and on what. */
export async function wentOn(
  lab: Lab,
  title: string,
  timeout: number,
): Promise<{ step: number; backend: string }> {
  await expect(lab.root.getByText(title)).toBeVisible({ timeout });
  const said = lab.root.getByText(/The run went on from step [\d,]+ on \w+\./);
  const [, step = '', backend = ''] =
    /from step ([\d,]+) on (\w+)\./.exec(await said.innerText()) ?? [];
  return { step: Number(step.replaceAll(',', '')), backend };
}

/** Opens the lab on a backend by name and trains until its run has checkpoints. */
export async function trainsOn(lab: Lab, address: string, backend: string): Promise<void> {
  await lab.page.goto(`${address}?backend=${backend}`);
  await lab.root.scrollIntoViewIfNeeded();
  await lab.reaches('ready', 180_000);
  expect(await lab.attribute('backend')).toBe(backend);
  await lab.press('Train');
  await lab.trainsTo(3, 90_000);
}

/** Takes the processor away (`beforeWorker` has put the means into the worker) and sees the run go on. */
export async function losesGpu(lab: Lab): Promise<void> {
  const least = await strike(lab, async (worker) => {
    await worker.evaluate('loseGpu()');
  });
  const { step, backend } = await wentOn(lab, 'The GPU was lost.', 60_000);
  expect(step).toBeGreaterThanOrEqual(least);
  expect(backend).toBe('wasm');
  expect(await lab.attribute('backend')).toBe('wasm');
  await lab.trainsTo(step + 20);
}

/**
 * Answers every request for a file with other bytes, and makes the page expect just those: what a deployment with a
 * wrong file in it would be. `page.goto` comes after.
 */
export async function publishInstead(
  page: Page,
  file: { readonly address: string; readonly request: RegExp },
  change: (whole: Buffer) => Buffer,
): Promise<void> {
  const whole = await (await page.request.get(file.address)).body();
  const other = change(whole);
  const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
  await page.route(file.request, (route) => route.fulfill({ body: other }));
  await page.route(/\/variational\/vae\/(?:\?.*)?$/, async (route) => {
    const html = await (await route.fetch()).text();
    expect(html).toContain(hash(whole));
    await route.fulfill({
      contentType: 'text/html',
      body: html
        .replaceAll(hash(whole), hash(other))
        .replaceAll(`[0,${whole.length}]`, `[0,${other.length}]`),
    });
  });
}

/** A file's own bytes, changed on the way, as long as `broken()` says so. Counts how often it was asked for. */
export async function damage(
  page: Page,
  request: RegExp,
  answer: (route: Route) => Promise<void>,
): Promise<{ asked: number; mended: boolean }> {
  const state = { asked: 0, mended: false };
  await page.route(request, async (route) => {
    state.asked += 1;
    if (state.mended) await route.fallback();
    else await answer(route);
  });
  return state;
}

/** The unpacked bytes of a packed data file, changed, packed again. */
export const repacked =
  (change: (plain: Buffer) => Buffer) =>
  (packed: Buffer): Buffer =>
    gzipSync(change(gunzipSync(packed)));
