import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { GlimpseError } from './failure';
import { FRAME_HEADER_BYTES, writeFrameHeader } from './frames';
import { Unanswered, liveOverSocket } from './live';
import type { LiveEvent, LiveStart } from './types';

const URL_OF_LIVE = new URL('ws://127.0.0.1:1/api/v1/live');
const START: LiveStart = { source: { type: 'pushed' } };

/** What the browser gives for a connection; the test plays the server. */
class FakeSocket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static newest: FakeSocket;
  readyState = FakeSocket.CONNECTING;
  bufferedAmount = 0;
  sent: (string | ArrayBuffer)[] = [];
  closed: number | undefined | null = null;
  onopen: () => void = () => undefined;
  onmessage: (event: { data: unknown }) => void = () => undefined;
  onclose: (event: { code: number; reason: string }) => void = () => undefined;

  constructor(readonly url: URL) {
    FakeSocket.newest = this;
  }

  send(message: string | ArrayBuffer): void {
    this.sent.push(message);
  }

  close(code?: number): void {
    this.closed = code;
  }

  open(): void {
    this.readyState = FakeSocket.OPEN;
    this.onopen();
  }

  tell(event: Record<string, unknown>): void {
    this.onmessage({ data: JSON.stringify(event) });
  }
}

let told: LiveEvent['type'][];
let failures: GlimpseError[];
let pictures: number[];

function begin() {
  const handle = liveOverSocket(URL_OF_LIVE, START, {
    event: ({ type }) => told.push(type),
    picture: ({ frame }) => pictures.push(frame),
    failed: (error) => failures.push(error),
  });
  return { handle, socket: FakeSocket.newest };
}

function frame(number: number): ArrayBuffer {
  const message = new ArrayBuffer(FRAME_HEADER_BYTES + 4);
  writeFrameHeader(message, { format: 'rgba', width: 1, height: 1, atMs: 0, number, stride: 4 });
  return message;
}

beforeEach(() => {
  [told, failures, pictures] = [[], [], []];
  vi.stubGlobal('WebSocket', FakeSocket);
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('live over a socket', () => {
  it('says what it wants first, then what was commanded meanwhile', () => {
    const { handle, socket } = begin();
    handle.command({ type: 'pause', paused: true });
    expect(socket.sent).toEqual([]);
    socket.open();
    expect(socket.sent).toEqual([
      JSON.stringify(START),
      JSON.stringify({ type: 'pause', paused: true }),
    ]);
  });

  it('takes frames once it began, two that are unanswered at most', () => {
    const { handle, socket } = begin();
    socket.open();
    expect(handle.push(frame(1))).toBe(false);
    socket.tell({ type: 'started' });
    expect([handle.push(frame(1)), handle.push(frame(2)), handle.push(frame(3))]).toEqual([
      true,
      true,
      false,
    ]);
    socket.tell({ type: 'observation', observation: { frame: 2 } });
    expect(handle.ready).toBe(true);
    socket.bufferedAmount = 2 << 20;
    expect(handle.ready).toBe(false);
    expect(told).toEqual(['started', 'observation']);
  });

  it('hands over pictures', () => {
    const { socket } = begin();
    socket.open();
    const message = new ArrayBuffer(20);
    new DataView(message).setBigUint64(0, 5n, true);
    socket.onmessage({ data: message });
    expect(pictures).toEqual([5]);
  });

  it('stops with its last event', async () => {
    const { handle, socket } = begin();
    socket.open();
    socket.tell({ type: 'started' });
    const stopped = handle.stop();
    expect(socket.sent.at(-1)).toBe('{"type":"stop"}');
    socket.tell({ type: 'ended' });
    await stopped;
    expect([told.at(-1), failures, socket.closed]).toEqual(['ended', [], 1000]);
  });

  it('stops also where the engine says nothing more', async () => {
    vi.useFakeTimers();
    const { handle, socket } = begin();
    socket.open();
    const stopped = handle.stop();
    await vi.advanceTimersByTimeAsync(5000);
    await stopped;
    expect(socket.closed).toBe(1000);
    socket.tell({ type: 'started' });
    expect(told).toEqual([]);
  });

  it('stops before there is a connection', async () => {
    const { handle, socket } = begin();
    await handle.stop();
    socket.open();
    expect([socket.sent, failures]).toEqual([[], []]);
  });

  it('fails once, with the failure that was told', () => {
    const { socket } = begin();
    socket.open();
    socket.tell({ type: 'failed', failure: { code: 'busy', message: 'two run already' } });
    socket.onclose({ code: 1013, reason: '' });
    expect(failures.map(({ code }) => code)).toEqual(['busy']);
  });

  it('fails where the connection breaks off, or is not understood', () => {
    const first = begin();
    first.socket.onclose({ code: 1006, reason: '' });
    const second = begin();
    second.socket.open();
    second.socket.onmessage({ data: '<html>' });
    expect(failures.map(({ code }) => code)).toEqual(['unreachable', 'protocol']);
  });
});

describe('frames that nothing is said of', () => {
  it('are left out after a while', () => {
    let now = 0;
    const unanswered = new Unanswered(() => now);
    unanswered.pushed(1);
    unanswered.pushed(2);
    expect(unanswered.full).toBe(true);
    now = 150;
    expect(unanswered.full).toBe(false);
  });
});
