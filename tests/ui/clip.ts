import { readFile, writeFile } from 'node:fs/promises';

import type { Browser } from '@playwright/test';

/**
 * Writes a YUV4MPEG2 clip (4:2:0, BT.601 limited range) of some text on a moving card, for
 * Chromium's fake camera; with a photograph (a JPEG's path) beside it, where one is given. The browser
 * draws the frames, so that no other program is needed.
 */
export async function writeClip(
  browser: Browser,
  path: string,
  text: string,
  photo?: string,
): Promise<void> {
  const [width, height, frames] = [640, 480, 12];
  const picture = photo ? (await readFile(photo)).toString('base64') : null;
  const page = await browser.newPage();
  const parts: Buffer[] = [Buffer.from(`YUV4MPEG2 W${width} H${height} F15:1 Ip A1:1 C420jpeg\n`)];
  for (let index = 0; index < frames; index += 1) {
    const base64 = await page.evaluate(drawFrame, {
      width,
      height,
      index,
      frames,
      text,
      picture,
    });
    parts.push(Buffer.from('FRAME\n'), Buffer.from(base64, 'base64'));
  }
  await page.close();
  await writeFile(path, Buffer.concat(parts));
}

/** Runs in the page: one frame as planar Y, U, V in base64. */
async function drawFrame(clip: {
  width: number;
  height: number;
  index: number;
  frames: number;
  text: string;
  picture: string | null;
}): Promise<string> {
  const { width, height, index, frames, text, picture } = clip;
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d')!;
  context.fillStyle = '#34506b';
  context.fillRect(0, 0, width, height);
  const shift = Math.round(8 * Math.sin((2 * Math.PI * index) / frames));
  const card = picture === null ? { top: 140, height: 200 } : { top: 350, height: 110 };
  if (picture !== null) {
    const image = new Image();
    image.src = `data:image/jpeg;base64,${picture}`;
    await image.decode();
    const scale = 330 / image.height;
    const wide = image.width * scale;
    context.drawImage(image, (width - wide) / 2 + shift, 8, wide, 330);
  }
  context.fillStyle = '#f7f4ea';
  context.fillRect(60 + shift, card.top, 520, card.height);
  context.fillStyle = '#14181c';
  context.font = '600 56px sans-serif';
  context.textBaseline = 'middle';
  context.textAlign = 'center';
  context.fillText(text, width / 2 + shift, card.top + card.height / 2);
  const { data } = context.getImageData(0, 0, width, height);
  const size = width * height;
  const planes = new Uint8Array(size + size / 2);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = 4 * (y * width + x);
      const [r, g, b] = [data[at]!, data[at + 1]!, data[at + 2]!];
      planes[y * width + x] = 16 + 0.257 * r + 0.504 * g + 0.098 * b;
      if (y % 2 === 0 && x % 2 === 0) {
        const chroma = (y / 2) * (width / 2) + x / 2;
        planes[size + chroma] = 128 - 0.148 * r - 0.291 * g + 0.439 * b;
        planes[size + size / 4 + chroma] = 128 + 0.439 * r - 0.368 * g - 0.071 * b;
      }
    }
  }
  let binary = '';
  for (let i = 0; i < planes.length; i += 8192) {
    binary += String.fromCharCode(...planes.subarray(i, i + 8192));
  }
  return btoa(binary);
}
