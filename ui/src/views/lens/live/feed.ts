import { backend, pageError, type LivePicture, type LiveSource } from '$/backend';

import { openCamera, stop, track } from './camera';
import { watchFrames } from './grab';

/** What is watched, as a person chose it. */
export type Choice =
  | { kind: 'camera'; which: number }
  | { kind: 'clip'; blob: Blob; name: string | null }
  /** A file that the window was handed. */
  | { kind: 'path'; source: LiveSource; name: string }
  | { kind: 'sample'; name: string };

/** Frames on their way to the eyes, and to the engine. */
export interface Feed {
  /** What the engine is told to take. */
  source: LiveSource;
  name: string | null;
  /** Shows the frames, where the page has them; else the engine sends pictures of them. */
  video: HTMLVideoElement | null;
  /** Cameras that could be chosen instead. */
  cameras: number;
  /** Tells the time of each frame that is shown. Returns what ends it. */
  watch(onframe: (at: number) => void): () => void;
  pause(): void;
  resume(): Promise<void>;
  close(): void;
}

export interface FeedListener {
  /** The camera is gone. */
  gone(): void;
  /** The clip is over. */
  over(): void;
}

export async function openFeed(
  choice: Choice,
  listener: FeedListener,
  signal: AbortSignal,
): Promise<Feed> {
  switch (choice.kind) {
    case 'sample':
      return engineFeed({ type: 'sample', name: choice.name }, choice.name);
    case 'path':
      return engineFeed(choice.source, choice.name);
    case 'camera':
      return backend().camera === null
        ? browserCamera(choice.which, listener)
        : nativeCamera(choice.which);
    case 'clip':
      return clip(choice.blob, choice.name, listener, signal);
  }
}

/** The engine has the frames, and shows them. */
function engineFeed(source: LiveSource, name: string | null, cameras = 0): Feed {
  return {
    source,
    name,
    video: null,
    cameras,
    watch: () => () => undefined,
    pause: () => undefined,
    resume: () => Promise.resolve(),
    close() {
      if (source.type === 'clip')
        void backend()
          .closeClip(source.id)
          .catch(() => undefined);
    },
  };
}

async function nativeCamera(which: number): Promise<Feed> {
  const cameras = (await backend().camera?.list()) ?? [];
  const chosen = cameras[which] ?? cameras[0];
  if (chosen === undefined) throw pageError('camera_none', 'the engine sees no camera');
  return engineFeed({ type: 'camera', id: chosen.id }, chosen.name, cameras.length);
}

async function browserCamera(which: number, listener: FeedListener): Promise<Feed> {
  const { stream, name, count } = await openCamera(which);
  const video = quietVideo();
  video.srcObject = stream;
  track(stream).onended = () => {
    listener.gone();
  };
  const feed = videoFeed(video, name, 'capture', () => {
    stop(stream);
    video.srcObject = null;
  });
  await feed.resume();
  return { ...feed, cameras: count };
}

async function clip(
  blob: Blob,
  name: string | null,
  listener: FeedListener,
  signal: AbortSignal,
): Promise<Feed> {
  const url = URL.createObjectURL(blob);
  const video = quietVideo();
  if (backend().kind === 'server' && (await plays(video, url))) {
    video.onended = () => {
      listener.over();
    };
    return videoFeed(video, name, 'media', () => {
      video.onended = null;
      video.removeAttribute('src');
      video.load();
      URL.revokeObjectURL(url);
    });
  }
  URL.revokeObjectURL(url);
  const about = await backend().openClip(blob, name, signal);
  return engineFeed({ type: 'clip', id: about.id }, name);
}

function quietVideo(): HTMLVideoElement {
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  return video;
}

/** Whether the browser can show what is at `url`; it is loaded then. */
function plays(video: HTMLVideoElement, url: string): Promise<boolean> {
  return new Promise((resolve) => {
    video.onloadeddata = () => {
      resolve(video.videoWidth > 0);
    };
    video.onerror = () => {
      resolve(false);
    };
    video.preload = 'auto';
    video.src = url;
  });
}

function videoFeed(
  video: HTMLVideoElement,
  name: string | null,
  clock: 'capture' | 'media',
  close: () => void,
): Feed {
  return {
    source: { type: 'pushed' },
    name,
    video,
    cameras: 0,
    watch: (onframe) => watchFrames(video, clock, onframe),
    pause() {
      video.pause();
    },
    async resume() {
      await video.play().catch((thrown: unknown) => {
        throw pageError('camera', String(thrown));
      });
    },
    close() {
      video.pause();
      close();
    },
  };
}

/** Decodes the pictures that the engine sends, and leaves out those that come too fast for it. */
export class Pictures {
  #next: LivePicture | null = null;
  #busy = false;
  #over = false;

  constructor(private readonly show: (bitmap: ImageBitmap, picture: LivePicture) => void) {}

  take(picture: LivePicture): void {
    this.#next = picture;
    if (!this.#busy) void this.#decode();
  }

  stop(): void {
    this.#over = true;
    this.#next = null;
  }

  async #decode(): Promise<void> {
    this.#busy = true;
    for (let now = this.#next; now !== null; now = this.#next) {
      this.#next = null;
      try {
        const bitmap = await createImageBitmap(now.jpeg);
        // Whoever takes it shows it and closes it.
        if (this.#over) bitmap.close();
        else this.show(bitmap, now);
      } catch {
        // A damaged picture is followed by the next.
      }
    }
    this.#busy = false;
  }
}
