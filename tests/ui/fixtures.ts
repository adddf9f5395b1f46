import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { test as base, type Locator, type Page } from '@playwright/test';

import { ROOT, Server } from './server.ts';

export { expect } from '@playwright/test';

/** Tests with a server of their own for each file, and a page that tells of its errors. */
export const test = base.extend<{ app: Page }, { server: Server }>({
  server: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const server = await Server.start();
      await use(server);
      const code = await server.stop();
      await server.forget();
      if (code !== 0) throw new Error(`glimpse serve ended with ${code}`);
    },
    { scope: 'worker' },
  ],
  app: async ({ page, server }, use) => {
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(server.url);
    await use(page);
    if (errors.length) throw new Error(`the page threw: ${errors.join('; ')}`);
  },
});

/** Path of a sample picture, for example `receipt.jpg` or `photos/cat.jpg`. */
export const sample = (name: string): string => join(ROOT, 'assets/samples', name);

/** Opens another place of the app. */
export async function visit(page: Page, server: Server, place: string): Promise<void> {
  await page.goto(`${server.url}#/${place}`);
}

/** Drops a file on `target` as a file manager would. */
export async function drop(
  target: Locator,
  path: string,
  type: string,
  bytes?: Buffer,
): Promise<void> {
  const content = (bytes ?? (await readFile(path))).toString('base64');
  await target.evaluate(
    (element, { content, name, type }) => {
      const binary = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([binary], name, { type }));
      for (const event of ['dragenter', 'dragover', 'drop']) {
        element.dispatchEvent(
          new DragEvent(event, { dataTransfer: transfer, bubbles: true, cancelable: true }),
        );
      }
    },
    { content, name: basename(path), type },
  );
}

/** How many lines were read, as the panel tells it. */
export const lines = (page: Page): Locator => page.getByRole('tabpanel').getByText(/^\d+ lines?$/);
