import { describe, expect, it } from 'vitest';

import {
  FRAME_HEADER_BYTES,
  frameNumber,
  pixelBytes,
  readPicture,
  shortestStride,
  writeFrameHeader,
} from './frames';

describe('a pushed frame', () => {
  it('has its header in little-endian order', () => {
    const message = new ArrayBuffer(FRAME_HEADER_BYTES);
    const about = { format: 'i420', width: 640, height: 480, atMs: 33.5, number: 7, stride: 640 };
    writeFrameHeader(message, { ...about, format: 'i420' });
    const view = new DataView(message);
    expect([view.getUint8(0), view.getUint8(1)]).toEqual([1, 2]);
    expect([view.getUint16(2, true), view.getUint16(4, true)]).toEqual([640, 480]);
    expect(view.getFloat64(8, true)).toBe(33.5);
    expect(view.getUint32(24, true)).toBe(640);
    expect(frameNumber(message)).toBe(7);
  });

  it.each([
    ['rgba', 5, 3, 60],
    ['i420', 5, 3, 5 * 3 + 2 * 3 * 2],
    ['nv12', 5, 3, 6 * 5],
  ] as const)('of %s has room for odd sides', (format, width, height, bytes) => {
    expect(pixelBytes({ format, height, stride: shortestStride(format, width) })).toBe(bytes);
  });
});

describe('a picture of a frame', () => {
  it('is a number, a time and a JPEG', async () => {
    const message = new ArrayBuffer(18);
    const view = new DataView(message);
    view.setBigUint64(0, 9n, true);
    view.setFloat64(8, 12.25, true);
    view.setUint16(16, 0xffd8);
    const { frame, atMs, jpeg } = readPicture(message);
    expect([frame, atMs, jpeg.type]).toEqual([9, 12.25, 'image/jpeg']);
    expect(new Uint8Array(await jpeg.arrayBuffer())).toEqual(Uint8Array.of(0xff, 0xd8));
  });

  it('is more than a header', () => {
    expect(() => readPicture(new ArrayBuffer(16))).toThrow('too short');
  });
});
