// Models kept in the browser: kept, shown again, deleted; and what happens where storage is blocked, full, held by
// another tab or damaged. The faults are injected into the page's own IndexedDB.
import type { Page } from 'playwright/test';
import { expect, test } from '../lib/fixtures.ts';
import { vaeAddress, VaePage } from '../lib/vae-lab.ts';

// Every test opens the lab, some twice, and one beside another tab.
test.describe.configure({ timeout: 180_000 });

let lab: VaePage;

test.beforeEach(({ page }) => {
  lab = new VaePage(page);
});

const kept = (of = lab) =>
  of.root.getByRole('list', { name: 'Models kept in this browser' }).getByRole('listitem');
const complaint = (says: RegExp) => lab.root.getByRole('alert').filter({ hasText: says });

async function openKeep(of = lab): Promise<void> {
  await of.root.getByRole('tab', { name: 'Keep' }).click();
  await expect(of.action('Weights')).toBeEnabled();
}

async function keepAs(name: string): Promise<void> {
  await lab.root.getByRole('textbox', { name: 'Name' }).fill(name);
  await lab.action('Keep this model').click();
}

/** A lab at step 2 of a run of its own, with the tab open. */
async function openAtStepTwo(): Promise<void> {
  await lab.open(vaeAddress);
  for (const step of ['1', '2']) {
    await lab.press('Step');
    await expect(lab.root).toHaveAttribute('data-step', step);
  }
  await openKeep();
}

/** The run is where it was, and can go on. */
async function nothingLost(): Promise<void> {
  expect(await lab.attribute('step')).toBe('2');
  await lab.press('Step');
  await expect(lab.root).toHaveAttribute('data-step', '3');
}

test('a model is kept over a reload, shown again and deleted, in every tab', async ({
  page,
  context,
}) => {
  await openAtStepTwo();
  const loss = await lab.attribute('loss');
  await keepAs('my first');
  await expect(kept()).toHaveText([
    /my first MNIST · step 2 · seed 7 · loss .* nats · 0?\.?8\d* [kM]B|my first/,
  ]);

  await page.reload();
  await lab.wake();
  await openKeep();
  await kept().getByRole('button', { name: 'Show' }).click();
  await expect(lab.root).toHaveAttribute('data-step', '2');
  await expect(lab.root).toHaveAttribute('data-loss', loss);
  await expect(lab.root).toHaveAttribute('data-state', 'paused');

  const other = new VaePage(await context.newPage());
  await other.open(vaeAddress);
  await openKeep(other);
  await expect(kept(other)).toHaveCount(1);
  await kept(other)
    .getByRole('button', { name: /^Delete/ })
    .click();
  await other.action('Delete for good').click();
  await expect(kept(other)).toHaveCount(0);
  await expect(kept(), 'the first tab has heard of it').toHaveCount(0);
  await nothingLost();
});

test('blocked storage: said, the run goes on, and the weights can still be saved', async ({
  page,
}) => {
  await page.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException('denied', 'SecurityError');
    };
  });
  await openAtStepTwo();
  await expect(complaint(/lets the page keep nothing/)).toBeVisible();
  await keepAs('mine');
  await expect(complaint(/Download the weights instead/)).toBeVisible();
  const saved = page.waitForEvent('download');
  await lab.action('Weights').click();
  expect((await saved).suggestedFilename()).toContain('step-2');
  await nothingLost();
});

test('no storage at all: the same', async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(globalThis, 'indexedDB', { value: undefined });
  });
  await openAtStepTwo();
  await expect(complaint(/lets the page keep nothing/)).toBeVisible();
  await nothingLost();
});

test('full storage: said, and nothing half kept', async ({ page }) => {
  await openAtStepTwo();
  await keepAs('before');
  await expect(kept()).toHaveCount(1);
  await page.evaluate(() => {
    // eslint-disable-next-line @typescript-eslint/unbound-method -- applied to its own object below
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = function (...args: Parameters<typeof put>) {
      // Weights do not fit; the small description before them did.
      if (args[0] instanceof ArrayBuffer) throw new DOMException('full', 'QuotaExceededError');
      return put.apply(this, args);
    };
  });
  await keepAs('too much');
  await expect(complaint(/no room left/)).toBeVisible();
  await expect(kept()).toHaveText([/before/]);
  await page.reload();
  await lab.wake();
  await openKeep();
  await expect(kept()).toHaveText([/before/]);
});

test('a transaction that the browser ends for want of room is undone whole', async ({ page }) => {
  await openAtStepTwo();
  await page.evaluate(() => {
    // eslint-disable-next-line @typescript-eslint/unbound-method -- applied to its own object below
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = function (...args: Parameters<typeof put>) {
      const request = put.apply(this, args);
      if (args[0] instanceof ArrayBuffer) {
        // A browser that finds no room when it writes: the requests are ended, and only the transaction says why.
        const full = new DOMException('full', 'QuotaExceededError');
        Object.defineProperty(this.transaction, 'error', { value: full });
        this.transaction.abort();
      }
      return request;
    };
  });
  await keepAs('too much');
  await expect(complaint(/no room left/)).toBeVisible();
  await page.reload();
  await lab.wake();
  await openKeep();
  await expect(kept()).toHaveCount(0);
});

test('another tab that holds an older version: said, and kept once it is closed', async ({
  page,
  context,
}) => {
  // A page of the site as it was: it holds the version before, and does not let go.
  const old = await context.newPage();
  await old.goto('notation/');
  await page.addInitScript(() => {
    // eslint-disable-next-line @typescript-eslint/unbound-method -- applied to its own object below
    const { open } = IDBFactory.prototype;
    IDBFactory.prototype.open = function (name: string) {
      return open.call(this, name, 2);
    };
  });
  await old.evaluate(
    () =>
      new Promise<void>((done) => {
        const request = indexedDB.open('bottleneck', 1);
        request.onsuccess = () => {
          Object.assign(globalThis, { held: request.result });
          done();
        };
      }),
  );
  await openAtStepTwo();
  await expect(complaint(/Another tab holds an older version/)).toBeVisible();
  await nothingLost();
  await old.close();
  await keepAs('after all');
  await expect(kept()).toHaveText([/after all/]);
});

test('a newer site’s storage is left alone, and said', async ({ page }) => {
  await page.goto('notation/');
  await openDatabase(page, 9);
  await openAtStepTwo();
  await expect(complaint(/A newer version of this site/)).toBeVisible();
  await nothingLost();
});

test('damaged entries are named and can be deleted; the good ones stay', async ({ page }) => {
  await openAtStepTwo();
  await keepAs('good');
  await expect(kept()).toHaveCount(1);
  await keepAs('weights gone');
  await expect(kept()).toHaveCount(2);
  await page.evaluate(async () => {
    const request = indexedDB.open('bottleneck');
    const database = await new Promise<IDBDatabase>((done) => {
      request.onsuccess = () => {
        done(request.result);
      };
    });
    const transaction = database.transaction(['models', 'weights'], 'readwrite');
    const done = new Promise<void>((resolve) => {
      transaction.oncomplete = () => {
        resolve();
      };
    });
    transaction.objectStore('models').put({ name: 'half', spec: 7 }, 'broken');
    const models = transaction.objectStore('models').openCursor();
    models.onsuccess = () => {
      const cursor = models.result;
      if (!cursor) return;
      const { name } = cursor.value as { name: string };
      if (name === 'weights gone') {
        transaction.objectStore('weights').put(new ArrayBuffer(100), cursor.key);
      }
      cursor.continue();
    };
    await done;
    database.close();
  });
  await page.reload();
  await lab.wake();
  await openKeep();
  await expect(kept()).toHaveCount(3);
  await kept().filter({ hasText: 'weights gone' }).getByRole('button', { name: 'Show' }).click();
  await expect(complaint(/“weights gone” cannot be shown/)).toBeVisible();
  expect(await lab.attribute('model')).toBe('vae-mnist-2d');

  const broken = kept().filter({ hasText: 'cannot be read' });
  await broken.getByRole('button', { name: /^Delete/ }).click();
  await lab.action('Delete for good').click();
  await expect(kept()).toHaveCount(2);
  await kept().filter({ hasText: 'good' }).getByRole('button', { name: 'Show' }).click();
  await expect(lab.root).toHaveAttribute('data-step', '2');
});

async function openDatabase(page: Page, version: number): Promise<void> {
  await page.evaluate(
    (wanted) =>
      new Promise<void>((done) => {
        const request = indexedDB.open('bottleneck', wanted);
        request.onsuccess = () => {
          request.result.close();
          done();
        };
      }),
    version,
  );
}
