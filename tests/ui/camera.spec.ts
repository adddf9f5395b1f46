import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { chromium as launcher, expect, test } from '@playwright/test';

import { chromium } from './browser.ts';
import { writeClip } from './clip.ts';
import { Server } from './server.ts';

test('a frozen frame of the camera is read, and a refused camera is told', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'glimpse-clip-'));
  const clip = join(folder, 'clip.y4m');
  const drawing = await launcher.launch(chromium.launchOptions);
  await writeClip(drawing, clip, 'PLATFORM 9');
  await drawing.close();

  const server = await Server.start();
  const browser = await launcher.launch({
    ...chromium.launchOptions,
    args: [
      ...chromium.launchOptions.args,
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${clip}`,
    ],
  });
  const allowed = await browser.newContext({ permissions: ['camera'], locale: 'en-GB' });
  const page = await allowed.newPage();
  await page.goto(server.url);
  await page.getByRole('button', { name: 'Camera' }).click();
  await expect
    .poll(() => page.evaluate(() => document.querySelector('video')?.videoWidth ?? 0))
    .toBe(640);
  await page.getByRole('button', { name: 'Freeze the picture' }).click();
  await expect(page.getByRole('tabpanel')).toContainText('PLATFORM 9');
  expect(await page.evaluate(() => document.querySelector('video'))).toBeNull();

  const refusing = await browser.newContext({ permissions: [], locale: 'en-GB' });
  const refused = await refusing.newPage();
  await refused.goto(server.url);
  await refused.getByRole('button', { name: 'Camera' }).click();
  await expect(refused.getByText('The camera may not be used')).toBeVisible();

  await browser.close();
  expect(await server.stop()).toBe(0);
  await server.forget();
  await rm(folder, { recursive: true });
});
