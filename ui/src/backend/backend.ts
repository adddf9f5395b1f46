import type { GlimpseError } from './failure';
import type { LivePicture } from './frames';
import type {
  BenchEvent,
  BenchRequest,
  BoxKnobs,
  ClipAbout,
  Device,
  ExportFormat,
  HeatMap,
  LibraryEntry,
  LibraryPage,
  LibraryQuery,
  LineRequest,
  LineTrace,
  LiveCommand,
  LiveEvent,
  LiveSource,
  LiveStart,
  LookEvent,
  LookRequest,
  PackCheck,
  PageTrace,
  Picture,
  Sample,
  SampleClip,
  Settings,
  SettingsChange,
} from './types';

/**
 * The engine, as the UI reaches it. Every promise rejects with a {@link GlimpseError} and nothing
 * else; an aborted signal rejects with the code `cancelled`.
 */
export interface Backend {
  /** `window`: inside of the app's own window. `server`: a page of `glimpse serve`. */
  readonly kind: 'window' | 'server';
  /** The device's cameras through the engine; `null` where the page has to ask the browser. */
  readonly camera: NativeCamera | null;

  openPicture(blob: Blob, name: string | null, signal?: AbortSignal): Promise<Picture>;
  samples(): Promise<Sample[]>;
  openSample(name: string): Promise<Picture>;
  closePicture(id: string): Promise<void>;
  /** The picture for an `<img>`, its longest side at most `max` pixels where that is given. */
  pictureImage(id: string, max?: number): Promise<Blob>;
  /** Settles when the last event was handed over. `failed` is a rejection, never an event. */
  look(
    id: string,
    request: LookRequest,
    onEvent: (event: Exclude<LookEvent, { type: 'failed' }>) => void,
    signal?: AbortSignal,
  ): Promise<void>;

  pageTrace(id: string, knobs: BoxKnobs, signal?: AbortSignal): Promise<PageTrace>;
  heatMap(id: string, signal?: AbortSignal): Promise<HeatMap>;
  lineTrace(id: string, request: LineRequest, signal?: AbortSignal): Promise<LineTrace>;
  exportPicture(id: string, format: ExportFormat): Promise<Blob>;

  library(query: LibraryQuery, signal?: AbortSignal): Promise<LibraryPage>;
  libraryEntry(id: number): Promise<LibraryEntry>;
  libraryThumbnail(id: number, signal?: AbortSignal): Promise<Blob>;
  libraryImage(id: number, signal?: AbortSignal): Promise<Blob>;
  libraryOpen(id: number): Promise<Picture>;
  libraryExport(id: number, format: ExportFormat): Promise<Blob>;
  libraryDelete(id: number): Promise<void>;
  libraryClear(): Promise<void>;

  settings(): Promise<Settings>;
  /** Changes these and leaves the others as they are; tells all. */
  setSettings(change: SettingsChange): Promise<Settings>;
  device(): Promise<Device>;
  checkPack(id: string): Promise<PackCheck>;
  /** Settles after `report`. `failed` is a rejection, never an event. */
  bench(
    request: BenchRequest,
    onEvent: (event: Exclude<BenchEvent, { type: 'failed' }>) => void,
    signal?: AbortSignal,
  ): Promise<void>;

  /**
   * Begins a session of live video. Nothing is thrown: what fails is told to `handlers`, at any time
   * after this returns.
   */
  live(start: LiveStart, handlers: LiveHandlers): LiveHandle;
  /** Opens a clip; a session takes it as `{ type: 'clip', id }`. The oldest of several is closed. */
  openClip(blob: Blob, name: string | null, signal?: AbortSignal): Promise<ClipAbout>;
  closeClip(id: string): Promise<void>;
  sampleClips(): Promise<SampleClip[]>;

  /**
   * Asks a person where to keep a file, and keeps it; gives whether they chose. `null` where a download of the
   * page does.
   */
  readonly save: ((blob: Blob, name: string) => Promise<boolean>) | null;

  /**
   * Pictures that reach the app past the page: dropped on its window, opened with it from a file
   * manager. In a browser there are none: the page's own events bring them. Returns what ends it.
   */
  incoming(listener: IncomingListener): () => void;
}

/** What happens outside of the page. */
export interface IncomingListener {
  /** Files are held over the window, or no longer. */
  hover(over: boolean): void;
  /** A picture comes; the promise is its opening. */
  picture(opening: Promise<Picture>): void;
  /** A clip comes; a session takes it as its source. */
  clip?(source: LiveSource, name: string): void;
}

/** What a session of live video tells. */
export interface LiveHandlers {
  /** `started` first, `ended` last. */
  event(event: LiveEvent): void;
  /** A frame as the engine sees it, where `pictures` are asked for; some may be left out. */
  picture?(picture: LivePicture): void;
  /** It did not begin, or broke off. At most once; nothing follows. */
  failed(error: GlimpseError): void;
}

/** A session of live video. */
export interface LiveHandle {
  /** Whether a frame that is pushed now is of use: it began, and at most one frame is unanswered. */
  readonly ready: boolean;
  /** Bytes that wait to be sent. */
  readonly bufferedAmount: number;
  /**
   * Pushes a frame: a buffer of `FRAME_HEADER_BYTES` that `writeFrameHeader` wrote, then the pixels.
   * Says whether it was sent; where not `ready`, it is not. The buffer may be used again after.
   */
  push(frame: ArrayBuffer): boolean;
  /** Does nothing after the end. */
  command(command: LiveCommand): void;
  /** Ends it. Settles when `ended` was handed over, or it takes too long; does not reject. */
  stop(): Promise<void>;
}

/** A camera of the device. */
export interface CameraInfo {
  id: string;
  name: string;
  /** Where it looks; `null` where the system does not tell. */
  facing: 'back' | 'front' | null;
  /** What `phone` can do with it; `null` on desktops. */
  controls: CameraControls | null;
}

/** What a phone's camera can do. */
export interface CameraControls {
  /** Whether it has a light. */
  torch: boolean;
  /** Least and most zoom, 1 where it has none. */
  min_zoom: number;
  max_zoom: number;
}

/** Whether a phone's camera may be used. `denied`: the system asks no more, only its settings change that. */
export type CameraPermission = 'granted' | 'prompt' | 'prompt-with-rationale' | 'denied';

/** Cameras that the engine reads by itself. One is open at a time. */
export interface NativeCamera {
  list(): Promise<CameraInfo[]>;
  open(id: string): Promise<void>;
  /** A JPEG newer than the last one. */
  frame(signal?: AbortSignal): Promise<Blob>;
  /** Keeps what it sees as a picture, on phones at the camera's full resolution. */
  freeze(): Promise<Picture>;
  close(): Promise<void>;
  /** For cameras with `controls`; rejects with `unavailable` where there are none. */
  readonly phone: PhoneCamera;
}

/** What a phone's cameras can do besides. */
export interface PhoneCamera {
  permission(): Promise<CameraPermission>;
  /** Asks the person, and waits for the answer. */
  ask(): Promise<CameraPermission>;
  /** Opens the system's settings of this app. */
  settings(): Promise<void>;
  torch(on: boolean): Promise<void>;
  /** Gives the ratio that was set: the nearest within the range. */
  zoom(ratio: number): Promise<number>;
  /** Focuses on a point, from 0, 0 top left to 1, 1; gives whether the lens found focus. */
  focus(x: number, y: number): Promise<boolean>;
}
