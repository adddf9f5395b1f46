import { Channel, invoke, type InvokeArgs, type InvokeOptions } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import { getCurrentWebview } from '@tauri-apps/api/webview';

import type {
  Backend,
  CameraInfo,
  CameraPermission,
  IncomingListener,
  LiveHandle,
  LiveHandlers,
  NativeCamera,
} from './backend';
import { GlimpseError, failureOf, pageError } from './failure';
import { frameNumber } from './frames';
import { Hearing } from './live';
import type {
  BenchEvent,
  ClipAbout,
  Device,
  ExportFormat,
  Failure,
  HeatMap,
  LibraryEntry,
  LibraryPage,
  LineTrace,
  LiveCommand,
  LiveMessage,
  LiveStart,
  LookEvent,
  PackCheck,
  PageTrace,
  Picture,
  Sample,
  SampleClip,
  Settings,
} from './types';

/** The engine inside of this window's own process. */
export function tauriBackend(): Backend {
  return {
    kind: 'window',
    camera: nativeCamera,
    // Android's web view has no downloads.
    save: onAndroid() ? (blob, name) => sendFile<boolean>('save_file', blob, name) : null,

    openPicture: (blob, name, signal) =>
      until(signal, sendFile<Picture>('open_picture', blob, name)),
    samples: () => call<Sample[]>('samples'),
    openSample: (name) => call<Picture>('open_sample', { name }),
    closePicture: (id) => call<null>('close_picture', { id }).then(nothing),
    pictureImage: (id, max) => image('picture_image', { id, max: max ?? null }),
    look: (id, request, onEvent, signal) =>
      stream<LookEvent>('look', { id, request }, onEvent, signal),

    pageTrace: (id, knobs, signal) => until(signal, call<PageTrace>('page_trace', { id, knobs })),
    heatMap: (id, signal) => until(signal, call<HeatMap>('heat_map', { id })),
    lineTrace: (id, request, signal) =>
      until(signal, call<LineTrace>('line_trace', { id, request })),
    exportPicture: (id, format) => file('export_picture', { id, format }, format),

    library: (query, signal) => until(signal, call<LibraryPage>('library', { query })),
    libraryEntry: (id) => call<LibraryEntry>('library_entry', { id }),
    libraryThumbnail: (id, signal) => until(signal, image('library_thumbnail', { id })),
    libraryImage: (id, signal) => until(signal, image('library_image', { id })),
    libraryOpen: (id) => call<Picture>('library_open', { id }),
    libraryExport: (id, format) => file('library_export', { id, format }, format),
    libraryDelete: (id) => call<null>('library_delete', { id }).then(nothing),
    libraryClear: () => call<null>('library_clear').then(nothing),

    settings: () => call<Settings>('settings'),
    setSettings: (change) => call<Settings>('set_settings', { settings: change }),
    device: () => call<Device>('device'),
    checkPack: (id) => call<PackCheck>('check_pack', { id }),
    bench: (request, onEvent, signal) => stream<BenchEvent>('bench', { request }, onEvent, signal),

    live,
    openClip: (blob, name, signal) => until(signal, sendFile<ClipAbout>('open_clip', blob, name)),
    closeClip: (id) => call<null>('close_clip', { id }).then(nothing),
    sampleClips: () => call<SampleClip[]>('sample_clips'),

    incoming,
  };
}

const nativeCamera: NativeCamera = {
  list: () => call<CameraInfo[]>('camera_list'),
  open: (camera) => call<null>('camera_open', { camera }).then(nothing),
  frame: (signal) => until(signal, image('camera_frame', {})),
  freeze: () => call<Picture>('camera_freeze'),
  close: () => call<null>('camera_close').then(nothing),
  phone: {
    permission: () => call<CameraPermission>('plugin:camera|permission'),
    ask: () => call<CameraPermission>('plugin:camera|request_permission'),
    settings: () => call<null>('plugin:camera|open_settings').then(nothing),
    torch: (on) => call<null>('plugin:camera|set_torch', { on }).then(nothing),
    zoom: (ratio) => call<number>('plugin:camera|set_zoom', { ratio }),
    focus: (x, y) => call<boolean>('plugin:camera|focus', { x, y }),
  },
};

const nothing = () => undefined;

async function call<T>(command: string, args?: InvokeArgs, options?: InvokeOptions): Promise<T> {
  try {
    return await invoke<T>(command, args, options);
  } catch (thrown) {
    throw new GlimpseError(failureOf(thrown));
  }
}

const onAndroid = () => navigator.userAgent.includes('Android');

/** Sends a file's bytes as they are, and its name in a header. */
async function sendFile<T>(command: string, blob: Blob, name: string | null): Promise<T> {
  const headers: Record<string, string> = {};
  if (name !== null) headers['x-glimpse-name'] = encodeURIComponent(name);
  // Android's web view hands no bodies of requests over: Tauri sends text there, bytes as lists of numbers.
  if (onAndroid()) {
    return call<T>(command, { base64: await base64(blob) }, { headers });
  }
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return call<T>(command, bytes, { headers });
}

function base64(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      const url = reader.result as string;
      resolve(url.slice(url.indexOf(',') + 1));
    };
    reader.onerror = () => {
      reject(pageError('internal', String(reader.error)));
    };
    reader.readAsDataURL(blob);
  });
}

async function image(command: string, args: Record<string, unknown>): Promise<Blob> {
  const bytes = await call<ArrayBuffer>(command, args);
  return new Blob([bytes], { type: mediaType(new Uint8Array(bytes)) });
}

const FILE_TYPES: Record<ExportFormat, string> = {
  text: 'text/plain;charset=utf-8',
  markdown: 'text/markdown;charset=utf-8',
  json: 'application/json',
  pdf: 'application/pdf',
  hocr: 'application/xhtml+xml',
};

async function file(
  command: string,
  args: Record<string, unknown>,
  format: ExportFormat,
): Promise<Blob> {
  return new Blob([await call<ArrayBuffer>(command, args)], { type: FILE_TYPES[format] });
}

/** Raw answers carry no media type; the first bytes tell it. */
function mediaType(bytes: Uint8Array): string {
  const starts = (...magic: number[]) => magic.every((byte, i) => bytes[i] === byte);
  if (starts(0xff, 0xd8)) return 'image/jpeg';
  if (starts(0x89, 0x50, 0x4e, 0x47)) return 'image/png';
  if (starts(0x52, 0x49, 0x46, 0x46)) return 'image/webp';
  if (starts(0x47, 0x49, 0x46)) return 'image/gif';
  if (starts(0x42, 0x4d)) return 'image/bmp';
  return 'application/octet-stream';
}

/** The promise, or a rejection with `cancelled` as soon as the signal says so. */
function until<T>(signal: AbortSignal | undefined, promise: Promise<T>): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise<T>((resolve, reject) => {
    const stop = () => {
      reject(pageError('cancelled', 'cancelled'));
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', stop);
    });
  });
}

let named = 0;

type Event = { type: string } | { type: 'failed'; failure: Failure };

/**
 * Runs a command that streams into a channel. The command's promise may settle before the channel
 * has handed over its last message, so the end is the message that ends a stream.
 */
function stream<E extends Event>(
  command: string,
  args: Record<string, unknown>,
  onEvent: (event: Exclude<E, { type: 'failed' }>) => void,
  signal?: AbortSignal,
): Promise<void> {
  if (signal?.aborted === true) return Promise.reject(pageError('cancelled', 'cancelled'));
  // Also after a reload no other look has this name.
  const name = `${String(performance.timeOrigin)}-${String(++named)}`;
  return new Promise<void>((resolve, reject) => {
    const events = new Channel<E>();
    const stop = () => {
      reject(pageError('cancelled', 'cancelled'));
      void call('cancel', { look: name }).catch(nothing);
    };
    const end = () => {
      signal?.removeEventListener('abort', stop);
    };
    signal?.addEventListener('abort', stop, { once: true });
    events.onmessage = (event) => {
      if (event.type === 'failed') {
        end();
        reject(new GlimpseError((event as { failure: Failure }).failure));
        return;
      }
      if (signal?.aborted !== true) onEvent(event as Exclude<E, { type: 'failed' }>);
      if (event.type === 'done' || event.type === 'report') {
        end();
        resolve();
      }
    };
    call<null>(command, { ...args, look: name, events }).catch((thrown: unknown) => {
      end();
      reject(thrown instanceof Error ? thrown : new GlimpseError(failureOf(thrown)));
    });
  });
}

/** Most frames that are on their way to the engine. */
const MOST_ON_THEIR_WAY = 2;

/** Begins a session inside of this process. */
function live(start: LiveStart, handlers: LiveHandlers): LiveHandle {
  const events = new Channel<LiveMessage>();
  const hearing = new Hearing(handlers, nothing);
  /** What was said before it had a number. */
  const early: LiveCommand[] = [];
  let session: number | null = null;
  let onTheirWay = 0;
  let bytes = 0;
  const fail = (thrown: unknown) => {
    hearing.fail(thrown);
  };
  const say = (command: LiveCommand) => {
    if (session === null) early.push(command);
    else void call('live_command', { session, command }).catch(fail);
  };
  const show = async (session: number) => {
    let after = 0;
    while (!hearing.ending.isOver) {
      const picture = await call<ArrayBuffer>('live_frame', { session, after });
      if (picture.byteLength === 0) continue;
      after = frameOf(picture);
      hearing.show(picture);
    }
  };

  events.onmessage = (message) => {
    hearing.hear(message);
  };
  call<number>('live_start', { start, events }).then((number) => {
    session = number;
    early.splice(0).forEach(say);
    if (hearing.ending.isOver) say({ type: 'stop' });
    // That the session is over is told by its last event.
    if (start.pictures === true) void show(number).catch(nothing);
  }, fail);

  return {
    get ready() {
      return hearing.ready && session !== null && onTheirWay < MOST_ON_THEIR_WAY;
    },
    get bufferedAmount() {
      return bytes;
    },
    push(frame) {
      if (!this.ready) return false;
      hearing.unanswered.pushed(frameNumber(frame));
      onTheirWay += 1;
      bytes += frame.byteLength;
      const headers = { 'x-glimpse-session': String(session) };
      void call('live_push', new Uint8Array(frame), { headers })
        .catch(fail)
        .finally(() => {
          onTheirWay -= 1;
          bytes -= frame.byteLength;
        });
      return true;
    },
    command: say,
    stop() {
      if (!hearing.stopping) {
        hearing.stopping = true;
        say({ type: 'stop' });
      }
      return hearing.stopped();
    },
  };
}

/** The number of a frame that the engine shows. */
function frameOf(picture: ArrayBuffer): number {
  return Number(new DataView(picture).getBigUint64(0, true));
}

/** Endings of clips that the engine plays. */
const CLIPS = /\.(mp4|m4v|mov|avi|y4m|gif|apng)$/i;

function incoming(listener: IncomingListener): () => void {
  /** One picture is looked at at a time: the first of several. */
  const open = ([path]: string[]) => {
    if (path === undefined) return;
    if (listener.clip !== undefined && CLIPS.test(path)) {
      listener.clip({ type: 'path', path }, path.split(/[\\/]/).at(-1) ?? path);
    } else listener.picture(call<Picture>('open_path', { path }));
  };
  const ask = () => {
    call<string[]>('paths_to_open').then(open, nothing);
  };
  const stops = [
    getCurrentWebview().onDragDropEvent(({ payload }) => {
      if (payload.type === 'over') return;
      listener.hover(payload.type === 'enter');
      if (payload.type === 'drop') open(payload.paths);
    }),
    // For files that the app is given by the file manager, or by a second start.
    listen('paths-to-open', ask),
  ];
  ask();
  return () => {
    for (const stop of stops)
      void stop.then((end) => {
        end();
      });
  };
}
