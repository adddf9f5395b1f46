import type {
  BenchEvent,
  BenchRequest,
  BoxKnobs,
  Device,
  ExportFormat,
  HeatMap,
  LibraryEntry,
  LibraryPage,
  LibraryQuery,
  LineRequest,
  LineTrace,
  LookEvent,
  LookRequest,
  PackCheck,
  PageTrace,
  Picture,
  Sample,
  Settings,
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
  setSettings(settings: Settings): Promise<Settings>;
  device(): Promise<Device>;
  checkPack(id: string): Promise<PackCheck>;
  /** Settles after `report`. `failed` is a rejection, never an event. */
  bench(
    request: BenchRequest,
    onEvent: (event: Exclude<BenchEvent, { type: 'failed' }>) => void,
    signal?: AbortSignal,
  ): Promise<void>;

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
}

/** A camera of the device. */
export interface CameraInfo {
  id: string;
  name: string;
}

/** Cameras that the engine reads by itself. One is open at a time. */
export interface NativeCamera {
  list(): Promise<CameraInfo[]>;
  open(id: string): Promise<void>;
  /** A JPEG newer than the last one. */
  frame(signal?: AbortSignal): Promise<Blob>;
  /** Keeps the newest frame as a picture. */
  freeze(): Promise<Picture>;
  close(): Promise<void>;
}
