// Weights and data that are missing, damaged, or whole and of the wrong kind: the VAE lab says what to do, asks once
// more past the cache, and everything that needs none of them still works. Each is named in tests/FAULTS.md.
import { damage, publishInstead, repacked } from '../lib/faults.ts';
import { expect, test } from '../lib/fixtures.ts';
import { vaeAddress, VaePage } from '../lib/vae-lab.ts';

const weights = {
  address: 'models/vae-mnist-2d/weights.safetensors',
  request: /vae-mnist-2d\/weights\.safetensors/,
};
const train = /\/data\/[^?]*train-images/;

let lab: VaePage;
test.beforeEach(({ page, guard }) => {
  // What these tests do to the network is told by the browser as well.
  guard.allow(/status (?:of )?404|Failed to load resource|net::ERR/);
  lab = new VaePage(page);
});

/** Opens the page on weights that are not to be had. */
async function opensFailed(says: RegExp): Promise<void> {
  await lab.page.goto(`${vaeAddress}?backend=wasm`);
  await lab.root.scrollIntoViewIfNeeded();
  await lab.reaches('failed', 30_000);
  await expect(lab.root.getByText(says)).toBeVisible();
}

/** Another model, and training from nothing: what the lost file has no part in. */
async function restLives(): Promise<void> {
  await lab.root.getByRole('radio', { name: '20' }).click();
  await lab.reaches('ready', 20_000);
  expect(await lab.attribute('model')).toBe('vae-mnist-20d');
}

test.describe('weights', () => {
  for (const [what, answer, says] of [
    ['missing', { status: 404, body: '' }, /could not be fetched: the server answered 404/],
    ['of another length', { body: 'half a file' }, /has 11 bytes, expected \d+\. Try again\./],
  ] as const) {
    test(`${what}: said, asked for twice, the rest lives, and a retry brings them`, async ({
      page,
    }) => {
      const file = await damage(page, weights.request, (route) => route.fulfill(answer));
      await opensFailed(says);
      expect(file.asked % 2, 'each time once more past the cache').toBe(0);
      file.mended = true;
      await lab.action('Try again').click();
      await lab.reaches('ready');
      expect(await lab.attribute('model')).toBe('vae-mnist-2d');
    });
  }

  test('with one byte changed: refused by its hash', async ({ page }) => {
    await damage(page, weights.request, async (route) => {
      const whole = await (await route.fetch()).body();
      await route.fulfill({ body: Buffer.from(whole.map((b, i) => (i === 4000 ? b ^ 1 : b))) });
    });
    await opensFailed(/is not the file that was published \(its hash differs\)/);
    await restLives();
  });

  test('of the published hash, but of another shape: refused by the tensor that does not fit', async ({
    page,
  }) => {
    // The header says [784,256] transposed: as many bytes, another matrix.
    await publishInstead(page, weights, (whole) => {
      const header = whole.subarray(8, 8 + Number(whole.readBigUInt64LE())).toString();
      const other = header.replace(/\[256,\s*784\]/, (shape) =>
        shape.replace(/256(.*)784/, '784$1256'),
      );
      expect(other).not.toBe(header);
      return Buffer.concat([
        whole.subarray(0, 8),
        Buffer.from(other),
        whole.subarray(8 + header.length),
      ]);
    });
    await opensFailed(/"[\w.]+" is \[784,256\], the config needs \[256,784\]/);
    await restLives();
  });

  test('of the published hash, but no safetensors file: refused by what it is not', async ({
    page,
  }) => {
    await publishInstead(page, weights, (whole) => Buffer.alloc(whole.length, 'x'));
    await opensFailed(/The header claims \d+ bytes.*Choose another/);
    await restLives();
  });
});

test.describe('training data', () => {
  for (const [what, answer, says] of [
    ['missing', { status: 404, body: '' }, /train-images.* could not be fetched: the server/],
    ['truncated', { body: 'half a file' }, /train-images.* has 11 bytes, expected \d+\./],
  ] as const) {
    test(`${what}: Train says so, the pretrained model stays, and a retry trains`, async ({
      page,
    }) => {
      await lab.open(vaeAddress);
      const file = await damage(page, train, (route) => route.fulfill(answer));
      await lab.press('Train');
      await lab.reaches('failed', 15_000);
      await expect(lab.root.getByText(says)).toBeVisible();
      expect(file.asked).toBe(2);
      // The plane still decodes.
      const before = await lab.settled(lab.mean);
      await lab.plane.focus();
      await lab.page.keyboard.press('Shift+ArrowRight');
      await lab.changed(lab.mean, before);
      file.mended = true;
      await lab.action('Try again').click();
      await lab.trainsTo(3);
    });
  }

  test('of the published hash, but no images: refused by what they are not', async ({ page }) => {
    const html = await (await page.request.get(vaeAddress)).text();
    const address = /[^&;"\s]*\/data\/mnist-train-images[^&;"?\s]*/.exec(html)?.[0] ?? '';
    expect(address).not.toBe('');
    await publishInstead(
      page,
      { address, request: train },
      repacked((plain) => Buffer.alloc(plain.length, 'x')),
    );
    await lab.open(vaeAddress);
    await lab.press('Train');
    await lab.reaches('failed', 15_000);
    await expect(lab.root.getByText(/no IDX file.*Choose another/)).toBeVisible();
    await restLives();
  });
});
