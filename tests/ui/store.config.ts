import { defineConfig } from '@playwright/test';

import config from './playwright.config.ts';

/** Makes the pictures that the stores ask for (fastlane). */
export default defineConfig({ ...config, testMatch: 'store.ts', timeout: 180_000 });
