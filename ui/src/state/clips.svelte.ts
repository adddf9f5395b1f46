import type { LiveSource } from '$/backend';

/** A clip that was dropped, pasted or handed over, until Live takes it. */
export type Arrived =
  | { kind: 'clip'; blob: Blob; name: string | null }
  | { kind: 'path'; source: LiveSource; name: string };

let waiting = $state.raw<Arrived | null>(null);

/** Files of these endings are clips, where their type does not say so already. */
const ENDINGS = /\.(mp4|m4v|mov|webm|mkv|avi|y4m|mjpe?g)$/i;

/** Whether a file is a clip, as far as it says. */
export function isClip(file: { type: string; name?: string }): boolean {
  return file.type.startsWith('video/') || (file.type === '' && ENDINGS.test(file.name ?? ''));
}

export const clips = {
  /** Reactive. */
  get waiting(): Arrived | null {
    return waiting;
  },
  offer(clip: Arrived): void {
    waiting = clip;
  },
  /** Hands it over, once. */
  take(): Arrived | null {
    const clip = waiting;
    waiting = null;
    return clip;
  },
};
