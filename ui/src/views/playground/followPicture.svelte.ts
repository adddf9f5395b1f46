import { untrack } from 'svelte';

import { session } from '$/state/session.svelte';

import { lessonPicture, type Fitting } from './picture.svelte';

/** The part of a lesson's state that says which sample it is about. */
interface SampleLink {
  readonly values: { sample: string | null };
  set(patch: { sample: string | null }): void;
}

/**
 * Opens what a lesson begins with, and the sample of its address whenever that changes. To be called
 * while a component is made.
 */
export function followPicture(link: SampleLink, fitting: Fitting): void {
  const lens = session.current?.picture ?? null;
  void lessonPicture.begin(fitting, link.values.sample, lens).then((sample) => {
    if (sample !== null && link.values.sample === null) link.set({ sample });
  });
  $effect(() => {
    const { sample } = link.values;
    if (sample === null) return;
    untrack(() => {
      void lessonPicture.begin(fitting, sample, null);
    });
  });
}
