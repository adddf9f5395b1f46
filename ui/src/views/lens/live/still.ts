import type { LiveRun } from './run.svelte';

const QUALITY = 0.92;

/** What is looked at now as a picture of its own: at full size, or as it was kept. */
export async function still(run: LiveRun): Promise<Blob | null> {
  if (run.scrub !== null) return run.ring.pictureAt(run.scrub)?.picture ?? null;
  const source = run.video ?? run.bitmap;
  const { width, height } = run.size;
  if (source === null || width === 0) return run.ring.pictures.at(-1)?.picture ?? null;
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  canvas.getContext('2d')?.drawImage(source, 0, 0, width, height);
  return new Promise((resolve) => {
    canvas.toBlob(resolve, 'image/jpeg', QUALITY);
  });
}
