import {
  backend,
  failureOf,
  pageError,
  type Failure,
  type LookRequest,
  type Picture,
  type Task,
} from '$/backend';

import { advanceLook, beginLook, failLook, isResult, type Look, type LookStep } from './looks';
import { painted } from './paint';
import { settings } from './settings.svelte';

/** How a picture came. */
export type Via = 'drop' | 'paste' | 'file' | 'camera' | 'sample' | 'library' | 'window';

/** The picture that everything is about. */
export interface Current {
  picture: Picture;
  /** For an `<img>`; `null` until it is there. */
  url: string | null;
  via: Via;
}

/** A picture on its way to the engine. */
export interface Opening {
  name: string | null;
  url: string | null;
}

type Looks = Record<Task, Look | null>;
const NOTHING: Looks = { read: null, describe: null, find: null };

/** Files above this are not even sent: the engine's own limit of a body. */
const MAX_BYTES = 64 * 1024 * 1024;
/** Reasons for not opening a picture that may be gone the next time. */
const PASSING = ['unreachable', 'busy', 'timeout', 'protocol', 'storage', 'internal', 'io'];
/** What a browser shows upright by itself. */
const SHOWN = ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/bmp'];

let current = $state.raw<Current | null>(null);
let opening = $state.raw<Opening | null>(null);
let failure = $state.raw<Failure | null>(null);
let looks = $state.raw<Looks>(NOTHING);
let task = $state<Task>('read');

/** Ends what runs when something newer begins. */
let openRun = new AbortController();
let lookRun = new AbortController();
/** Opens the current picture once more, where the engine has let go of it. */
let reopen: (() => Promise<Picture>) | null = null;
/** Opens the picture that could not be opened once more. */
let again = $state.raw<(() => void) | null>(null);
/** When the current picture was dropped, until its first result is on the screen. */
let dropped: { at: number; capture: number | null } | null = null;

function show(next: Current | null): void {
  if (current?.url && current.url !== next?.url) URL.revokeObjectURL(current.url);
  current = next;
}

async function open(
  via: Via,
  at: number,
  preview: Opening,
  get: (signal: AbortSignal) => Promise<Picture>,
): Promise<void> {
  openRun.abort();
  lookRun.abort();
  const run = new AbortController();
  openRun = run;
  show(null);
  if (opening?.url && opening.url !== preview.url) URL.revokeObjectURL(opening.url);
  opening = preview;
  failure = null;
  again = null;
  looks = NOTHING;
  dropped = null;
  performance.mark('glimpse:drop', { startTime: at });
  try {
    const picture = await get(run.signal);
    if (run.signal.aborted) return;
    reopen = () => get(new AbortController().signal);
    dropped = { at, capture: Math.max(0, performance.now() - at - picture.decode_ms) };
    opening = null;
    show({ picture, url: preview.url, via });
    void session.run(task);
    if (preview.url === null) await fetchImage(picture, run.signal);
  } catch (thrown) {
    if (run.signal.aborted) return;
    if (preview.url !== null) URL.revokeObjectURL(preview.url);
    opening = null;
    failure = failureOf(thrown);
    if (PASSING.includes(failure.code)) {
      again = () => void open(via, performance.now(), { name: preview.name, url: null }, get);
    }
  }
}

/** The engine's own copy, where the page has none that a browser can show. */
async function fetchImage(picture: Picture, signal: AbortSignal): Promise<void> {
  const image = await backend().pictureImage(picture.id);
  if (signal.aborted || current?.picture !== picture) return;
  show({ ...current, url: URL.createObjectURL(image) });
}

function requestFor(what: Task, more: Partial<LookRequest>): LookRequest {
  const { min_confidence, min_score } = settings.current;
  if (what === 'read') return { task: what, min_confidence, ...more };
  if (what === 'find') return { task: what, min_score, ...more };
  return { task: what, ...more };
}

/** The picture that is open and what is known of it. Reactive. */
export const session = {
  get current(): Current | null {
    return current;
  },
  get opening(): Opening | null {
    return opening;
  },
  /** Why the last picture could not be opened. */
  get failure(): Failure | null {
    return failure;
  },
  /** Tries that once more, where the reason may be gone; else `null`. */
  get again(): (() => void) | null {
    return again;
  },
  get looks(): Looks {
    return looks;
  },
  /** What is done with a new picture at once. */
  get task(): Task {
    return task;
  },

  /** Opens a file or a frame. `at` is when it came, in the page's clock. */
  openBlob(blob: Blob, name: string | null, via: Via, at = performance.now()): Promise<void> {
    const url = SHOWN.includes(blob.type) ? URL.createObjectURL(blob) : null;
    return open(via, at, { name, url }, (signal) =>
      blob.size > MAX_BYTES
        ? Promise.reject(pageError('body_too_large', `${String(blob.size)} bytes`))
        : backend().openPicture(blob, name, signal),
    );
  },

  openSample(name: string, at = performance.now()): Promise<void> {
    return open('sample', at, { name, url: null }, () => backend().openSample(name));
  },

  /** Makes a picture the current one that the engine opens by itself (library, window). */
  adopt(picture: Promise<Picture>, via: Via, at = performance.now()): Promise<void> {
    return open(via, at, { name: null, url: null }, () => picture);
  },

  /** Says why no picture came, where that is known before one is opened. */
  refuse(why: Failure): void {
    failure = why;
    again = null;
  },

  /** Chooses what is done; it is done at once where that has not happened yet. */
  choose(what: Task): void {
    task = what;
    const known = looks[what];
    if (current !== null && (known === null || known.phase === 'failed')) void session.run(what);
  },

  /**
   * Looks at the current picture. A look that still runs is cancelled. With `keep` the last result
   * stays until the new one is there.
   */
  async run(what: Task, more: Partial<LookRequest> = {}, keep = false): Promise<void> {
    if (current === null) return;
    lookRun.abort();
    const run = new AbortController();
    lookRun = run;
    const { picture } = current;
    const first = dropped;
    dropped = null;
    const at = first?.at ?? performance.now();
    const set = (change: (look: Look) => Look) => {
      const look = looks[what];
      if (run.signal.aborted || look === null) return;
      looks = { ...looks, [what]: change(look) };
    };
    const request = requestFor(what, more);
    const begun = beginLook(request, {
      capture: first?.capture ?? null,
      decode: first === null ? null : picture.decode_ms,
    });
    const { found = null, reading = null } = keep ? (looks[what] ?? {}) : {};
    looks = { ...withoutRunning(looks), [what]: { ...begun, found, reading } };
    const onEvent = (event: LookStep) => {
      set((look) => advanceLook(look, event));
      if (isResult(event)) void measurePaint(at, first !== null, set);
    };
    try {
      await lookOrReopen(picture, request, onEvent, run.signal);
    } catch (thrown) {
      set((look) => failLook(look, failureOf(thrown)));
    }
  },

  /** Stops what runs: the opening, or the look. */
  cancel(): void {
    if (opening !== null) {
      openRun.abort();
      if (opening.url !== null) URL.revokeObjectURL(opening.url);
      opening = null;
      return;
    }
    lookRun.abort();
    looks = withoutRunning(looks);
  },

  /** Puts the picture away. */
  close(): void {
    session.cancel();
    lookRun.abort();
    show(null);
    failure = null;
    again = null;
    looks = NOTHING;
    reopen = null;
    dropped = null;
  },
};

/** Looks that were cut short are failures with the code `cancelled`, and can be run again. */
function withoutRunning(all: Looks): Looks {
  const stop = (look: Look | null) =>
    look === null ? null : failLook(look, { code: 'cancelled', message: 'cancelled' });
  return { read: stop(all.read), describe: stop(all.describe), find: stop(all.find) };
}

async function lookOrReopen(
  picture: Picture,
  request: LookRequest,
  onEvent: (event: LookStep) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    await backend().look(picture.id, request, onEvent, signal);
  } catch (thrown) {
    if (failureOf(thrown).code !== 'unknown_picture' || reopen === null) throw thrown;
    const again = await reopen();
    if (signal.aborted || current?.picture !== picture) throw thrown;
    current = { ...current, picture: again };
    await backend().look(again.id, request, onEvent, signal);
  }
}

async function measurePaint(
  at: number,
  fromDrop: boolean,
  set: (change: (look: Look) => Look) => void,
): Promise<void> {
  const arrived = performance.now();
  const end = await painted();
  if (end === null) return;
  performance.measure(fromDrop ? 'glimpse:drop-to-result' : 'glimpse:request-to-result', {
    start: at,
    end,
  });
  set((look) => ({ ...look, page: { ...look.page, paint: end - arrived, total: end - at } }));
}
