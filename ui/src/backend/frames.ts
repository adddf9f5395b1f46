import { pageError } from './failure';

/** Bytes before the pixels of a pushed frame. */
export const FRAME_HEADER_BYTES = 32;
/** Bytes before the JPEG of a frame that the engine shows. */
export const PICTURE_HEADER_BYTES = 16;
/** Version of the header of pushed frames. */
const VERSION = 1;

/** How a pushed frame's bytes are pixels, in the order of the numbers that stand for it. */
const FORMATS = ['jpeg', 'rgba', 'i420', 'nv12'] as const;
export type FrameFormat = (typeof FORMATS)[number];

/** What stands before a pushed frame's pixels. */
export interface FrameAbout {
  format: FrameFormat;
  width: number;
  height: number;
  /** When it was taken, in milliseconds since the source was started. */
  atMs: number;
  /** Counts frames from 1; numbers that are left out count as dropped. */
  number: number;
  /**
   * Bytes from one row to the next: both planes of NV12 have it; of I420 that of Y, the others half
   * of it, rounded up. Nothing for a JPEG.
   */
  stride: number;
}

/** A frame that the engine shows. */
export interface LivePicture {
  /** Its number: an observation has the same. */
  frame: number;
  atMs: number;
  jpeg: Blob;
}

/** The shortest row, in bytes. */
export function shortestStride(format: FrameFormat, width: number): number {
  switch (format) {
    case 'jpeg':
      return 0;
    case 'rgba':
      return width * 4;
    case 'i420':
      return width;
    case 'nv12':
      return Math.ceil(width / 2) * 2;
  }
}

/** Bytes of a frame's pixels; those of a JPEG are told by nothing. */
export function pixelBytes({
  format,
  height,
  stride,
}: Pick<FrameAbout, 'format' | 'height' | 'stride'>): number {
  const halved = Math.ceil(height / 2);
  switch (format) {
    case 'jpeg':
      return 0;
    case 'rgba':
      return stride * height;
    case 'i420':
      return stride * height + 2 * Math.ceil(stride / 2) * halved;
    case 'nv12':
      return stride * (height + halved);
  }
}

/** Writes what stands before the pixels into the first {@link FRAME_HEADER_BYTES} of `message`. */
export function writeFrameHeader(message: ArrayBuffer, about: FrameAbout): void {
  const view = new DataView(message);
  view.setUint8(0, VERSION);
  view.setUint8(1, FORMATS.indexOf(about.format));
  view.setUint16(2, about.width, true);
  view.setUint16(4, about.height, true);
  view.setUint16(6, 0, true);
  view.setFloat64(8, about.atMs, true);
  view.setBigUint64(16, BigInt(about.number), true);
  view.setUint32(24, about.stride, true);
  view.setUint32(28, 0, true);
}

/** The number of a frame that is ready to be pushed. */
export function frameNumber(message: ArrayBuffer): number {
  return Number(new DataView(message).getBigUint64(16, true));
}

/** Takes apart what the engine sends of a frame. */
export function readPicture(message: ArrayBuffer): LivePicture {
  if (message.byteLength <= PICTURE_HEADER_BYTES) {
    throw pageError('protocol', 'a picture of a frame is too short');
  }
  const view = new DataView(message);
  return {
    frame: Number(view.getBigUint64(0, true)),
    atMs: view.getFloat64(8, true),
    jpeg: new Blob([new Uint8Array(message, PICTURE_HEADER_BYTES)], { type: 'image/jpeg' }),
  };
}
