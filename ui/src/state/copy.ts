import { t } from '$/i18n/index.svelte';
import { copyText as copy } from '$/platform/clipboard';

import { toasts } from './toasts.svelte';

/** Copies `text` and says so; says as well where the system refuses. */
export async function copyText(text: string, said: string = t('app.copied')): Promise<void> {
  if (await copy(text)) toasts.show(said);
  else toasts.show(t('playground.copy.refused'), 'warning');
}
