import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Page } from '@playwright/test';

import { drop, expect, sample, test, visit } from './fixtures.ts';
import { ROOT, type Server } from './server.ts';

const PLAY = join(ROOT, 'fastlane/metadata/android/en-US/images');
const APP_STORE = join(ROOT, 'fastlane/screenshots/en-US');

/** Points, and pixels a point: 1080 × 1920 for Play, 1320 × 2868 and 2064 × 2752 for the App Store. */
const SIZES = [
  { name: 'play', folder: join(PLAY, 'phoneScreenshots'), width: 360, height: 640, scale: 3 },
  { name: 'iphone', folder: APP_STORE, width: 440, height: 956, scale: 3 },
  { name: 'ipad', folder: APP_STORE, width: 1032, height: 1376, scale: 2 },
];

for (const { name, folder, width, height, scale } of SIZES) {
  test.describe(name, () => {
    test.use({ viewport: { width, height }, deviceScaleFactor: scale });

    test('pictures of the app', async ({ app, server }) => {
      await mkdir(folder, { recursive: true });
      await app.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
      let count = 0;
      const shoot = async (what: string) => {
        count += 1;
        await app.waitForLoadState('networkidle');
        const file = name === 'play' ? `${count}_${what}.jpg` : `${name}_${count}_${what}.jpg`;
        await app.screenshot({ path: join(folder, file), type: 'jpeg', quality: 80 });
      };
      await look(app, 'receipt.jpg', 'Read', /^\d+ lines$/);
      await shoot('read');
      await look(app, 'photos/photographer.jpg', 'Describe', /What the whole picture shows/);
      await shoot('describe');
      await live(app, server);
      await shoot('live');
      await app.getByRole('button', { name: 'Stop', exact: true }).click();
      await visit(app, server, 'library');
      await expect(app.getByText(/^\d+ pictures$/)).toBeVisible();
      await shoot('library');
      await visit(app, server, 'playground/page?sample=page.png');
      await app.getByRole('tab', { name: 'Boxes', exact: true }).click();
      await expect(app.getByText(/^[1-9]\d*\s*boxes/)).toBeVisible();
      await shoot('playground');
    });
  });
}

test.describe('play', () => {
  test.use({ viewport: { width: 1024, height: 500 } });

  test('graphics', async ({ page }) => {
    await mkdir(PLAY, { recursive: true });
    await copyFile(join(ROOT, 'src-tauri/icons/icon.png'), join(PLAY, 'icon.png'));
    const icon = await readFile(join(ROOT, 'assets/icon/icon.svg'), 'base64');
    const shot = await readFile(join(ROOT, 'docs/screenshots/live-phone-dark.jpg'), 'base64');
    await page.setContent(`
      <body style="margin:0;height:500px;overflow:hidden;position:relative;background:#14171c;color:#f4f5f7;
        font:600 64px/1.1 'DejaVu Sans',sans-serif">
        <img src="data:image/svg+xml;base64,${icon}" width="128" height="128"
          style="position:absolute;left:72px;top:88px">
        <div style="position:absolute;left:72px;top:252px">Glimpse</div>
        <div style="position:absolute;left:72px;top:342px;font-weight:400;font-size:27px;line-height:1.4">
          Reads and describes pictures<br>on this device</div>
        <img src="data:image/jpeg;base64,${shot}" width="300"
          style="position:absolute;right:80px;top:48px;border-radius:28px;border:6px solid #3a404a">
      </body>`);
    await page.screenshot({ path: join(PLAY, 'featureGraphic.png'), omitBackground: false });
  });
});

/** Opens a sample picture and looks at it. */
async function look(page: Page, name: string, mode: string, done: RegExp): Promise<void> {
  await drop(page.locator('body'), sample(name), 'image/jpeg');
  await page.getByRole('tab', { name: mode, exact: true }).click();
  await expect(page.getByText(done).first()).toBeVisible();
}

/** Watches the sample clip until the text in it was read. */
async function live(page: Page, server: Server): Promise<void> {
  await visit(page, server, 'lens/live');
  await page.getByRole('button', { name: /Sample clip/ }).click();
  const panel = page.getByRole('tabpanel');
  await expect(panel.getByText(/^4 lines of text$/)).toBeVisible({ timeout: 60_000 });
  await page.waitForTimeout(1000);
}
