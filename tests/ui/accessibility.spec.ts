import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';

import { drop, expect, sample, test, visit } from './fixtures.ts';

const PLACES = [
  'lens',
  'library',
  'playground',
  'playground/page',
  'playground/attention',
  'playground/budget',
  'bench',
  'device',
];

for (const colorScheme of ['light', 'dark'] as const) {
  for (const viewport of [
    { width: 390, height: 844 },
    { width: 1440, height: 900 },
  ]) {
    test(`no violation in any place, ${colorScheme}, ${viewport.width} wide`, async ({
      app,
      server,
    }) => {
      await app.setViewportSize(viewport);
      await app.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      for (const place of PLACES) {
        await visit(app, server, place);
        await app.waitForLoadState('networkidle');
        await clean(app, place);
      }
      await visit(app, server, 'lens');
      await drop(app.locator('body'), sample('photos/coffee.jpg'), 'image/jpeg');
      for (const mode of ['Describe', 'Find', 'Read']) {
        await app.getByRole('tab', { name: mode, exact: true }).click();
        await expect(
          app
            .getByRole('tabpanel')
            .getByText(/objects?$|shows$|lines?$|No text|Nothing found/)
            .first(),
        ).toBeVisible();
        await clean(app, mode);
      }
    });
  }
}

test('everything is reached by the keyboard', async ({ app }) => {
  await expect(app.getByRole('heading', { level: 1 })).toBeVisible();
  await app.keyboard.press('Tab');
  await expect(app.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
  const reached = new Set<string>();
  for (let i = 0; i < 40; i += 1) {
    await app.keyboard.press('Tab');
    reached.add(await app.evaluate(() => document.activeElement?.textContent?.trim() ?? ''));
  }
  for (const name of [
    'Library',
    'Playground',
    'Bench',
    'Device',
    'Choose a picture',
    'Camera',
    'Paste',
  ]) {
    expect(
      [...reached].some((text) => text.includes(name)),
      name,
    ).toBe(true);
  }
});

async function clean(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const told = violations.map(
    (v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`,
  );
  expect(told, what).toEqual([]);
}
