import { readFile } from 'node:fs/promises';

import { drop, expect, lines, sample, test, visit } from './fixtures.ts';

test.describe('library', () => {
  test.beforeEach(async ({ app, server }) => {
    await fetch(`${server.url}api/v1/library`, { method: 'DELETE' });
    await drop(app.locator('body'), sample('receipt.jpg'), 'image/jpeg');
    await expect(lines(app)).toBeVisible();
    await drop(app.locator('body'), sample('photos/cat.jpg'), 'image/jpeg');
    await app.getByRole('tab', { name: 'Describe' }).click();
    await expect(app.getByText('What the whole picture shows')).toBeVisible();
    await visit(app, server, 'library');
    await expect(app.getByText('2 pictures')).toBeVisible();
  });

  test('finds what was read and described, and what looks alike', async ({ app }) => {
    const search = app.getByRole('searchbox');
    const word = (await readFile(sample('receipt.expected.txt'), 'utf8')).match(/[A-Za-z]{5,}/)![0];
    await search.fill(word);
    await expect(app.getByText('One picture', { exact: true })).toBeVisible();
    await search.fill('cat');
    await expect(app.getByText('One picture', { exact: true })).toBeVisible();
    await search.fill('"; DROP TABLE items; --');
    await expect(app.getByText('No picture has these words')).toBeVisible();
    await search.fill('');
    await expect(app.getByText('2 pictures')).toBeVisible();
  });

  test('exports in every format, and deletes one and all', async ({ app }) => {
    const kept = app
      .getByRole('main')
      .getByRole('link')
      .filter({ has: app.locator('img') });
    // The newest is first; thumbnails come in any order.
    await expect(kept).toHaveCount(2);
    await kept.last().click();
    for (const [name, begins] of [
      ['Text', ''],
      ['Markdown', ''],
      ['JSON', '{'],
      ['Searchable PDF', '%PDF-'],
      ['hOCR', '<'],
    ] as const) {
      await app.getByRole('button', { name: 'Export' }).click();
      const download = app.waitForEvent('download');
      await app
        .getByRole('button', { name: new RegExp(`^${name}`) })
        .or(app.getByRole('menuitem', { name: new RegExp(`^${name}`) }))
        .first()
        .click();
      const bytes = await readFile((await (await download).path())!);
      expect(bytes.length).toBeGreaterThan(10);
      expect(bytes.subarray(0, begins.length).toString()).toBe(begins);
    }
    await app.getByRole('button', { name: 'Delete', exact: true }).click();
    await app.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
    await expect(app.getByText('One picture', { exact: true })).toBeVisible();
    await app.getByRole('button', { name: /^[\d.]+ [kM]B$/ }).click();
    await app.getByRole('dialog').getByRole('button', { name: 'Delete all' }).click();
    const sure = app.getByRole('dialog', { name: 'Delete the whole library?' });
    await sure.getByRole('button', { name: 'Delete all' }).click();
    await expect(app.getByText('Nothing is kept yet')).toBeVisible();
  });
});

test('the lesson on reading answers to its knobs, and a link opens it again', async ({
  app,
  server,
}) => {
  await visit(app, server, 'playground/page');
  const boxes = app.getByRole('img', { name: /(boxes|box) on the picture$/i });
  await app.getByRole('tab', { name: 'Boxes' }).click();
  await expect(boxes).toHaveAccessibleName(/^\d+ boxes/);
  const before = (await boxes.getAttribute('aria-label')) ?? '';
  const knob = app.getByRole('slider', { name: 'Box threshold' });
  await knob.focus();
  await app.keyboard.press('End');
  await expect(boxes).not.toHaveAccessibleName(before);
  await expect(boxes).toHaveAccessibleName(/^(No boxes|One box|\d+ boxes) on the picture$/);
  const less = (await boxes.getAttribute('aria-label')) ?? '';
  await expect.poll(() => app.url()).toMatch(/box=1(&|$)/);
  const link = app.url();
  await app.goto('about:blank');
  await app.goto(link);
  await expect(boxes).toHaveAccessibleName(less);
  await app.getByRole('button', { name: 'Back to the defaults' }).click();
  await expect(boxes).toHaveAccessibleName(before);
  await app.getByRole('tab', { name: 'Steps' }).click();
  await expect(app.getByText(/dots vanish/)).toBeVisible();
});

test('the lesson on captions shows where each word looked', async ({ app, server }) => {
  await app.emulateMedia({ reducedMotion: 'reduce' });
  await visit(app, server, 'playground/attention');
  await expect(app.getByText(/The brightest place got/)).toBeVisible();
  await app.getByRole('button', { name: 'Next word' }).click();
  await expect(app.getByText(/The brightest place got/)).toBeVisible();
});

test('the lesson on milliseconds measures real frames', async ({ app, server }) => {
  await visit(app, server, 'playground/budget');
  await expect(app.getByRole('button', { name: 'Run again' })).toBeVisible({ timeout: 60_000 });
  await expect(app.getByText(/^(Fits|.* too slow)/).first()).toBeVisible();
});

test('bench measures, reports and exports', async ({ app, server }) => {
  await visit(app, server, 'bench');
  await app.getByRole('button', { name: 'Start' }).click();
  await expect(app.getByText('median').first()).toBeVisible({ timeout: 90_000 });
  await app.getByRole('button', { name: 'Copy JSON' }).click();
  const report = JSON.parse(await app.evaluate(() => navigator.clipboard.readText())) as {
    version: number;
    tasks: { runs_ms: number[]; p50: number; min: number; max: number }[];
  };
  expect(report.version).toBe(2);
  for (const task of report.tasks) {
    expect(task.runs_ms.length).toBeGreaterThan(0);
    expect(task.min).toBeLessThanOrEqual(task.p50);
    expect(task.p50).toBeLessThanOrEqual(task.max);
  }
});

test('device tells processor and packs, and verifies them', async ({ app, server }) => {
  await visit(app, server, 'device');
  await expect(app.getByText(/packs on this device/)).toBeVisible();
  await app.getByRole('button', { name: 'Verify all' }).click();
  // Development also has the f32 packs.
  const packs = Number.parseInt(await app.getByText(/packs on this device/).innerText(), 10);
  expect(packs).toBeGreaterThanOrEqual(5);
  await expect(app.getByText(/^Intact\./)).toHaveCount(packs);
  await expect(app.getByRole('definition').filter({ hasText: /^\s*Nothing\b/ })).toBeVisible();
});
