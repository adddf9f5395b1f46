import { readFile } from 'node:fs/promises';

import { expect, test as base, type Page } from '@playwright/test';

import { sample } from './fixtures.ts';
import { onPhone, servePage } from './phonePage.ts';

/** The UI as a phone's window shows it; the phone is played by the test. */
const test = base.extend<{ open: (permission: string) => Promise<Page> }, { url: string }>({
  url: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const { url, stop } = await servePage();
      await use(url);
      stop();
    },
    { scope: 'worker' },
  ],
  open: async ({ page, url }, use) => {
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    await use(async (permission) => {
      await onPhone(page, permission, await readFile(sample('sign.jpg')));
      await page.goto(url);
      await page.getByRole('button', { name: 'Camera' }).click();
      return page;
    });
    if (errors.length) throw new Error(`the page threw: ${errors.join('; ')}`);
  },
});

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

const asked = (page: Page) => page.evaluate(() => window.phone.asked);
const shutter = (page: Page) => page.getByRole('button', { name: 'Freeze the picture' });

/** Waits until frames are drawn. */
async function sees(page: Page): Promise<void> {
  await expect
    .poll(() =>
      page
        .locator('canvas')
        .first()
        .evaluate((c) => (c as HTMLCanvasElement).width),
    )
    .toBeGreaterThan(300);
}

test('a person is told why before the system asks, and who agrees sees the camera', async ({
  open,
}) => {
  const page = await open('prompt');
  await expect(page.getByText('May Glimpse use the camera?')).toBeVisible();
  expect(await asked(page)).not.toContain('plugin:camera|request_permission');
  await page.getByRole('button', { name: 'Allow the camera' }).click();
  await sees(page);
  await expect(shutter(page)).toBeEnabled();
});

test('who says no can be asked again, then is led to the settings', async ({ open }) => {
  const page = await open('prompt');
  await page.evaluate(() => (window.phone.answer = 'prompt-with-rationale'));
  await page.getByRole('button', { name: 'Allow the camera' }).click();
  await expect(page.getByText('The camera is not allowed yet')).toBeVisible();
  await page.evaluate(() => (window.phone.answer = 'denied'));
  await page.getByRole('button', { name: 'Ask again' }).click();
  await expect(page.getByRole('heading', { name: 'The camera is not allowed' })).toBeVisible();
  await page.getByRole('button', { name: 'Open the settings' }).click();
  await expect.poll(() => asked(page)).toContain('plugin:camera|open_settings');
  // The person comes back, and has allowed it there.
  await page.evaluate(() => {
    window.phone.permission = 'granted';
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await sees(page);
});

test('without the camera there are other ways', async ({ open }) => {
  const page = await open('denied');
  await page.getByRole('button', { name: 'Without the camera' }).click();
  await expect(page.getByRole('button', { name: 'Choose a picture' })).toBeVisible();
});

test('a tap focuses, the buttons zoom, light, switch and freeze', async ({ open }) => {
  const page = await open('granted');
  await sees(page);
  const box = await page.locator('canvas').first().boundingBox();
  if (box === null) throw new Error('the finder is not shown');
  await page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2);
  await expect
    .poll(async () => (await asked(page)).join('; '))
    .toMatch(/plugin:camera\|focus 0\.5\d* 0\.5\d*/);
  await page.getByRole('button', { name: 'Closer' }).click();
  await page.getByRole('button', { name: 'Light' }).click();
  await expect(page.getByRole('button', { name: 'Light' })).toHaveAttribute('aria-pressed', 'true');
  expect(await asked(page)).toEqual(
    expect.arrayContaining(['plugin:camera|set_zoom 2', 'plugin:camera|set_torch true']),
  );
  await page.getByRole('button', { name: 'Other camera' }).click();
  await expect.poll(() => asked(page)).toContain('camera_open 1');
  await expect(page.getByRole('button', { name: 'Light' })).toHaveCount(0);
  await shutter(page).click();
  await expect.poll(() => asked(page)).toContain('camera_freeze');
  await expect(page.getByRole('tab', { name: 'Read' })).toBeVisible();
});

test('what takes the camera for a while is said, and it goes on', async ({ open }) => {
  const page = await open('granted');
  await sees(page);
  for (const [code, words] of [
    ['camera_busy', 'Another app uses the camera.'],
    ['camera_disabled', 'The system has switched the camera off.'],
    ['camera_paused', 'The camera rests'],
  ] as const) {
    await page.evaluate((code) => (window.phone.trouble = code), code);
    await expect(page.getByText(words)).toBeVisible();
    await expect(shutter(page)).toBeDisabled();
    await page.evaluate(() => (window.phone.trouble = null));
    await expect(page.getByText('Tap to focus')).toBeVisible();
  }
  await page.evaluate(() => (window.phone.trouble = 'camera'));
  await expect(page.getByText('The camera stopped')).toBeVisible();
});

test('the way back closes what lies on top, and leaves a place last', async ({ open }) => {
  const page = await open('granted');
  await sees(page);
  await page.goBack();
  await expect(page.getByRole('button', { name: 'Choose a picture' })).toBeVisible();

  await page.getByRole('button', { name: 'Camera' }).click();
  await sees(page);
  await shutter(page).click();
  await expect(page.getByRole('tab', { name: 'Read' })).toBeVisible();
  await page.getByRole('link', { name: 'Device' }).click();
  await expect(page).toHaveURL(/#\/device/);
  await page.goBack();
  await expect(page.getByRole('tab', { name: 'Read' })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('button', { name: 'Choose a picture' })).toBeVisible();
});

test('Live asks in the same way', async ({ page, url }) => {
  await onPhone(page, 'denied', await readFile(sample('sign.jpg')));
  await page.goto(`${url}#/lens/live`);
  await page.getByRole('button', { name: 'Use the camera' }).click();
  await expect(page.getByRole('heading', { name: 'The camera is not allowed' })).toBeVisible();
  await page.getByRole('button', { name: 'Without the camera' }).click();
  await expect(page.getByRole('button', { name: 'Use the camera' })).toBeVisible();
});
