import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, chromium as launcher, expect, type Page, test } from '@playwright/test';

import { chromium } from './browser.ts';
import { writeClip } from './clip.ts';
import { drop, sample, visit } from './fixtures.ts';
import { Server } from './server.ts';

/** What the sample clip is called, and where it lies. */
const TOUR = 'clips/tour.mp4';

// Two browsers and an engine at work at once: on few cores that takes its time.
test.describe.configure({ timeout: 180_000 });

let server: Server;
let browser: Browser;
let folder: string;

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'glimpse-live-'));
  const clip = join(folder, 'camera.y4m');
  const drawing = await launcher.launch(chromium.launchOptions);
  await writeClip(drawing, clip, 'PLATFORM 9', sample('photos/cat.jpg'));
  await drawing.close();
  server = await Server.start();
  browser = await launcher.launch({
    ...chromium.launchOptions,
    args: [
      ...chromium.launchOptions.args,
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${clip}`,
    ],
  });
});

test.afterAll(async () => {
  await browser.close();
  expect(await server.stop()).toBe(0);
  await server.forget();
  await rm(folder, { recursive: true });
});

/** A page at Live that may use the camera, and remembers the streams that it got. */
async function live(at: Server = server, permissions = ['camera']): Promise<Page> {
  const context = await browser.newContext({
    permissions,
    locale: 'en-GB',
    acceptDownloads: true,
    viewport: { width: 1280, height: 800 },
  });
  const page = await context.newPage();
  page.on('pageerror', (error) => {
    throw error;
  });
  await page.addInitScript(() => {
    const streams: MediaStream[] = [];
    Object.assign(globalThis, { streams });
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      const stream = await ask(wanted);
      streams.push(stream);
      return stream;
    };
  });
  await visit(page, at, 'lens/live');
  return page;
}

/** How many tracks of cameras are still open. */
const open = (page: Page) =>
  page.evaluate(
    () =>
      (globalThis as unknown as { streams: MediaStream[] }).streams
        .flatMap((stream) => stream.getTracks())
        .filter((track) => track.readyState === 'live').length,
  );

const panel = (page: Page) => page.getByRole('tabpanel');
const slider = (page: Page) => page.getByRole('slider', { name: 'The last 30 seconds' });
const begin = (page: Page) => page.getByRole('button', { name: 'Use the camera' }).click();

/** Waits until there is something of the last seconds to look at. */
async function seconds(page: Page, least: number): Promise<void> {
  await expect
    .poll(
      async () =>
        Number(await slider(page).getAttribute('max')) -
        Number(await slider(page).getAttribute('min')),
    )
    .toBeGreaterThan(least * 1000);
}

async function measures(page: Page): Promise<void> {
  const hud = page.getByRole('region', { name: 'Measures' }).getByRole('button').first();
  if ((await hud.getAttribute('aria-expanded')) !== 'true') await hud.click();
}

/** Clicks an export and gives the file's text. */
async function exported(page: Page, name: string): Promise<string> {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name }).click();
  return readFile(await (await download).path(), 'utf8');
}

test('the camera is followed: objects, text, pause, looking back, exports', async () => {
  const page = await live();
  await begin(page);
  await expect(panel(page).getByRole('button', { name: /^cat #/ })).toBeVisible();
  await expect(panel(page)).toContainText('PLATFORM 9');
  await seconds(page, 2);
  // What is drawn over the video is not nothing.
  expect(await inked(page)).toBeGreaterThan(500);

  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await expect(page.getByText('Paused', { exact: true })).toBeVisible();
  const before = await slider(page).inputValue();
  await slider(page).focus();
  for (let step = 0; step < 8; step += 1) await page.keyboard.press('ArrowLeft');
  expect(Number(await slider(page).inputValue())).toBeLessThan(Number(before));
  await expect(slider(page)).toHaveAttribute('aria-valuetext', /^at \d+:\d\d$/);
  await expect.poll(() => inked(page)).toBeGreaterThan(50_000);

  await page.getByRole('button', { name: 'Export' }).click();
  const session = JSON.parse(await exported(page, 'Session as JSON')) as {
    version: number;
    width: number;
    observations: { frame: number; objects: { label: string }[]; texts: { text: string }[] }[];
    moments: { kind: string }[];
  };
  expect(session.version).toBe(1);
  expect(session.width).toBe(640);
  const seen = session.observations;
  expect(seen.length).toBeGreaterThan(5);
  expect(seen.some(({ objects }) => objects.some(({ label }) => label === 'cat'))).toBe(true);
  expect(seen.some(({ texts }) => texts.some(({ text }) => text === 'PLATFORM 9'))).toBe(true);
  expect(seen.every(({ frame }, i) => i === 0 || frame > seen[i - 1]!.frame)).toBe(true);
  expect(session.moments.length).toBeGreaterThan(0);
  const [head, ...rows] = (await exported(page, 'Tracks as CSV')).trimEnd().split('\r\n');
  expect(head).toMatch(/^frame,at_ms,/);
  const tracks = seen.map(({ objects, texts }) => objects.length + texts.length);
  expect(rows.length).toBe(tracks.reduce((a, b) => a + b, 0));
  const clip = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Annotated clip' }).click();
  const bytes = await readFile(await (await clip).path());
  expect(bytes.length).toBeGreaterThan(10_000);
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(slider(page)).toHaveAttribute('aria-valuetext', 'now');
  expect(await open(page)).toBe(1);
  await visit(page, server, 'library');
  await expect.poll(() => open(page)).toBe(0);
  await page.context().close();
});

test('a policy and a stage that are chosen change what is done', async () => {
  const page = await live();
  await begin(page);
  await expect(panel(page).getByRole('button', { name: /^cat #/ })).toBeVisible();
  await measures(page);
  const load = page.getByTestId('load');
  await page.getByRole('radio', { name: 'fast', exact: true }).check();
  await expect(load).toContainText('frames a second');
  const fast = await load.innerText();
  await page.getByRole('radio', { name: 'cool', exact: true }).check();
  await expect.poll(() => load.innerText()).not.toBe(fast);
  await page.getByRole('switch', { name: 'Find objects' }).click();
  await expect(panel(page).getByText('0 objects', { exact: true })).toBeVisible();
  await page.getByRole('switch', { name: 'Find objects' }).click();
  await expect(panel(page).getByRole('button', { name: /^cat #/ })).toBeVisible();
  await page.getByText('Budget and load').click();
  await page.getByRole('switch', { name: 'Set the load myself' }).click();
  await expect(page.getByText('Set by you').first()).toBeVisible();
  await page.getByRole('slider', { name: 'Frames', exact: true }).fill('7');
  await expect(load).toContainText('Up to 7 frames a second');
  await page.getByRole('radio', { name: 'balanced', exact: true }).check();
  await page.context().close();
});

test('another mode looks at the frame that is shown', async () => {
  const page = await live();
  await begin(page);
  await seconds(page, 0.5);
  await page.getByRole('tab', { name: 'Read', exact: true }).click();
  // Live's own panel had the text, too.
  await expect(page.getByRole('tab', { name: 'Read', exact: true })).toHaveAttribute(
    'aria-selected',
    'true',
  );
  expect(await open(page)).toBe(0);
  await expect(panel(page)).toContainText('PLATFORM 9');
  await page.getByRole('tab', { name: 'Live', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Use the camera' })).toBeVisible();
  await page.context().close();
});

test('the camera is let go when the page is hidden', async () => {
  const page = await live();
  await begin(page);
  await seconds(page, 0.5);
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await expect(page.getByText('The camera was let go while nobody watched')).toBeVisible();
  expect(await open(page)).toBe(0);
  await page.getByRole('button', { name: 'Once more' }).click();
  await expect.poll(() => open(page)).toBe(1);
  await page.context().close();
});

test('a camera that goes is told', async () => {
  const page = await live();
  await begin(page);
  await seconds(page, 0.5);
  await page.evaluate(() => {
    const [stream] = (globalThis as unknown as { streams: MediaStream[] }).streams;
    const [track] = stream!.getTracks();
    track!.stop();
    track!.dispatchEvent(new Event('ended'));
  });
  await expect(page.getByText('The camera is gone')).toBeVisible();
  // It comes back: the browser tells of a change, and there it is.
  await page.evaluate(() => navigator.mediaDevices.dispatchEvent(new Event('devicechange')));
  await expect(page.getByText('Frames come again')).toBeVisible();
  expect(await open(page)).toBe(1);
  await page.context().close();
});

test('a camera that may not be used is told', async () => {
  const page = await live(server, []);
  await begin(page);
  await expect(page.getByText('The camera may not be used')).toBeVisible();
  await page.getByRole('button', { name: 'Something else' }).click();
  await expect(page.getByRole('button', { name: 'Choose a clip' })).toBeVisible();
  await page.context().close();
});

test('a server that stops is told, and what was seen can still be looked at', async () => {
  const own = await Server.start();
  const page = await live(own);
  await begin(page);
  await seconds(page, 1);
  await own.stop();
  await expect(page.getByText('The engine does not answer')).toBeVisible();
  expect(await open(page)).toBe(0);
  await page.getByRole('button', { name: 'Look back' }).click();
  await slider(page).focus();
  await page.keyboard.press('Home');
  await expect(slider(page)).toHaveAttribute('aria-valuetext', /^at /);
  const again = await Server.start({ data: own.data, port: Number(new URL(own.url).port) });
  await page.getByRole('button', { name: 'Once more' }).click();
  await seconds(page, 0.5);
  await page.context().close();
  expect(await again.stop()).toBe(0);
  await again.forget();
});

test('the sample clip plays, and its summary leads back', async () => {
  const page = await live();
  await page.getByRole('button', { name: /Sample clip/ }).click();
  await expect(panel(page).getByText(/^[1-9]\d* objects?$/)).toBeVisible();
  await seconds(page, 2);
  const moment = panel(page).getByRole('list').last().getByRole('button').first();
  await moment.click();
  await expect(slider(page)).toHaveAttribute('aria-valuetext', /^at /);
  await expect(page.getByText('Paused', { exact: true })).toBeVisible();
  await page.context().close();
});

test('a clip that is dropped is watched, and its end is told', async () => {
  const page = await live();
  await drop(page.locator('body'), sample(TOUR), 'video/mp4');
  await expect(panel(page).getByText(/^[1-9]\d* objects?$/)).toBeVisible();
  await page.evaluate(() => {
    const video = document.querySelector('video');
    if (video) video.currentTime = video.duration - 0.5;
  });
  await expect(page.getByText('The clip is over')).toBeVisible();
  await page.context().close();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`no violation while it runs, ${colorScheme}`, async () => {
    const page = await live();
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await clean(page, 'start');
    await begin(page);
    await expect(panel(page).getByRole('button', { name: /^cat #/ })).toBeVisible();
    await measures(page);
    await page.getByText('Budget and load').click();
    await page.getByText('The same as a table').click();
    for (const size of [
      { width: 390, height: 844 },
      { width: 1440, height: 900 },
    ]) {
      await page.setViewportSize(size);
      await clean(page, `running, ${size.width} wide`);
    }
    await page.getByRole('button', { name: 'Export' }).click();
    await clean(page, 'export');
    await page.context().close();
  });
}

/** Pixels of the canvas over the picture that are not transparent. */
const inked = (page: Page) =>
  page
    .locator('canvas')
    .first()
    .evaluate((canvas) => {
      const { width, height } = canvas as HTMLCanvasElement;
      const { data } = (canvas as HTMLCanvasElement)
        .getContext('2d')!
        .getImageData(0, 0, width, height);
      let count = 0;
      for (let i = 3; i < data.length; i += 4) if (data[i]! > 0) count += 1;
      return count;
    });

async function clean(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const told = violations.map(
    (v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`,
  );
  expect(told, what).toEqual([]);
}
