import { readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

import type { Page } from '@playwright/test';

import { drop, expect, lines, sample, test } from './fixtures.ts';

const mode = (page: Page, name: string) => page.getByRole('tab', { name, exact: true });
const back = (page: Page) => page.getByRole('button', { name: 'Another picture' });

test('a dropped receipt is read, its text selectable on the picture and in the list', async ({
  app,
}) => {
  await drop(app.locator('body'), sample('receipt.jpg'), 'image/jpeg');
  await expect(lines(app)).toBeVisible();
  const expected = (await readFile(sample('receipt.expected.txt'), 'utf8'))
    .split('\n')
    .filter(Boolean);
  const list = app.getByRole('tabpanel');
  const overlay = app.locator('.text .line');
  expect(await overlay.count()).toBeGreaterThanOrEqual(Math.floor(expected.length * 0.9));
  await expect(list).toContainText(expected[0]!);
  const first = overlay.filter({ hasText: expected[0]! }).first();
  await first.evaluate((line) => getSelection()!.selectAllChildren(line));
  expect(await app.evaluate(() => getSelection()!.toString())).toContain(expected[0]!);
});

test('lines light up with the list, and the text is searched and copied', async ({ app }) => {
  await drop(app.locator('body'), sample('page.png'), 'image/png');
  await expect(lines(app)).toBeVisible();
  const item = app.locator('li[data-line="1"]');
  await item.hover();
  await expect(app.locator('svg g.lit')).toHaveCount(1);
  const word = (await item.innerText()).split(/\s/).find((w) => /^[a-z]{5,}$/i.test(w)) ?? '';
  expect(word).not.toBe('');
  await app.getByRole('searchbox').fill(word);
  await expect(app.getByText(/^In \d+ of \d+ lines?$/)).toBeVisible();
  expect(await app.locator('mark').first().innerText()).toMatch(new RegExp(word, 'i'));
  await app.getByRole('searchbox').fill('no such words anywhere');
  await expect(app.getByText('Not in the text')).toBeVisible();
  await app.getByRole('button', { name: 'Copy all' }).click();
  expect(await app.evaluate(() => navigator.clipboard.readText())).toContain(word);
});

test('a pasted photograph is described, and what was found stands on it', async ({ app }) => {
  await drop(app.locator('body'), sample('photos/cat.jpg'), 'image/jpeg');
  await mode(app, 'Describe').click();
  const panel = app.getByRole('tabpanel');
  await expect(panel.getByText('What the whole picture shows')).toBeVisible();
  await expect(panel).toContainText(/cat/i);
  await back(app).click();
  const bytes = (await readFile(sample('photos/coffee.jpg'))).toString('base64');
  await app.evaluate((base64) => {
    const binary = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([binary], 'image.png', { type: 'image/jpeg' }));
    document.body.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
    );
  }, bytes);
  await expect(panel.getByText('What the whole picture shows')).toBeVisible();
  await expect(panel).toContainText(/cup|coffee|espresso/i);
});

test('objects are found, and the threshold answers to the keyboard', async ({ app }) => {
  const chooser = app.waitForEvent('filechooser');
  await app.getByRole('button', { name: 'Choose a picture' }).click();
  await (await chooser).setFiles(sample('photos/cat.jpg'));
  await mode(app, 'Find').click();
  const panel = app.getByRole('tabpanel');
  await expect(panel.getByText(/^\d+ objects?$/)).toBeVisible();
  await expect(panel).toContainText('cat');
  const before = Number.parseInt(await panel.getByText(/^\d+ objects?$/).innerText(), 10);
  const slider = panel.getByRole('slider');
  await slider.focus();
  await app.keyboard.press('End');
  await expect(panel.getByText('Nothing found')).toBeVisible();
  await slider.focus();
  await app.keyboard.press('Home');
  await expect
    .poll(async () => Number.parseInt(await panel.getByText(/^\d+ objects?$/).innerText(), 10))
    .toBeGreaterThanOrEqual(before);
});

test('measures of a look name every stage and can be copied', async ({ app }) => {
  await drop(app.locator('body'), sample('sign.jpg'), 'image/jpeg');
  await expect(lines(app)).toBeVisible();
  const hud = app.getByRole('region', { name: 'Measures' }).getByRole('button').first();
  if ((await hud.getAttribute('aria-expanded')) !== 'true') await hud.click();
  await app.getByRole('button', { name: 'Copy the details' }).click();
  const told = await app.evaluate(() => navigator.clipboard.readText());
  for (const word of ['decode', 'infer', 'ocr-det-int8', 'ocr-rec-int8', 'int8', 'ms']) {
    expect(told.toLowerCase()).toContain(word);
  }
  const shown = await app.evaluate(() =>
    performance.getEntriesByName('glimpse:drop-to-result').map((e) => e.duration),
  );
  expect(shown.length).toBeGreaterThan(0);
  expect(shown.every((ms) => ms > 0)).toBe(true);
});

test('samples open from the gallery', async ({ app }) => {
  await app
    .getByRole('button', { name: /receipt/i })
    .first()
    .click();
  await expect(lines(app)).toBeVisible();
});

test.describe('what cannot be looked at is told in plain words', () => {
  const cases: [string, () => Promise<Buffer>, string, string, string][] = [
    [
      'a text named .jpg',
      async () => Buffer.from('just some words\n'.repeat(40)),
      'notes.jpg',
      'image/jpeg',
      'This is not a picture',
    ],
    [
      'a picture cut short',
      async () => (await readFile(sample('receipt.jpg'))).subarray(0, 3000),
      'cut.jpg',
      'image/jpeg',
      'The picture is damaged',
    ],
    ['an empty file', async () => Buffer.alloc(0), 'empty.png', 'image/png', 'The file is empty'],
    [
      'a small file of huge size',
      async () => bomb(30_000, 30_000),
      'bomb.png',
      'image/png',
      'The picture is too large',
    ],
  ];
  for (const [what, bytes, name, type, title] of cases) {
    test(what, async ({ app }) => {
      await drop(app.locator('body'), name, type, await bytes());
      await expect(app.getByRole('alert').or(app.getByText(title))).not.toHaveCount(0);
      await expect(app.getByText(title)).toBeVisible();
      await drop(app.locator('body'), sample('sign.jpg'), 'image/jpeg');
      await expect(lines(app)).toBeVisible();
    });
  }
});

/** The beginning of a PNG that says it has `width` × `height` pixels, with a right checksum. */
function bomb(width: number, height: number): Buffer {
  const header = Buffer.alloc(25);
  header.writeUInt32BE(13, 0);
  header.write('IHDR', 4, 'latin1');
  header.writeUInt32BE(width, 8);
  header.writeUInt32BE(height, 12);
  header.set([8, 2, 0, 0, 0], 16);
  header.writeUInt32BE(crc32(header.subarray(4, 21)), 21);
  const data = Buffer.alloc(12);
  data.write('IDAT', 4, 'latin1');
  data.writeUInt32BE(crc32(data.subarray(4, 8)), 8);
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), header, data]);
}
