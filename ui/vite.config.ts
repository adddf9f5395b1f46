import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

// GLIMPSE_SERVE is where `npm run dev` sends the API's requests: the address of `glimpse serve`.
declare const process: { env: Record<string, string | undefined> };
const serve = process.env.GLIMPSE_SERVE ?? 'http://127.0.0.1:7717';

export default defineConfig(({ mode }) => ({
  // Relative: the same files are served under any path and from inside of the window.
  base: './',
  plugins: [svelte()],
  resolve: {
    alias: { $: new URL('./src', import.meta.url).pathname },
    ...(mode === 'test' ? { conditions: ['browser'] } : {}),
  },
  build: {
    outDir: 'dist',
    target: 'es2022',
    // Nothing may be inlined as data: the content security policy allows only files of our own.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
  },
  server: { host: '127.0.0.1', port: 4748, strictPort: true, proxy: { '/api': serve } },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
}));
