// Keep and share: the state in the address and back, files that leave the lab and come in again bit for bit, and models
// kept in the browser.
import { readFile } from 'node:fs/promises';
import type { Download, Page } from 'playwright/test';
import { metadataOf, readHeader, readSafetensors } from '../../../src/lib/weights/safetensors.ts';
import { expect, test } from '../lib/fixtures.ts';
import { base } from '../lib/site.ts';
import { vaeAddress, VaePage } from '../lib/vae-lab.ts';

// Every test opens the lab, one of them twice.
test.describe.configure({ timeout: 180_000 });

let lab: VaePage;

test.beforeEach(({ page }) => {
  lab = new VaePage(page);
});

const hashOf = (page: Page): string => new URL(page.url()).hash;
/** The data of a weights file: everything but its header. */
const tensorBytes = (file: Buffer): Buffer => file.subarray(readHeader(file).start);

async function openKeep(): Promise<void> {
  await lab.root.getByRole('tab', { name: 'Keep' }).click();
  await expect(lab.action('Weights')).toBeEnabled();
}

async function save(page: Page, button: string): Promise<Download> {
  const saved = page.waitForEvent('download');
  await lab.action(button).click();
  return saved;
}

async function contentOf(download: Download): Promise<Buffer> {
  return readFile(await download.path());
}

test.describe('the address', () => {
  test('what the reader sets stands in it, and opens the same lab in another page', async ({
    page,
    context,
  }) => {
    await lab.open(vaeAddress);
    expect(hashOf(page)).toBe('');
    await lab.slider('β').focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
    await lab.root.getByRole('spinbutton', { name: /seed/i }).fill('12');
    await page.keyboard.press('Enter');
    await lab.chooseClass('4');
    const x = await lab.settled(lab.x);
    const place = await lab.placeOnPlane(0.3, 0.4);
    const before = await lab.settled(lab.mean);
    await page.mouse.click(place.x, place.y);
    const mean = await lab.changed(lab.mean, before);
    await lab.root.getByRole('tab', { name: 'Prior samples' }).click();
    for (const part of [/^#vae\.v1:/, /beta=/, /seed=12/, /x=\d/, /z=-?\d/, /tab=prior/]) {
      await expect.poll(() => hashOf(page)).toMatch(part);
    }

    const other = await context.newPage();
    const again = new VaePage(other);
    await other.goto(page.url());
    await again.wake();
    await expect(again.slider('β')).toHaveValue(await lab.slider('β').inputValue());
    await expect(again.root.getByRole('spinbutton', { name: /seed/i })).toHaveValue('12');
    await expect(again.root.getByRole('tab', { name: 'Prior samples' })).toHaveAttribute(
      'aria-selected',
      'true',
    );
    await expect.poll(() => again.pixels(again.x)).toBe(x);
    await expect.poll(() => again.pixels(again.mean)).toBe(mean);
    expect(hashOf(other)).toBe(hashOf(page));
  });

  test('a link to a state wakes the lab, wherever it is on the page, with the network it names', async ({
    page,
  }) => {
    await page.goto(`${vaeAddress}?backend=wasm#vae.v1:net=ae-784-256-2&beta=4&x=17`);
    await expect(lab.root).toBeInViewport();
    await lab.reaches('ready', 30_000);
    expect(await lab.attribute('model')).toBe('');
    await expect(lab.root.getByRole('combobox', { name: 'Network' })).toHaveValue(
      'preset 784-256-2 ae',
    );
    await lab.press('Step');
    await expect(lab.root).toHaveAttribute('data-step', '1');
  });

  test('links of the page and Back work as ever: the lab stays as it is, and nothing jumps', async ({
    page,
  }) => {
    await lab.open(vaeAddress);
    const slider = lab.slider('β');
    await slider.focus();
    const scroll = () => page.evaluate(() => Math.round(scrollY));
    const [at, entries] = [await scroll(), await page.evaluate(() => history.length)];
    for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight');
    await expect.poll(() => hashOf(page)).toMatch(/^#vae\.v1:beta=/);
    expect(await scroll()).toBe(at);
    expect(await page.evaluate(() => history.length), 'no entry for each change').toBe(entries);

    const heading = page.locator('.sl-heading-wrapper [id]').last();
    const id = (await heading.getAttribute('id')) ?? '';
    await page.evaluate((to) => {
      const link = document.createElement('a');
      link.href = `#${to}`;
      document.body.append(link);
      link.click();
    }, id);
    await expect(heading).toBeInViewport();
    expect(hashOf(page)).toBe(`#${id}`);
    const beta = await slider.inputValue();
    await page.goBack();
    await expect.poll(() => hashOf(page)).toMatch(/^#vae\.v1:beta=/);
    await expect(slider).toHaveValue(beta);
    await expect(lab.root).toHaveAttribute('data-state', 'ready');
  });

  test('a link to another state, followed while a run is live, asks before it throws the run away', async ({
    page,
  }) => {
    await lab.open(vaeAddress);
    await lab.press('Train');
    await lab.trainsTo(5);
    await lab.press('Pause');
    await lab.reaches('paused');
    const step = await lab.step();
    await page.evaluate(() => {
      location.hash = '#vae.v1:net=vae-784-256-20&beta=2';
    });
    await expect(lab.root.getByText('Throw this run away?')).toBeVisible();
    await lab.action('Keep it').click();
    expect(await lab.step()).toBe(step);
  });

  for (const [why, hash, says] of [
    ['another version', '#vae.v7:beta=4', /version 7/],
    ['an unknown setting', '#vae.v1:gamma=4&beta=2', /“gamma” is no setting/],
    ['a bad value', '#vae.v1:beta=-1e99', /expected a number from 0 to 100/],
    ['a broken escape', '#vae.v1:net=%E0%A4%A', /was ignored/],
    ['a hundred kilobytes of garbage', `#vae.v1:${'%00&=;#'.repeat(14_000)}`, /characters long/],
  ] as const) {
    test(`${why} in the address: the default, a notice, and a lab that works`, async ({ page }) => {
      await page.goto(`${vaeAddress}?backend=wasm${hash}`);
      await lab.wake();
      await expect(lab.root.getByRole('alert').filter({ hasText: says })).toBeVisible();
      expect(await lab.attribute('model')).toBe('vae-mnist-2d');
      await lab.action('Dismiss').click();
      await expect(lab.root.getByText('Part of the address was not understood.')).toHaveCount(0);
      await lab.press('Step');
      await expect(lab.root).toHaveAttribute('data-step', '1');
    });
  }

  test('the link is copied, and said; without a clipboard it is shown', async ({
    page,
    context,
  }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await lab.open(vaeAddress);
    await lab.slider('β').focus();
    await page.keyboard.press('ArrowRight');
    await lab.action('Copy link').click();
    await expect(lab.root.getByRole('status').filter({ hasText: 'Link copied.' })).toHaveCount(1);
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(new URL(copied).pathname).toBe(`${base}${vaeAddress}`);
    expect(new URL(copied).hash).toMatch(/^#vae\.v1:beta=/);
    await page.evaluate(() => {
      Object.defineProperty(navigator, 'clipboard', { value: undefined });
    });
    await lab.action('Copy link').click();
    await expect(lab.root.getByRole('textbox', { name: 'Link to the lab as it is' })).toHaveValue(
      copied,
    );
  });
});

test.describe('files', () => {
  test('weights come in again bit for bit, with their step, loss and dials', async ({ page }) => {
    await lab.open(vaeAddress);
    await lab.press('Train');
    await lab.trainsTo(20);
    await lab.press('Pause');
    await lab.reaches('paused');
    const [step, loss] = [await lab.attribute('step'), await lab.attribute('loss')];
    await openKeep();
    const saved = await save(page, 'Weights');
    expect(saved.suggestedFilename()).toBe(`vae-784-256-2-mnist-step-${step}.safetensors`);
    const file = await contentOf(saved);
    expect(readSafetensors(file).get('mean.weight')?.shape).toEqual([2, 256]);
    expect(Object.fromEntries(metadataOf(file))).toMatchObject({ step, seed: '7', data: 'MNIST' });
    await lab.root.getByText('Load them in PyTorch').click();
    await expect(lab.root.getByLabel('PyTorch lines')).toContainText(saved.suggestedFilename());

    await lab.press('Reset');
    await expect(lab.root).toHaveAttribute('data-step', '0');
    await lab.root
      .getByLabel('Weights file')
      .setInputFiles({ name: 'mine.safetensors', mimeType: '', buffer: file });
    await expect(lab.root).toHaveAttribute('data-step', step);
    expect(await lab.attribute('loss')).toBe(loss);
    await expect(lab.root.getByRole('combobox', { name: 'Network' })).toHaveValue('own');
    const again = await contentOf(await save(page, 'Weights'));
    expect(tensorBytes(again).equals(tensorBytes(file)), 'the same bytes').toBe(true);

    await lab.press('Train');
    await lab.trainsTo(Number(step) + 5);
  });

  test('a file that is not one of the lab’s is refused with its reason, and nothing is lost', async () => {
    await lab.open(vaeAddress);
    await lab.press('Step');
    await expect(lab.root).toHaveAttribute('data-step', '1');
    await openKeep();
    const picker = lab.root.getByLabel('Weights file');
    for (const [name, buffer, says] of [
      ['notes.txt', Buffer.from('no weights here'), /“notes.txt” was not opened/],
      ['short.safetensors', Buffer.alloc(3), /has 3 bytes/],
      [
        'other.safetensors',
        await readFile('public/models/vae-mnist-2d/weights.safetensors'),
        /not one that a lab of this course has written/,
      ],
    ] as const) {
      await picker.setInputFiles({ name, mimeType: '', buffer });
      await expect(lab.root.getByRole('alert').filter({ hasText: says })).toBeVisible();
    }
    expect(await lab.attribute('step')).toBe('1');
    await expect(lab.root).toHaveAttribute('data-state', 'paused');
  });

  test('pictures are PNG files four pixels for one, plots SVG files, curves CSV', async ({
    page,
  }) => {
    await lab.open(vaeAddress);
    await lab.press('Train');
    await lab.trainsTo(40);
    await lab.press('Pause');
    await openKeep();

    const three = await save(page, 'x, mean, sample (PNG)');
    expect(three.suggestedFilename()).toMatch(/^vae-784-256-2-mnist-step-\d+-x-mean-sample\.png$/);
    const png = await contentOf(three);
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([4 * (3 * 28 + 2 * 2), 4 * 28]);

    const svg = (await contentOf(await save(page, 'KL (SVG)'))).toString();
    for (const text of ['>KL</text>', '>updates</text>', '>nats per image</text>', '>training<']) {
      expect(svg).toContain(text);
    }
    const codes = (await contentOf(await save(page, 'Codes (SVG)'))).toString();
    expect(codes.match(/<circle/g)?.length).toBeGreaterThan(500);

    const csv = (await contentOf(await save(page, 'Curves (CSV)'))).toString().split('\n');
    expect(csv[0]).toBe(
      'step,epoch,training_reconstruction_nats_per_image,held_out_reconstruction_nats_per_image,training_kl_nats_per_image,held_out_kl_nats_per_image',
    );
    expect(Number(csv[1]?.split(',')[2])).toBeGreaterThan(50);
  });
});
