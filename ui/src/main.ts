import './app.css';

import { mount } from 'svelte';

import App from './App.svelte';
import { chooseBackend } from './backend';
import { settings } from './state/settings.svelte';

/** The first screen waits this long for the settings, so that it need not change its colours. */
const PATIENCE_MS = 400;

await chooseBackend();
await Promise.race([
  settings.load().catch(() => undefined),
  new Promise((resolve) => setTimeout(resolve, PATIENCE_MS)),
]);
const target = document.getElementById('app');
if (target !== null) mount(App, { target });
performance.mark('glimpse:usable');
