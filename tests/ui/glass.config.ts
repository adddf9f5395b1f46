import { defineConfig } from '@playwright/test';

import config from './playwright.config.ts';

/** Measures from a camera's picture to what is drawn over it on the screen. */
export default defineConfig({
  ...config,
  testMatch: 'glass.ts',
  timeout: 300_000,
  // A trace takes pictures of its own, which cost more than what is measured.
  use: { ...config.use, trace: 'off' },
});
