import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Page } from '@playwright/test';

import { drop, expect, sample, test, visit } from './fixtures.ts';
import { onPhone, servePage } from './phonePage.ts';
import { ROOT, type Server } from './server.ts';

const FOLDER = join(ROOT, 'docs/screenshots');

const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1440, height: 900 } };

for (const [size, viewport] of Object.entries(SIZES)) {
  for (const scheme of ['light', 'dark'] as const) {
    test(`${size}, ${scheme}`, async ({ app, server }) => {
      await mkdir(FOLDER, { recursive: true });
      await app.setViewportSize(viewport);
      await app.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      const shoot = async (name: string) => {
        await app.waitForLoadState('networkidle');
        await app.screenshot({
          path: join(FOLDER, `${name}-${size}-${scheme}.jpg`),
          type: 'jpeg',
          quality: 82,
        });
      };
      await shoot('lens');
      await look(app, 'receipt.jpg', 'Read', /^\d+ lines$/);
      await app.locator('li[data-line="2"]').hover();
      await shoot('lens-read');
      await look(app, 'photos/coffee.jpg', 'Describe', /What the whole picture shows/);
      await shoot('lens-describe');
      await look(app, 'photos/cat.jpg', 'Find', /^\d+ objects?$/);
      const hud = app.getByRole('region', { name: 'Measures' }).getByRole('button').first();
      if ((await hud.getAttribute('aria-expanded')) !== 'true') await hud.click();
      await shoot('lens-find');
      await hud.click();
      await drop(app.locator('body'), 'notes.txt', 'text/plain', Buffer.from('only words'));
      await expect(
        app.getByText('This is not a picture').or(app.getByText('There was no picture in that')),
      ).toBeVisible();
      await shoot('lens-error');
      await app.getByRole('button', { name: 'Settings' }).click();
      await shoot('settings');
      await app.keyboard.press('Escape');

      await live(app, server, shoot);

      await visit(app, server, 'library');
      await expect(app.getByText(/^\d+ pictures$/)).toBeVisible();
      await shoot('library');
      await app
        .getByRole('main')
        .getByRole('link')
        .filter({ has: app.locator('img') })
        .first()
        .click();
      await expect(app.getByRole('button', { name: 'Export' })).toBeVisible();
      await shoot('library-entry');

      await visit(app, server, 'playground');
      await shoot('playground');
      await visit(app, server, 'playground/page');
      for (const step of ['Map', 'Boxes', 'Strip', 'Steps', 'Time']) {
        await app.getByRole('tab', { name: step, exact: true }).click();
        await shoot(`playground-page-${step.toLowerCase()}`);
      }
      await visit(app, server, 'playground/attention?sample=photos%2Fphotographer.jpg');
      await expect(app.getByText(/The brightest place got/)).toBeVisible();
      await app.getByRole('button', { name: 'Next word' }).click();
      await shoot('playground-attention');
      await visit(app, server, 'playground/budget?sample=photos%2Fcat.jpg');
      await expect(app.getByRole('button', { name: 'Run again' })).toBeVisible({ timeout: 90_000 });
      await shoot('playground-budget');

      await visit(app, server, 'bench');
      await app.getByRole('button', { name: 'Start' }).click();
      await expect(app.getByText('median').first()).toBeVisible({ timeout: 120_000 });
      await shoot('bench');
      await visit(app, server, 'device');
      await expect(app.getByText(/packs on this device/)).toBeVisible();
      await shoot('device');
    });
  }
}

/** Opens a sample picture and looks at it. */
async function look(page: Page, name: string, mode: string, done: RegExp): Promise<void> {
  const type = name.endsWith('.png') ? 'image/png' : 'image/jpeg';
  await drop(page.locator('body'), sample(name), type);
  await page.getByRole('tab', { name: mode, exact: true }).click();
  await expect(page.getByText(done).first()).toBeVisible();
}

/** Watches the sample clip: before, while it runs, with its measures, and looking back. */
async function live(
  page: Page,
  server: Server,
  shoot: (name: string) => Promise<void>,
): Promise<void> {
  await visit(page, server, 'lens/live');
  await expect(page.getByRole('button', { name: /Sample clip/ })).toBeVisible();
  await shoot('live-start');
  await page.getByRole('button', { name: /Sample clip/ }).click();
  const panel = page.getByRole('tabpanel');
  await expect(panel.getByText(/^[1-9]\d* objects?$/)).toBeVisible({ timeout: 60_000 });
  await page.waitForTimeout(4000);
  await shoot('live');
  const hud = page.getByRole('region', { name: 'Measures' }).getByRole('button').first();
  await hud.click();
  await page.waitForTimeout(2000);
  await page.getByRole('heading', { name: 'The last minute' }).scrollIntoViewIfNeeded();
  await shoot('live-measures');
  await hud.click();
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await page.getByRole('slider', { name: 'The last 30 seconds' }).focus();
  for (let step = 0; step < 20; step += 1) await page.keyboard.press('ArrowLeft');
  await page.waitForTimeout(500);
  await shoot('live-back');
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
}

test.describe("a phone's camera", () => {
  test.use({ viewport: SIZES.phone, hasTouch: true, isMobile: true });

  for (const scheme of ['light', 'dark'] as const) {
    test(scheme, async ({ browser }) => {
      await mkdir(FOLDER, { recursive: true });
      const { url, stop } = await servePage();
      const frame = await readFile(sample('sign.jpg'));
      for (const [name, permission, trouble] of [
        ['camera-reason', 'prompt', null],
        ['camera-denied', 'denied', null],
        ['camera', 'granted', null],
        ['camera-busy', 'granted', 'camera_busy'],
      ] as const) {
        const page = await browser.newPage({
          viewport: SIZES.phone,
          hasTouch: true,
          isMobile: true,
          locale: 'en-GB',
          colorScheme: scheme,
          reducedMotion: 'reduce',
        });
        await onPhone(page, permission, frame);
        await page.goto(url);
        await page.getByRole('button', { name: 'Camera' }).click();
        if (permission === 'granted') {
          const width = () =>
            page.locator('canvas').evaluate((canvas: HTMLCanvasElement) => canvas.width);
          await expect.poll(width).toBeGreaterThan(300);
        }
        await page.evaluate((code) => (window.phone.trouble = code), trouble);
        if (trouble !== null) await expect(page.getByText('Another app')).toBeVisible();
        await page.waitForTimeout(300);
        await page.screenshot({
          path: join(FOLDER, `${name}-phone-${scheme}.jpg`),
          type: 'jpeg',
          quality: 82,
        });
        await page.close();
      }
      stop();
    });
  }
});
