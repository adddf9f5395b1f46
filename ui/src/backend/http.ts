import type { Backend } from './backend';
import { GlimpseError, failureOf, isFailure, pageError } from './failure';
import { liveOverSocket } from './live';
import { readNdjson } from './ndjson';
import type {
  BenchEvent,
  ClipAbout,
  Device,
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
  SampleClip,
  Settings,
} from './types';

/** The engine behind `glimpse serve`, at the address that this page came from. */
export function httpBackend(base = new URL('./api/v1/', document.baseURI)): Backend {
  const client = new Client(base);
  const picture = (id: string) => `pictures/${encodeURIComponent(id)}`;
  return {
    kind: 'server',
    save: null,
    camera: null,

    openPicture: (blob, name, signal) => client.upload<Picture>('pictures', blob, name, signal),
    samples: () => client.get<Sample[]>('samples'),
    openSample: (name) => client.post<Picture>('samples/open', { name }),
    closePicture: (id) => client.none('DELETE', picture(id)),
    pictureImage: (id, max) =>
      client.blob(`${picture(id)}/image${max === undefined ? '' : `?max=${String(max)}`}`),
    look: (id, request, onEvent, signal) =>
      client.stream<LookEvent>(`${picture(id)}/look`, request, onEvent, signal),

    pageTrace: (id, knobs, signal) =>
      client.post<PageTrace>(`${picture(id)}/lessons/boxes`, knobs, signal),
    heatMap: (id, signal) => client.get<HeatMap>(`${picture(id)}/lessons/map`, signal),
    lineTrace: (id, request, signal) =>
      client.post<LineTrace>(`${picture(id)}/lessons/line`, request, signal),
    exportPicture: (id, format) => client.blob(`${picture(id)}/export?format=${format}`),

    library: (query, signal) => client.post<LibraryPage>('library/search', query, signal),
    libraryEntry: (id) => client.get<LibraryEntry>(`library/${String(id)}`),
    libraryThumbnail: (id, signal) => client.blob(`library/${String(id)}/thumbnail`, signal),
    libraryImage: (id, signal) => client.blob(`library/${String(id)}/image`, signal),
    libraryOpen: (id) => client.post<Picture>(`library/${String(id)}/open`, undefined),
    libraryExport: (id, format) => client.blob(`library/${String(id)}/export?format=${format}`),
    libraryDelete: (id) => client.none('DELETE', `library/${String(id)}`),
    libraryClear: () => client.none('DELETE', 'library'),

    settings: () => client.get<Settings>('settings'),
    setSettings: (change) => client.put<Settings>('settings', change),
    device: () => client.get<Device>('device'),
    checkPack: (id) =>
      client.post<PackCheck>(`device/packs/${encodeURIComponent(id)}/check`, undefined),
    bench: (request, onEvent, signal) =>
      client.stream<BenchEvent>('bench', request, onEvent, signal),

    live: (start, handlers) => liveOverSocket(client.socket('live'), start, handlers),
    openClip: (blob, name, signal) => client.upload<ClipAbout>('clips', blob, name, signal),
    closeClip: (id) => client.none('DELETE', `clips/${encodeURIComponent(id)}`),
    sampleClips: () => client.get<SampleClip[]>('clips/samples'),

    incoming: () => () => undefined,
  };
}

type Event = { type: string } | { type: 'failed'; failure: Failure };

class Client {
  constructor(private readonly base: URL) {}

  socket(path: string): URL {
    const url = new URL(path, this.base);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    return url;
  }

  async get<T>(path: string, signal?: AbortSignal): Promise<T> {
    return json<T>(await this.#send('GET', path, {}, signal));
  }

  async post<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
    return json<T>(await this.#send('POST', path, withJson(body), signal));
  }

  async put<T>(path: string, body: unknown): Promise<T> {
    return json<T>(await this.#send('PUT', path, withJson(body)));
  }

  async none(method: string, path: string): Promise<void> {
    await this.#send(method, path, {});
  }

  async blob(path: string, signal?: AbortSignal): Promise<Blob> {
    const response = await this.#send('GET', path, {}, signal);
    return guarded(() => response.blob());
  }

  async upload<T>(path: string, blob: Blob, name: string | null, signal?: AbortSignal): Promise<T> {
    const headers: Record<string, string> = { 'content-type': 'application/octet-stream' };
    if (name !== null) headers['x-glimpse-name'] = encodeURIComponent(name);
    return json<T>(await this.#send('POST', path, { headers, body: blob }, signal));
  }

  async stream<E extends Event>(
    path: string,
    body: unknown,
    onEvent: (event: Exclude<E, { type: 'failed' }>) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    const response = await this.#send('POST', path, withJson(body), signal);
    const stream = response.body;
    if (stream === null) throw pageError('protocol', 'the answer has no body');
    await guarded(() =>
      readNdjson(stream, (value) => {
        const event = value as E;
        if (event.type === 'failed')
          throw new GlimpseError((event as { failure: Failure }).failure);
        onEvent(event as Exclude<E, { type: 'failed' }>);
      }),
    );
  }

  async #send(
    method: string,
    path: string,
    init: RequestInit,
    signal?: AbortSignal,
  ): Promise<Response> {
    const response = await guarded(() =>
      fetch(new URL(path, this.base), { ...init, method, signal: signal ?? null }),
    );
    if (response.ok) return response;
    const body: unknown = await response.json().catch(() => null);
    if (isFailure(body)) throw new GlimpseError(body);
    throw pageError('protocol', `${method} ${path}: status ${String(response.status)}`);
  }
}

function withJson(body: unknown): RequestInit {
  if (body === undefined) return {};
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function json<T>(response: Response): Promise<T> {
  return guarded(() => response.json() as Promise<T>);
}

/** Turns what fetch and its bodies throw into failures with a code. */
async function guarded<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (thrown) {
    if (thrown instanceof GlimpseError) throw thrown;
    if (thrown instanceof SyntaxError) throw pageError('protocol', 'the answer is not JSON');
    // fetch and broken bodies throw a TypeError where the other side is gone.
    if (thrown instanceof TypeError) throw pageError('unreachable', thrown.message);
    throw new GlimpseError(failureOf(thrown));
  }
}
