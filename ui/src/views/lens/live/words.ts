import type { LiveCaption, Moment, Observation } from '$/backend';
import { count, t } from '$/i18n/index.svelte';
import { objectName } from '$/i18n/said';

/** The caption of a result. */
export function caption(observation: Observation | null): LiveCaption | null {
  return observation?.caption ?? null;
}

/** Objects by their name, the most frequent first. */
export function tally(observation: Observation): [string, number][] {
  const all = new Map<string, number>();
  for (const { label } of observation.objects) all.set(label, (all.get(label) ?? 0) + 1);
  return [...all].sort((a, b) => b[1] - a[1]);
}

/** What is seen, in a few words: `2 × person, dog. EXIT`. */
export function inWords(observation: Observation): string {
  const objects = tally(observation)
    .map(([label, times]) =>
      times === 1 ? objectName(label) : `${count(times)} × ${objectName(label)}`,
    )
    .join(', ');
  const texts = observation.texts.map(({ text }) => text).join(', ');
  return [objects, texts].filter((part) => part !== '').join('. ') || t('live.nothing');
}

/** `0:03`. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${String(Math.floor(seconds / 60))}:${String(seconds % 60).padStart(2, '0')}`;
}

/** A line of the summary, without its time. */
export function momentText({ kind, what }: Moment): string {
  switch (kind) {
    case 'scene':
      return t('live.moment.scene');
    case 'enters':
      return t('live.moment.enters', { what: objectName(what) });
    case 'leaves':
      return t('live.moment.leaves', { what: objectName(what) });
    case 'text':
      return t('live.moment.text', { what });
    case 'caption':
      return t('live.moment.caption', { what });
  }
}
