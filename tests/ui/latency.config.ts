import { defineConfig } from '@playwright/test';

import config from './playwright.config.ts';

/** Measures the time from a drop to the result on the screen. */
export default defineConfig({ ...config, testMatch: 'latency.ts', timeout: 300_000 });
