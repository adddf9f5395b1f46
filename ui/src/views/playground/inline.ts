import type { InlineImage } from '$/backend';

/** The PNG file of a picture that came inside of JSON. */
export function pngOf(image: Pick<InlineImage, 'png'>): Blob {
  const bytes = Uint8Array.from(atob(image.png), (c) => c.charCodeAt(0));
  return new Blob([bytes], { type: 'image/png' });
}

/**
 * Draws it onto `canvas`, whose size becomes the picture's; `change` may change the pixels before they
 * are shown. Does nothing more once `signal` is aborted.
 */
export async function drawInline(
  canvas: HTMLCanvasElement,
  image: InlineImage,
  signal: AbortSignal,
  change?: (pixels: Uint8ClampedArray) => void,
): Promise<void> {
  const bitmap = await createImageBitmap(pngOf(image), { colorSpaceConversion: 'none' });
  try {
    if (signal.aborted) return;
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
    const context = canvas.getContext('2d', { willReadFrequently: change !== undefined });
    if (context === null) return;
    context.drawImage(bitmap, 0, 0);
    if (change === undefined) return;
    const pixels = context.getImageData(0, 0, bitmap.width, bitmap.height);
    change(pixels.data);
    context.putImageData(pixels, 0, 0);
  } finally {
    bitmap.close();
  }
}
