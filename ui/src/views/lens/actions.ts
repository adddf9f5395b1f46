import { failureOf } from '$/backend';
import { t } from '$/i18n/index.svelte';
import { copyText } from '$/platform/clipboard';
import { shareText } from '$/platform/share';
import { toasts } from '$/state/toasts.svelte';

/** Copies text and says whether it worked. */
export async function copy(text: string, said: string = t('app.copied')): Promise<void> {
  if (await copyText(text)) toasts.show(said);
  else toasts.show(t('lens.copy-failed'), 'warning');
}

/** Shares text; a failure is said. */
export async function share(text: string): Promise<void> {
  try {
    await shareText(text);
  } catch (thrown) {
    const { code } = failureOf(thrown);
    toasts.show(code === 'share' ? t('errors.share.title') : t('errors.internal.title'), 'warning');
  }
}
