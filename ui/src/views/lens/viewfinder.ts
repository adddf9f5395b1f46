import type { Attachment } from 'svelte/attachments';

import {
  failureOf,
  pageError,
  type CameraInfo,
  type NativeCamera,
  type PhoneCamera,
} from '$/backend';
import { session } from '$/state/session.svelte';

/** A camera that is open, and what it shows. */
export interface Viewfinder {
  /** Shows what the camera sees now. */
  element: HTMLElement;
  /** Which of `count` cameras it is. */
  which: number;
  count: number;
  /** Switches its light; `null` where there is none. */
  torch: ((on: boolean) => Promise<void>) | null;
  /** Focuses on a point of the picture, in parts of its sides; `null` where nobody can. */
  focus: ((point: Point) => Promise<boolean>) | null;
  /** Zooms, and gives how far; `null` where it cannot. */
  zoom: ((ratio: number) => Promise<number>) | null;
  /** Makes what it sees now the picture; `at` is when that was asked for. */
  freeze(at: number): Promise<void>;
  close(): void;
}

/** A point of a picture: 0, 0 top left, 1, 1 bottom right. */
export interface Point {
  x: number;
  y: number;
}

/** Where a place of the screen lies on a picture that is shown whole in the middle of `box`. */
export function pointOn(
  picture: { width: number; height: number },
  box: { left: number; top: number; width: number; height: number },
  at: { clientX: number; clientY: number },
): Point | null {
  if (picture.width <= 0 || picture.height <= 0) return null;
  const scale = Math.min(box.width / picture.width, box.height / picture.height);
  if (!(scale > 0)) return null;
  const [width, height] = [picture.width * scale, picture.height * scale];
  const x = (at.clientX - box.left - (box.width - width) / 2) / width;
  const y = (at.clientY - box.top - (box.height - height) / 2) / height;
  return x >= 0 && x <= 1 && y >= 0 && y <= 1 ? { x, y } : null;
}

/** What takes a phone's camera for a while: it comes back by itself. */
const PASSING = ['camera_paused', 'camera_busy', 'camera_disabled'] as const;
export type Passing = (typeof PASSING)[number];
/** How long to wait then until it is asked again, in milliseconds. */
const SOON_MS = 300;
/** How far the button zooms. */
export const CLOSER = 2;

/** Puts an element that Svelte did not make into one that it did. */
export function putInto(element: HTMLElement | null): Attachment<HTMLElement> {
  return (node) => {
    node.replaceChildren(...(element === null ? [] : [element]));
  };
}

const WIDTH = 1920;
const HEIGHT = 1080;
const QUALITY = 0.92;

/** A camera through the browser. `which` 0 is the one that looks away from the person. */
export async function browserCamera(
  which: number,
  onfail: (thrown: unknown) => void,
): Promise<Viewfinder> {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices === undefined) throw pageError('camera_insecure', 'no navigator.mediaDevices');
  const stream = await ask(devices, {
    facingMode: { ideal: which === 0 ? 'environment' : 'user' },
  });
  // Only after the permission do cameras have names.
  const cameras = (await devices.enumerateDevices()).filter(({ kind }) => kind === 'videoinput');
  const [track] = stream.getVideoTracks();
  if (track === undefined) throw pageError('camera_none', 'the stream has no video');
  const wanted = cameras[which];
  // Facing is only known on phones: elsewhere the next one is the next of the list.
  if (which > 0 && wanted !== undefined && track.getSettings().facingMode === undefined) {
    track.stop();
    return show(
      await ask(devices, { deviceId: { exact: wanted.deviceId } }),
      which,
      cameras.length,
      onfail,
    );
  }
  return show(stream, which, cameras.length, onfail);
}

async function ask(devices: MediaDevices, video: MediaTrackConstraints): Promise<MediaStream> {
  try {
    return await devices.getUserMedia({
      video: { ...video, width: { ideal: WIDTH }, height: { ideal: HEIGHT } },
      audio: false,
    });
  } catch (thrown) {
    throw cameraError(thrown);
  }
}

export function cameraError(thrown: unknown): Error {
  const name = thrown instanceof DOMException ? thrown.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') {
    return pageError('camera_denied', String(thrown));
  }
  if (name === 'NotFoundError' || name === 'OverconstrainedError') {
    return pageError('camera_none', String(thrown));
  }
  return pageError('camera', String(thrown));
}

async function show(
  stream: MediaStream,
  which: number,
  count: number,
  onfail: (thrown: unknown) => void,
): Promise<Viewfinder> {
  const [track] = stream.getVideoTracks();
  if (track === undefined) throw pageError('camera_none', 'the stream has no video');
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  track.onended = () => {
    onfail(pageError('camera', 'the track ended'));
  };
  await video.play().catch((thrown: unknown) => {
    throw pageError('camera', String(thrown));
  });
  // A light is a capability of some tracks that the types do not know, and some browsers tell none.
  const able = (track as Partial<MediaStreamTrack>).getCapabilities?.call(track) as
    (MediaTrackCapabilities & { torch?: boolean }) | undefined;
  return {
    element: video,
    which,
    count: Math.max(1, count),
    torch: able?.torch === true ? (on) => light(track, on) : null,
    focus: null,
    zoom: null,
    async freeze(at) {
      const frame = await still(video);
      void session.openBlob(frame, null, 'camera', at);
    },
    close() {
      track.onended = null;
      stream.getTracks().forEach((each) => {
        each.stop();
      });
      video.srcObject = null;
    },
  };
}

async function light(track: MediaStreamTrack, on: boolean): Promise<void> {
  try {
    await track.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] });
  } catch (thrown) {
    throw pageError('camera', String(thrown));
  }
}

async function still(video: HTMLVideoElement): Promise<Blob> {
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  if (canvas.width === 0) throw pageError('camera', 'no frame has come yet');
  canvas.getContext('2d')?.drawImage(video, 0, 0);
  video.pause();
  const blob = await new Promise<Blob | null>((resolve) => {
    canvas.toBlob(resolve, 'image/jpeg', QUALITY);
  });
  if (blob === null) throw pageError('camera', 'the frame could not be encoded');
  return blob;
}

/**
 * A camera that the engine reads. `onwait` hears why there is no picture for a while, and `null` when there
 * is one again.
 */
export async function nativeCamera(
  camera: NativeCamera,
  which: number,
  onfail: (thrown: unknown) => void,
  onwait: (why: Passing | null) => void = () => undefined,
): Promise<Viewfinder> {
  const cameras = await camera.list();
  const chosen = cameras[which] ?? cameras[0];
  if (chosen === undefined) throw pageError('camera_none', 'the engine sees no camera');
  await camera.open(chosen.id);
  const canvas = document.createElement('canvas');
  const run = new AbortController();
  const draw = async () => {
    while (!run.signal.aborted) {
      const jpeg = await nextFrame(camera, chosen, run.signal, onwait);
      const frame = await createImageBitmap(jpeg);
      if (canvas.width !== frame.width || canvas.height !== frame.height) {
        canvas.width = frame.width;
        canvas.height = frame.height;
      }
      canvas.getContext('2d')?.drawImage(frame, 0, 0);
      frame.close();
    }
  };
  draw().catch((thrown: unknown) => {
    if (!run.signal.aborted) onfail(thrown);
  });
  const close = () => {
    if (run.signal.aborted) return;
    run.abort();
    void camera.close().catch(() => undefined);
  };
  return {
    element: canvas,
    which: Math.max(0, cameras.indexOf(chosen)),
    count: cameras.length,
    ...controlsOf(chosen, camera.phone),
    async freeze(at) {
      const picture = await camera.freeze();
      void session.adopt(Promise.resolve(picture), 'camera', at);
    },
    close,
  };
}

/** The next frame, however long a phone's system keeps the camera. */
async function nextFrame(
  camera: NativeCamera,
  chosen: CameraInfo,
  signal: AbortSignal,
  onwait: (why: Passing | null) => void,
): Promise<Blob> {
  for (;;) {
    try {
      const frame = await camera.frame(signal);
      onwait(null);
      return frame;
    } catch (thrown) {
      const { code } = failureOf(thrown);
      const passing = PASSING.find((known) => known === code);
      if (signal.aborted || chosen.controls === null || passing === undefined) throw thrown;
      onwait(passing);
      await new Promise((resolve) => setTimeout(resolve, SOON_MS));
    }
  }
}

function controlsOf(
  { controls }: CameraInfo,
  phone: PhoneCamera,
): Pick<Viewfinder, 'torch' | 'focus' | 'zoom'> {
  if (controls === null) return { torch: null, focus: null, zoom: null };
  return {
    torch: controls.torch ? (on) => phone.torch(on) : null,
    focus: ({ x, y }) => phone.focus(x, y),
    zoom: controls.max_zoom >= CLOSER ? (ratio) => phone.zoom(ratio) : null,
  };
}
