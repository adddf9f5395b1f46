import { defineConfig } from '@playwright/test';

import config from './playwright.config.ts';

/** Makes docs/screenshots. */
export default defineConfig({ ...config, testMatch: 'screenshots.ts', timeout: 180_000 });
