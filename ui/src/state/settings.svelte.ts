import { backend, failureOf, type Settings, type SettingsChange } from '$/backend';
import { speak, t } from '$/i18n/index.svelte';

import { toasts } from './toasts.svelte';

/** The service's defaults, until its own answer is there. */
const DEFAULTS: Settings = {
  keep: true,
  language: null,
  theme: 'system',
  threads: 0,
  hud_open: false,
  min_confidence: 0.5,
  min_score: 0.3,
  live: {
    policy: 'balanced',
    stages: { find: true, tags: true, read: true, caption: true },
    power_mw: null,
  },
};

let values = $state<Settings>({ ...DEFAULTS });
let saving: Promise<void> = Promise.resolve();

const dark = matchMedia('(prefers-color-scheme: dark)');
dark.addEventListener('change', applyTheme);

function applyTheme(): void {
  const wanted = values.theme === 'system' ? (dark.matches ? 'dark' : 'light') : values.theme;
  document.documentElement.dataset.theme = wanted;
}

/** What a person chose. Reactive; kept by the service. */
export const settings = {
  get current(): Readonly<Settings> {
    return values;
  },

  /** Asks the service. Where it does not answer, the defaults stand. */
  async load(): Promise<void> {
    try {
      values = { ...DEFAULTS, ...(await backend().settings()) };
    } finally {
      applyTheme();
      await speak(values.language ?? null);
    }
  },

  /** Takes effect at once and is kept in the background; a failure to keep it is said. */
  update(patch: SettingsChange): void {
    values = { ...values, ...patch };
    if ('theme' in patch) applyTheme();
    if ('language' in patch) void speak(values.language ?? null);
    saving = saving.then(async () => {
      try {
        await backend().setSettings(patch);
      } catch (thrown) {
        toasts.show(t('app.settings.not-kept', { why: failureOf(thrown).message }), 'warning');
      }
    });
  },
};
