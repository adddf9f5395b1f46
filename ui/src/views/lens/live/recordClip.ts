import { pageError } from '$/backend';

import { shownOf } from './overlay';
import { paintOverlay, palette, type PaintOptions } from './paintOverlay';
import type { Ring } from './ring';

/** Kinds of files that browsers write, the most widely played first. */
const TYPES = ['video/mp4;codecs=avc1', 'video/mp4', 'video/webm;codecs=vp9', 'video/webm'];

/** The kind of file that this browser can write; `null` where it can write none. */
export function clipType(): string | null {
  // Windows of some systems have no recorder.
  const recorder = (globalThis as { MediaRecorder?: typeof MediaRecorder }).MediaRecorder;
  if (recorder === undefined || !('captureStream' in HTMLCanvasElement.prototype)) return null;
  return TYPES.find((type) => recorder.isTypeSupported(type)) ?? null;
}

/** The ending of a file of that kind. */
export const endingOf = (type: string) => (type.startsWith('video/mp4') ? 'mp4' : 'webm');

/**
 * Plays the ring's pictures with what was seen on them, and records that. It takes as long as what
 * it shows: recorders know no other clock. `onshare` is told how much is done, 0 to 1.
 */
export async function recordClip(
  ring: Ring,
  type: string,
  words: PaintOptions['words'],
  onshare: (share: number) => void,
  signal: AbortSignal,
): Promise<Blob> {
  const pictures = [...ring.pictures];
  const [first] = pictures;
  if (first === undefined) throw pageError('internal', 'there is no picture to record');
  const canvas = document.createElement('canvas');
  const opening = await createImageBitmap(first.picture);
  // Encoders want even sides.
  canvas.width = opening.width & ~1;
  canvas.height = opening.height & ~1;
  opening.close();
  const context = canvas.getContext('2d', { alpha: false });
  if (context === null) throw pageError('internal', 'no canvas');
  const colours = palette();
  const draw = async (at: number, picture: Blob) => {
    const bitmap = await createImageBitmap(picture);
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const result = ring.resultAt(at);
    if (result === null) return;
    paintOverlay(context, shownOf(result, at), {
      transform: { x: 0, y: 0, scale: canvas.width / result.width },
      palette: colours,
      density: 1,
      lit: null,
      words,
    });
  };
  await draw(first.at, first.picture);
  const recorder = new MediaRecorder(canvas.captureStream(), {
    mimeType: type,
    videoBitsPerSecond: 2_500_000,
  });
  const parts: Blob[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    recorder.ondataavailable = ({ data }) => {
      if (data.size > 0) parts.push(data);
    };
    recorder.onstop = () => {
      resolve();
    };
    recorder.onerror = (event) => {
      reject(pageError('internal', `the recorder failed: ${event.type}`));
    };
  });
  recorder.start(1000);
  const began = performance.now();
  const length = Math.max(1, (pictures.at(-1)?.at ?? 0) - first.at);
  for (const { at, picture } of pictures) {
    const due = began + at - first.at;
    await wait(due - performance.now());
    if (signal.aborted) break;
    await draw(at, picture);
    onshare((at - first.at) / length);
  }
  // The last picture is shown for as long as the others.
  if (!signal.aborted) await wait(150);
  recorder.stop();
  await ended;
  if (signal.aborted) throw pageError('cancelled', 'cancelled');
  return new Blob(parts, { type: type.split(';')[0] ?? type });
}

function wait(ms: number): Promise<void> {
  return ms <= 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms));
}
