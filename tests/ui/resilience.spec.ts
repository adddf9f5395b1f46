import { test as plain } from '@playwright/test';

import { drop, expect, lines, sample, test } from './fixtures.ts';
import { Server } from './server.ts';

test('a long look is cancelled, and the next one works', async ({ app }) => {
  const bytes = Buffer.from(await app.evaluate(drawManyLines), 'base64');
  await drop(app.locator('body'), 'lines.png', 'image/png', bytes);
  // The look, and not the opening before it, which ends where it began.
  await expect(app.getByText('Reading', { exact: true })).toBeVisible();
  await app.getByRole('button', { name: 'Cancel' }).click();
  await expect(app.getByText('Stopped', { exact: true })).toBeVisible();
  await drop(app.locator('body'), sample('sign.jpg'), 'image/jpeg');
  await expect(lines(app)).toBeVisible();
});

plain('a stopped engine is told, and works again once it is back', async ({ page }) => {
  const server = await Server.start();
  await page.goto(server.url);
  await drop(page.locator('body'), sample('sign.jpg'), 'image/jpeg');
  await expect(lines(page)).toBeVisible();
  await server.stop();
  await drop(page.locator('body'), sample('receipt.jpg'), 'image/jpeg');
  await expect(page.getByText('The engine does not answer')).toBeVisible();
  const again = await Server.start({ data: server.data, port: Number(new URL(server.url).port) });
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(lines(page)).toBeVisible();
  expect(await again.stop()).toBe(0);
  await again.forget();
});

plain('settings survive a restart, in German too', async ({ page }) => {
  const server = await Server.start();
  await page.goto(server.url);
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByLabel('Language').selectOption('de');
  await expect(page.getByRole('link', { name: 'Bibliothek' })).toBeVisible();
  await server.stop();
  const again = await Server.start({ data: server.data });
  await page.goto(again.url);
  await expect(page.getByRole('link', { name: 'Bibliothek' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await again.stop();
  await again.forget();
});

test('hostile links open a place of the app and throw nothing', async ({ app, server }) => {
  const links = [
    '#/playground/page?pixel=NaN&unclip=1e999&box=-5',
    '#/playground/page?sample=../../etc/passwd',
    '#/playground/<script>alert(1)</script>',
    '#/%E0%A4%A',
    `#/${'a/'.repeat(5000)}`,
    '#/library?words=%00%22%27%3B--',
    '#/__proto__',
  ];
  app.on('dialog', () => {
    throw new Error('a link opened a dialog');
  });
  for (const link of links) {
    await app.goto('about:blank');
    await app.goto(server.url + link);
    await expect(app.getByRole('main')).toBeVisible();
    await expect(app.getByRole('link', { name: 'Lens' })).toBeVisible();
  }
});

test('the page asks for nothing outside of the server', async ({ app, server }) => {
  const outside: string[] = [];
  app.on('request', (request) => {
    if (!request.url().startsWith(server.url) && !/^(blob|data):/.test(request.url()))
      outside.push(request.url());
  });
  await drop(app.locator('body'), sample('photos/coffee.jpg'), 'image/jpeg');
  await app.getByRole('tab', { name: 'Describe' }).click();
  await expect(app.getByText('What the whole picture shows')).toBeVisible();
  for (const place of ['library', 'playground', 'bench', 'device']) {
    await app.goto(`${server.url}#/${place}`);
    await app.waitForLoadState('networkidle');
  }
  expect(outside).toEqual([]);
});

/** Runs in the page: a large picture with hundreds of lines, which takes a while to read. */
function drawManyLines(): string {
  const canvas = document.createElement('canvas');
  canvas.width = 3600;
  canvas.height = 4800;
  const context = canvas.getContext('2d')!;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = '#000';
  context.font = '26px sans-serif';
  for (let row = 0; row < 120; row += 1) {
    for (let column = 0; column < 4; column += 1) {
      context.fillText(
        `Row ${row}, column ${column}: the quick brown fox jumps over it`,
        20 + 900 * column,
        40 + 39 * row,
      );
    }
  }
  return canvas.toDataURL('image/png').split(',')[1]!;
}
