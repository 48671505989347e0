// What surrounds every chapter: the sidebar that names the whole course, the theme, the search, the skip link.
import { aroundPages, parts } from '../../../src/site/course.ts';
import { expect, test } from '../lib/fixtures.ts';
import { addresses } from '../lib/site.ts';

const chapters = parts.flatMap((part) => part.chapters);
const chapter = 'variational/vae/';

test('the sidebar names all nineteen chapters, links the written ones and calls the others planned', async ({
  page,
}) => {
  expect(chapters.length).toBe(19);
  await page.goto(chapter);
  const sidebar = page.getByRole('navigation', { name: 'Main' });
  for (const { title, slug } of [...chapters, ...aroundPages]) {
    const item = sidebar.getByRole('listitem').filter({ hasText: title }).first();
    await expect(item).toBeVisible();
    const links = item.getByRole('link', { name: title });
    if (addresses.includes(`${slug}/`)) await expect(links).toHaveCount(1);
    else await expect(item).toContainText('(planned)');
  }
  await expect(sidebar.locator('[aria-current="page"]')).toContainText('variational autoencoder');
});

test('a chosen theme outlives the page', async ({ page }) => {
  await page.goto('');
  const html = page.locator('html');
  for (const theme of ['dark', 'light']) {
    await page.getByLabel('Select theme').first().selectOption(theme);
    await expect(html).toHaveAttribute('data-theme', theme);
    await page.goto(chapter);
    await expect(html).toHaveAttribute('data-theme', theme);
  }
});

test('the search finds the chapter by a word of its text and leads there', async ({ page }) => {
  await page.goto('');
  await page.keyboard.press('Control+k');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').fill('posterior collapse');
  const result = dialog.getByRole('link', { name: /variational autoencoder/i }).first();
  await expect(result).toBeVisible();
  await result.click();
  await expect(page).toHaveURL(/\/variational\/vae\//);
});

test('the first Tab reaches a link that skips to the text', async ({ page }) => {
  await page.goto(chapter);
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to content' });
  await expect(skip).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#_top$/);
});

test('on a phone the course opens from a button and closes by Escape', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(chapter);
  const menu = page.getByRole('button', { name: 'Menu' });
  await menu.click();
  const item = page.getByRole('navigation', { name: 'Main' }).getByText(chapters[0]!.title);
  await expect(item).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(item).toBeHidden();
});
