import type { Component } from 'svelte';

import type { Place } from '$/router';

/** Each place is loaded when it is first gone to. */
export const VIEWS: Record<Place, () => Promise<{ default: Component }>> = {
  lens: () => import('$/views/lens/Lens.svelte'),
  library: () => import('$/views/library/Library.svelte'),
  playground: () => import('$/views/playground/Playground.svelte'),
  bench: () => import('$/views/bench/Bench.svelte'),
  device: () => import('$/views/device/Device.svelte'),
};
