import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Page } from '@playwright/test';

import { drop, expect, sample, test, visit } from './fixtures.ts';

/** Where a screenshot of each view goes, for whoever wants to look at them. */
const SHOTS = process.env.GLIMPSE_RTL_SHOTS;

// German has the longest words of the languages that there are; that they run from the left does no harm.
test.use({ locale: 'de-DE' });

test.beforeEach(async ({ page }) => {
  await page.addInitScript(() => {
    const mirror = () => {
      const root = document.documentElement as HTMLElement | null;
      if (root && root.dir !== 'rtl') root.dir = 'rtl';
    };
    mirror();
    const changes = { attributes: true, attributeFilter: ['dir'], childList: true, subtree: true };
    new MutationObserver(mirror).observe(document, changes);
  });
});

test('nothing overflows or is cut off from right to left, 390 wide', async ({ app, server }) => {
  test.setTimeout(240_000);
  await app.setViewportSize({ width: 390, height: 844 });
  await app.emulateMedia({ reducedMotion: 'reduce' });
  await server.put('settings', { language: 'de' });

  for (const place of ['lens', 'library', 'playground', 'bench', 'device']) {
    await visit(app, server, place);
    await expect(app.getByRole('main').locator('button, a').first()).toBeVisible();
    await fits(app, place);
    await mirrored(app);
  }
  await visit(app, server, 'lens');
  await drop(app.locator('body'), sample('receipt.jpg'), 'image/jpeg');
  for (const mode of ['read', 'describe', 'find']) {
    await app.locator(`[role=tab][id$=${mode}]`).click();
    await expect(
      app
        .getByRole('tabpanel')
        .getByText(/^\d+ Zeilen?$|^\d+ Gegenst|Nichts gefunden|Was das ganze Bild/)
        .first(),
    ).toBeVisible();
    await fits(app, mode);
  }
  await app.getByRole('region', { name: 'Messwerte' }).getByRole('button').first().click();
  await fits(app, 'hud');
  await drop(app.locator('body'), 'notes.txt', 'text/plain', Buffer.from('only words'));
  await fits(app, 'error');
  await app.getByRole('navigation').getByRole('button').last().click();
  await expect(app.getByRole('dialog')).toBeVisible();
  await fits(app, 'settings');
  await app.keyboard.press('Escape');

  await visit(app, server, 'library');
  await app
    .getByRole('main')
    .getByRole('link')
    .filter({ has: app.locator('img') })
    .first()
    .click();
  await expect(app.getByRole('main').locator('img').first()).toBeVisible();
  await fits(app, 'entry');
  for (const lesson of [
    'page?sample=sign.jpg',
    'attention?sample=photos%2Fcat.jpg',
    'budget?sample=photos%2Fcat.jpg',
  ]) {
    await visit(app, server, `playground/${lesson}`);
    const back = app.getByRole('main').locator('header a svg');
    expect(await back.evaluate((arrow) => getComputedStyle(arrow).transform)).toContain('-1');
    await app.waitForLoadState('networkidle');
    await fits(app, lesson.split('?')[0] ?? lesson);
  }
});

test('on a wide screen the navigation stands on the right', async ({ app, server }) => {
  await app.setViewportSize({ width: 1440, height: 900 });
  await visit(app, server, 'lens');
  const box = await app.getByRole('navigation').boundingBox();
  expect(box && box.x + box.width).toBe(1440);
  await fits(app, 'wide');
});

/** The first place is the rightmost, the settings are the leftmost. */
async function mirrored(page: Page): Promise<void> {
  const items = await page.getByRole('navigation').locator('li').all();
  const at = await Promise.all(items.map(async (item) => (await item.boundingBox())?.x ?? NaN));
  expect(at.length).toBe(6);
  expect(at).toEqual(at.toSorted((a, b) => b - a));
}

/** Nothing is wider than the screen, and every control is whole on it or can be scrolled to. */
async function fits(page: Page, what: string): Promise<void> {
  await page.waitForLoadState('networkidle');
  await expect(page.getByRole('progressbar')).toHaveCount(0, { timeout: 90_000 });
  if (SHOTS !== undefined) {
    await mkdir(SHOTS, { recursive: true });
    await page.screenshot({ path: join(SHOTS, `${what.replace('/', '-')}.png`) });
  }
  const faults = await page.evaluate(() => {
    const faults: string[] = [];
    const name = (element: Element) =>
      `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''} “${(element.getAttribute('aria-label') ?? element.textContent).trim().slice(0, 40)}”`;
    if (getComputedStyle(document.body).direction !== 'rtl') faults.push('it runs from the left');
    for (const box of [
      document.documentElement,
      document.body,
      ...document.querySelectorAll('main'),
    ]) {
      if (box.scrollWidth > box.clientWidth) faults.push(`${name(box)} is ${box.scrollWidth} wide`);
    }
    /** Whether something around it scrolls sideways, or is a picture that is moved under a frame. */
    const scrolls = (element: Element) => {
      for (let up = element.parentElement; up !== null; up = up.parentElement) {
        if (
          ['auto', 'scroll'].includes(getComputedStyle(up).overflowX) &&
          up.scrollWidth > up.clientWidth
        )
          return true;
        if (up.matches('.stage')) return true;
      }
      return false;
    };
    const controls = 'a[href], button, input, select, textarea, summary, [role=tab]';
    for (const control of document.querySelectorAll<HTMLElement>(controls)) {
      if (!control.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      const { left, right, width } = control.getBoundingClientRect();
      // Those that are there for screen readers alone, and the link that comes with the focus.
      if (width <= 1 || control.matches('.skip')) continue;
      if ((left < -0.5 || right > innerWidth + 0.5) && !scrolls(control)) {
        faults.push(`${name(control)} lies from ${left} to ${right}`);
      }
      for (const part of [control, ...control.querySelectorAll<HTMLElement>('*')]) {
        const style = getComputedStyle(part);
        const cut = style.overflowX !== 'visible' && part.scrollWidth > part.clientWidth + 1;
        if (
          cut &&
          style.textOverflow !== 'ellipsis' &&
          part.clientWidth > 1 &&
          !part.matches('input')
        )
          faults.push(`${name(part)} is cut off`);
      }
    }
    return faults;
  });
  expect(faults, what).toEqual([]);
}
