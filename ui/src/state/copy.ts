import { t } from '$/i18n/index.svelte';

import { toasts } from './toasts.svelte';

/** Copies `text` and says so; says as well where the browser refuses. */
export async function copyText(text: string, said: string = t('app.copied')): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toasts.show(said);
  } catch {
    toasts.show(t('playground.copy.refused'), 'warning');
  }
}
