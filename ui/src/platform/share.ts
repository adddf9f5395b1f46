import { pageError } from '$/backend';

/** Whether the platform has a way to share text. */
export function canShare(): boolean {
  return typeof (navigator as Partial<Navigator>).share === 'function';
}

/** Hands text to the platform; giving up there is no failure. */
export async function shareText(text: string): Promise<void> {
  try {
    await navigator.share({ text });
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'AbortError') return;
    throw pageError('share', String(thrown));
  }
}

/** The words as the `alt` attribute of an HTML image. */
export function altAttribute(text: string): string {
  const escaped = text
    .trim()
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
  return `alt="${escaped}"`;
}
