/** Encodes small pictures beside the page, so that neither its results nor its scrolling wait. */

interface Job {
  id: number;
  bitmap: ImageBitmap;
  quality: number;
}

let canvas: OffscreenCanvas | null = null;

addEventListener('message', ({ data }: MessageEvent<Job>) => {
  void encode(data).then((blob) => {
    postMessage({ id: data.id, blob });
  });
});

async function encode({ bitmap, quality }: Job): Promise<Blob | null> {
  const { width, height } = bitmap;
  if (canvas?.width !== width || canvas.height !== height) {
    canvas = new OffscreenCanvas(width, height);
  }
  try {
    canvas.getContext('2d', { alpha: false })?.drawImage(bitmap, 0, 0);
    return await canvas.convertToBlob({ type: 'image/jpeg', quality });
  } catch {
    return null;
  } finally {
    bitmap.close();
  }
}
