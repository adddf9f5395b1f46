import { pageError } from '$/backend';

import { cameraError } from '../viewfinder';

/** What is asked of a camera: no more than is looked at, at the rate that is followed. */
const WANTED: MediaTrackConstraints = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30, max: 60 },
};

/** A camera of the browser, shown in a video. */
export interface OpenCamera {
  stream: MediaStream;
  name: string;
  /** Cameras that there are. */
  count: number;
}

/** Opens a camera. `which` 0 is the one that looks away from the person. */
export async function openCamera(which: number): Promise<OpenCamera> {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices === undefined) throw pageError('camera_insecure', 'no navigator.mediaDevices');
  const facing = which === 0 ? 'environment' : 'user';
  let stream = await ask(devices, { facingMode: { ideal: facing } });
  // Only after the permission do cameras have names.
  const cameras = (await devices.enumerateDevices()).filter(({ kind }) => kind === 'videoinput');
  const wanted = cameras[which];
  // Facing is only known on phones: elsewhere the next one is the next of the list.
  if (which > 0 && wanted !== undefined && track(stream).getSettings().facingMode === undefined) {
    stop(stream);
    stream = await ask(devices, { deviceId: { exact: wanted.deviceId } });
  }
  return { stream, name: track(stream).label, count: Math.max(1, cameras.length) };
}

async function ask(devices: MediaDevices, video: MediaTrackConstraints): Promise<MediaStream> {
  try {
    return await devices.getUserMedia({ video: { ...WANTED, ...video }, audio: false });
  } catch (thrown) {
    throw cameraError(thrown);
  }
}

export function track(stream: MediaStream): MediaStreamTrack {
  const [first] = stream.getVideoTracks();
  if (first === undefined) throw pageError('camera_none', 'the stream has no video');
  return first;
}

export function stop(stream: MediaStream): void {
  for (const each of stream.getTracks()) {
    each.onended = null;
    each.stop();
  }
}

/** Calls `oncamera` as soon as there is a camera again. Returns what ends the waiting. */
export function awaitCamera(oncamera: () => void): () => void {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  const look = () => {
    void devices?.enumerateDevices().then((all) => {
      if (all.some(({ kind }) => kind === 'videoinput')) oncamera();
    });
  };
  devices?.addEventListener('devicechange', look);
  return () => devices?.removeEventListener('devicechange', look);
}
