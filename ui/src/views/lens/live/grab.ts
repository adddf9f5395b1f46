import {
  FRAME_HEADER_BYTES,
  pageError,
  pixelBytes,
  shortestStride,
  writeFrameHeader,
  type FrameFormat,
} from '$/backend';

import type { Grab } from './pusher';

/** Longest side of a frame that is sent, in pixels: no model looks at more. */
export const PUSHED_SIDE = 640;

/** The size at which a frame is sent. */
export function pushedSize(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, PUSHED_SIDE / Math.max(1, width, height));
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
}

const FORMATS: Partial<Record<VideoPixelFormat, FrameFormat>> = {
  I420: 'i420',
  NV12: 'nv12',
  RGBA: 'rgba',
  RGBX: 'rgba',
};

/**
 * Takes frames of a video. Where they are small enough and the browser gives them, their planes are
 * copied as they came from the camera or the decoder; else they are drawn, and read back.
 */
export function grabFrom(video: HTMLVideoElement): Grab {
  const drawn = drawnFrames(video);
  let planes = 'VideoFrame' in globalThis;
  return async (atMs, number) => {
    const { videoWidth, videoHeight } = video;
    if (videoWidth === 0 || videoHeight === 0) return null;
    if (planes && Math.max(videoWidth, videoHeight) <= PUSHED_SIDE) {
      try {
        const message = await copied(video, atMs, number);
        if (message !== null) return message;
      } catch {
        // Browsers that have it without being able to: every frame is drawn from now on.
      }
      planes = false;
    }
    return drawn(atMs, number);
  };
}

/** The planes of the frame that is shown; `null` where they are of no format that is sent. */
async function copied(
  video: HTMLVideoElement,
  atMs: number,
  number: number,
): Promise<ArrayBuffer | null> {
  const frame = new VideoFrame(video, { timestamp: Math.round(atMs * 1000) });
  try {
    const format = FORMATS[frame.format ?? 'BGRA'];
    const rect = frame.visibleRect;
    // A frame that is turned or stretched for showing is drawn as it is shown.
    const asShown =
      rect !== null &&
      rect.width === frame.displayWidth &&
      rect.height === frame.displayHeight &&
      video.videoWidth === rect.width;
    if (format === undefined || !asShown) return null;
    const [width, height] = [rect.width, rect.height];
    const stride = shortestStride(format, width);
    const about = { format, width, height, atMs, number, stride };
    const size = pixelBytes(about);
    if (frame.allocationSize() !== size) return null;
    const message = new ArrayBuffer(FRAME_HEADER_BYTES + size);
    await frame.copyTo(new Uint8Array(message, FRAME_HEADER_BYTES));
    writeFrameHeader(message, about);
    return message;
  } finally {
    frame.close();
  }
}

function drawnFrames(video: HTMLVideoElement): Grab {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true, alpha: false });
  return (atMs, number) => {
    if (context === null) return Promise.reject(pageError('internal', 'no canvas'));
    const { width, height } = pushedSize(video.videoWidth, video.videoHeight);
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    context.drawImage(video, 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
    const message = new ArrayBuffer(FRAME_HEADER_BYTES + data.length);
    new Uint8Array(message, FRAME_HEADER_BYTES).set(data);
    writeFrameHeader(message, { format: 'rgba', width, height, atMs, number, stride: 4 * width });
    return Promise.resolve(message);
  };
}

/**
 * Calls `onframe` with the time of each frame that is shown, in milliseconds: for a camera when it
 * was captured, in the page's clock, for a file its place in it. Returns what ends it.
 */
export function watchFrames(
  video: HTMLVideoElement,
  clock: 'capture' | 'media',
  onframe: (at: number) => void,
): () => void {
  let over = false;
  // The types do not know that some browsers lack it.
  const callbacks = 'requestVideoFrameCallback' in video;
  let last = -1;
  const each = (now: number, about?: VideoFrameCallbackMetadata) => {
    if (over) return;
    ask();
    if (about === undefined) {
      // Nothing tells of frames: the video's own clock shows that there is another one.
      if (video.currentTime === last || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA)
        return;
      last = video.currentTime;
    }
    onframe(
      clock === 'media'
        ? (about?.mediaTime ?? video.currentTime) * 1000
        : (about?.captureTime ?? about?.presentationTime ?? now),
    );
  };
  let handle = 0;
  const ask = () => {
    handle = callbacks
      ? video.requestVideoFrameCallback(each)
      : requestAnimationFrame((now) => {
          each(now);
        });
  };
  ask();
  return () => {
    over = true;
    if (callbacks) video.cancelVideoFrameCallback(handle);
    else cancelAnimationFrame(handle);
  };
}
