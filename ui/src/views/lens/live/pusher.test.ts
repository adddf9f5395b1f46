import { describe, expect, it } from 'vitest';

import { frameNumber, writeFrameHeader } from '$/backend';

import { Pusher } from './pusher';

const message = (at: number, number: number) => {
  const buffer = new ArrayBuffer(36);
  writeFrameHeader(buffer, { format: 'rgba', width: 1, height: 1, atMs: at, number, stride: 4 });
  return buffer;
};

function rig(ready = true) {
  const pushed: number[] = [];
  const failures: unknown[] = [];
  const handle = {
    ready,
    push(frame: ArrayBuffer) {
      pushed.push(frameNumber(frame));
      return true;
    },
  };
  return { handle, pushed, failures };
}

describe('Pusher', () => {
  it('numbers frames from 1, those too that are left out', async () => {
    const { handle, pushed } = rig();
    const pusher = new Pusher(
      handle,
      (at, n) => Promise.resolve(message(at, n)),
      () => undefined,
    );
    await pusher.shown(0);
    handle.ready = false;
    await pusher.shown(33);
    await pusher.shown(66);
    handle.ready = true;
    await pusher.shown(100);
    expect(pushed).toEqual([1, 4]);
    expect([pusher.sent, pusher.leftOut]).toEqual([2, 2]);
  });

  it('takes one frame at a time', async () => {
    const { handle, pushed } = rig();
    const waiting: (() => void)[] = [];
    const pusher = new Pusher(
      handle,
      (at, n) =>
        new Promise((resolve) => {
          waiting.push(() => {
            resolve(message(at, n));
          });
        }),
      () => undefined,
    );
    const first = pusher.shown(0);
    await pusher.shown(33);
    expect(waiting).toHaveLength(1);
    waiting[0]?.();
    await first;
    expect(pushed).toEqual([1]);
    expect(pusher.leftOut).toBe(1);
  });

  it('tells of a frame that cannot be taken, and goes on', async () => {
    const { handle, pushed, failures } = rig();
    let bad = true;
    const pusher = new Pusher(
      handle,
      (at, n) => (bad ? Promise.reject(new Error('closed')) : Promise.resolve(message(at, n))),
      (thrown) => failures.push(thrown),
    );
    await pusher.shown(0);
    bad = false;
    await pusher.shown(33);
    expect(failures).toHaveLength(1);
    expect(pushed).toEqual([2]);
  });

  it('sends nothing once it was stopped', async () => {
    const { handle, pushed } = rig();
    const pusher = new Pusher(
      handle,
      (at, n) => Promise.resolve(message(at, n)),
      () => undefined,
    );
    const late = pusher.shown(0);
    pusher.stop();
    await late;
    await pusher.shown(33);
    expect(pushed).toEqual([]);
  });
});
