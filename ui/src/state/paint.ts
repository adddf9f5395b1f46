import { tick } from 'svelte';

/**
 * When what was just put into the state is on the screen, in the page's clock; `null` where the
 * page is hidden and paints nothing. A frame's callbacks run before it is painted, and the next
 * task after them runs once it was handed on.
 */
export async function painted(): Promise<number | null> {
  await tick();
  if (document.visibilityState === 'hidden') return null;
  return new Promise((resolve) => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve(performance.now());
      };
      port2.postMessage(null);
    });
  });
}
