import { Channel, invoke, type InvokeArgs, type InvokeOptions } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import { getCurrentWebview } from '@tauri-apps/api/webview';

import type { Backend, CameraInfo, IncomingListener, NativeCamera } from './backend';
import { GlimpseError, failureOf, pageError } from './failure';
import type {
  BenchEvent,
  Device,
  ExportFormat,
  Failure,
  HeatMap,
  LibraryEntry,
  LibraryPage,
  LineTrace,
  LookEvent,
  PackCheck,
  PageTrace,
  Picture,
  Sample,
  Settings,
} from './types';

/** The engine inside of this window's own process. */
export function tauriBackend(): Backend {
  return {
    kind: 'window',
    camera: nativeCamera,

    openPicture,
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

    live(_start, handlers) {
      queueMicrotask(() => {
        handlers.failed(pageError('unavailable', 'live video is not in this window yet'));
      });
      return {
        ready: false,
        bufferedAmount: 0,
        push: () => false,
        command: nothing,
        stop: () => Promise.resolve(),
      };
    },
    openClip: () => Promise.reject(pageError('unavailable', 'clips are not in this window yet')),
    closeClip: () => Promise.resolve(),
    sampleClips: () => Promise.resolve([]),

    incoming,
  };
}

const nativeCamera: NativeCamera = {
  list: () => call<CameraInfo[]>('camera_list'),
  open: (camera) => call<null>('camera_open', { camera }).then(nothing),
  frame: (signal) => until(signal, image('camera_frame', {})),
  freeze: () => call<Picture>('camera_freeze'),
  close: () => call<null>('camera_close').then(nothing),
};

const nothing = () => undefined;

async function call<T>(command: string, args?: InvokeArgs, options?: InvokeOptions): Promise<T> {
  try {
    return await invoke<T>(command, args, options);
  } catch (thrown) {
    throw new GlimpseError(failureOf(thrown));
  }
}

async function openPicture(
  blob: Blob,
  name: string | null,
  signal?: AbortSignal,
): Promise<Picture> {
  const headers: Record<string, string> = {};
  if (name !== null) headers['x-glimpse-name'] = encodeURIComponent(name);
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return until(signal, call<Picture>('open_picture', bytes, { headers }));
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

function incoming(listener: IncomingListener): () => void {
  /** One picture is looked at at a time: the first of several. */
  const open = ([path]: string[]) => {
    if (path !== undefined) listener.picture(call<Picture>('open_path', { path }));
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
