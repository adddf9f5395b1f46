import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { tauriBackend } from './tauri';
import type { LiveStart, LookEvent } from './types';

/** What a window's page finds in `window`: the bridge that `@tauri-apps/api` talks to. */
interface Sent {
  command: string;
  args: Record<string, unknown>;
  options: { headers?: Record<string, string> } | undefined;
}

let sent: Sent[];
let answer: (command: string, args: Record<string, unknown>) => Promise<unknown>;
let callbacks: Map<number, (message: unknown) => void>;

beforeEach(() => {
  sent = [];
  callbacks = new Map();
  answer = () => Promise.resolve(null);
  vi.stubGlobal('window', {
    __TAURI_INTERNALS__: {
      transformCallback(callback: (message: unknown) => void) {
        const id = callbacks.size + 1;
        callbacks.set(id, callback);
        return id;
      },
      unregisterCallback: (id: number) => callbacks.delete(id),
      invoke(command: string, args: Record<string, unknown>, options?: Sent['options']) {
        sent.push({ command, args, options });
        return answer(command, args);
      },
    },
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

/** Sends what the window's side of a channel sends. */
function stream(events: Partial<LookEvent>[]): void {
  const channel = callbacks.get(1);
  events.forEach((message, index) => channel?.({ message, index }));
}

describe('the window', () => {
  it('sends a picture as raw bytes with its name in a header', async () => {
    answer = () => Promise.resolve({ id: 'a' });
    await tauriBackend().openPicture(new Blob([Uint8Array.of(1, 2, 3)]), 'größe.png');
    expect(sent[0]?.command).toBe('open_picture');
    expect(sent[0]?.args).toEqual(Uint8Array.of(1, 2, 3));
    expect(sent[0]?.options?.headers).toEqual({ 'x-glimpse-name': 'gr%C3%B6%C3%9Fe.png' });
  });

  it('sends text to Android, whose web view hands no bytes over', async () => {
    vi.stubGlobal('navigator', { userAgent: 'Mozilla/5.0 (Linux; Android 16; wv)' });
    vi.stubGlobal(
      'FileReader',
      class {
        result = '';
        onload: () => void = () => undefined;
        readAsDataURL(blob: Blob) {
          void blob.arrayBuffer().then((bytes) => {
            this.result = `data:;base64,${btoa(String.fromCharCode(...new Uint8Array(bytes)))}`;
            this.onload();
          });
        }
      },
    );
    answer = () => Promise.resolve({ id: 'a' });
    await tauriBackend().openPicture(new Blob([Uint8Array.of(0xff, 0xd8, 0)]), 'a.jpg');
    expect(sent[0]?.args).toEqual({ base64: '/9gA' });
    expect(sent[0]?.options?.headers).toEqual({ 'x-glimpse-name': 'a.jpg' });
    // Nor has it downloads; elsewhere the page's own do.
    answer = () => Promise.resolve(true);
    expect(await tauriBackend().save?.(new Blob([Uint8Array.of(1)]), 'a.pdf')).toBe(true);
    expect(sent[1]).toMatchObject({ command: 'save_file', args: { base64: 'AQ==' } });
    vi.stubGlobal('navigator', { userAgent: 'Mozilla/5.0 (X11; Linux x86_64)' });
    expect(tauriBackend().save).toBeNull();
  });

  it("asks the phone's camera by its plugin", async () => {
    const phone = tauriBackend().camera?.phone;
    await phone?.torch(true);
    await phone?.focus(0.5, 0.25);
    await phone?.zoom(2);
    await phone?.permission();
    await phone?.ask();
    await phone?.settings();
    expect(sent.map(({ command, args }) => [command, args])).toEqual([
      ['plugin:camera|set_torch', { on: true }],
      ['plugin:camera|focus', { x: 0.5, y: 0.25 }],
      ['plugin:camera|set_zoom', { ratio: 2 }],
      ['plugin:camera|permission', {}],
      ['plugin:camera|request_permission', {}],
      ['plugin:camera|open_settings', {}],
    ]);
  });

  it('turns a rejection into a failure with its code', async () => {
    // A command rejects with the failure itself, as serde writes it.
    answer = () => Promise.reject({ code: 'unknown_sample', message: 'no' });
    await expect(tauriBackend().openSample('x')).rejects.toMatchObject({
      code: 'unknown_sample',
    });
  });

  it('ends a look with its last message, which may come after the answer', async () => {
    const got: string[] = [];
    const look = tauriBackend().look('a', { task: 'read' }, ({ type }) => got.push(type));
    await Promise.resolve();
    stream([{ type: 'started', queue_ms: 0 }, { type: 'done' }]);
    await look;
    expect(got).toEqual(['started', 'done']);
    expect(sent[0]?.args).toMatchObject({ id: 'a', request: { task: 'read' } });
  });

  it('rejects where the look fails on its way', async () => {
    const look = tauriBackend().look('a', { task: 'read' }, () => undefined);
    stream([{ type: 'failed', failure: { code: 'internal', message: 'bug' } }]);
    await expect(look).rejects.toMatchObject({ code: 'internal' });
  });

  it('cancels by the name that the look was given', async () => {
    const abort = new AbortController();
    const look = tauriBackend().look('a', { task: 'read' }, () => undefined, abort.signal);
    abort.abort();
    await expect(look).rejects.toMatchObject({ code: 'cancelled' });
    expect(sent[1]).toMatchObject({ command: 'cancel', args: { look: sent[0]?.args.look } });
  });

  it('knows a picture by its first bytes', async () => {
    answer = () => Promise.resolve(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 1).buffer);
    expect((await tauriBackend().pictureImage('a')).type).toBe('image/png');
  });
});

describe('live in the window', () => {
  const heard: string[] = [];
  const failed: string[] = [];
  const begin = (start: LiveStart) =>
    tauriBackend().live(start, {
      event: ({ type }) => heard.push(type),
      failed: ({ code }) => failed.push(code),
    });
  const tell = (message: Record<string, unknown>, index: number) =>
    callbacks.get(1)?.({ message, index });
  const soon = () => new Promise((resolve) => setTimeout(resolve, 0));
  const names = () => sent.map(({ command }) => command);

  beforeEach(() => {
    [heard.length, failed.length] = [0, 0];
  });

  it('begins, takes frames and stops with the last event', async () => {
    answer = (command) => Promise.resolve(command === 'live_start' ? 7 : null);
    const handle = begin({ source: { type: 'pushed' } });
    handle.command({ type: 'pause', paused: false });
    await soon();
    tell({ type: 'started' }, 0);
    const frame = new ArrayBuffer(36);
    expect(handle.push(frame)).toBe(true);
    expect(sent.at(-1)?.options?.headers).toEqual({ 'x-glimpse-session': '7' });
    const stopped = handle.stop();
    tell({ type: 'ended' }, 1);
    await stopped;
    expect(names()).toEqual(['live_start', 'live_command', 'live_push', 'live_command']);
    expect([heard, failed]).toEqual([['started', 'ended'], []]);
  });

  it('asks for the next picture when it has one', async () => {
    const picture = new ArrayBuffer(20);
    new DataView(picture).setBigUint64(0, 3n, true);
    answer = (command, { after }) => {
      if (command === 'live_start') return Promise.resolve(1);
      return after === 0 ? Promise.resolve(picture) : new Promise(() => undefined);
    };
    const shown: number[] = [];
    tauriBackend().live(
      { source: { type: 'camera', id: '0' }, pictures: true },
      {
        event: () => undefined,
        failed: () => undefined,
        picture: ({ frame }) => shown.push(frame),
      },
    );
    await soon();
    expect(shown).toEqual([3]);
    expect(sent.at(-1)?.args).toEqual({ session: 1, after: 3 });
  });

  it('fails where it does not begin', async () => {
    answer = () => Promise.reject({ code: 'busy', message: 'two run already' });
    begin({ source: { type: 'sample', name: 'tour.mp4' } });
    await soon();
    expect(failed).toEqual(['busy']);
  });

  it('stops also before it has begun', async () => {
    let begun: (session: number) => void = () => undefined;
    answer = (command) =>
      command === 'live_start'
        ? new Promise((resolve) => (begun = resolve))
        : Promise.resolve(null);
    const stopped = begin({ source: { type: 'pushed' } }).stop();
    begun(2);
    await soon();
    expect(sent.at(-1)).toMatchObject({ command: 'live_command', args: { session: 2 } });
    tell({ type: 'ended' }, 0);
    await stopped;
  });
});
