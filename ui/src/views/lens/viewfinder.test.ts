import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { pageError, useBackend, type Backend, type Failure, type NativeCamera } from '$/backend';

import { nativeCamera, pointOn } from './viewfinder';

// It reaches for the window when it is loaded.
vi.mock('$/state/session.svelte', () => ({ session: {} }));

describe('a tap on the picture', () => {
  const box = { left: 10, top: 20, width: 400, height: 800 };

  it('is a point of it, with what is empty around it left out', () => {
    // Shown 400 wide and 225 high, with 287.5 above and below.
    const wide = { width: 1280, height: 720 };
    expect(pointOn(wide, box, { clientX: 210, clientY: 420 })).toEqual({ x: 0.5, y: 0.5 });
    expect(pointOn(wide, box, { clientX: 10, clientY: 307.5 })).toEqual({ x: 0, y: 0 });
    expect(pointOn(wide, box, { clientX: 410, clientY: 532.5 })).toEqual({ x: 1, y: 1 });
    expect(pointOn(wide, box, { clientX: 210, clientY: 100 })).toBeNull();
    const tall = { width: 300, height: 800 };
    expect(pointOn(tall, box, { clientX: 15, clientY: 420 })).toBeNull();
    expect(pointOn(tall, box, { clientX: 60, clientY: 20 })).toEqual({ x: 0, y: 0 });
  });

  it('is nothing before there is a picture', () => {
    expect(pointOn({ width: 0, height: 0 }, box, { clientX: 210, clientY: 420 })).toBeNull();
    expect(
      pointOn({ width: 4, height: 3 }, { ...box, height: 0 }, { clientX: 1, clientY: 1 }),
    ).toBeNull();
  });
});

describe("a phone's camera", () => {
  let said: string[];
  let frames: (() => Promise<Blob>)[];
  let closed: number;

  beforeEach(() => {
    vi.useFakeTimers();
    said = [];
    frames = [];
    closed = 0;
    vi.stubGlobal('document', {
      createElement: () => ({ width: 0, height: 0, getContext: () => null }),
    });
    vi.stubGlobal('createImageBitmap', () =>
      Promise.resolve({ width: 720, height: 1280, close: () => undefined }),
    );
  });

  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  function camera(controls: { torch: boolean; min_zoom: number; max_zoom: number } | null) {
    const native: NativeCamera = {
      list: () => Promise.resolve([{ id: '0', name: '', facing: 'back', controls }]),
      open: (id) => {
        said.push(`open ${id}`);
        return Promise.resolve();
      },
      frame: () => frames.shift()?.() ?? new Promise(() => undefined),
      freeze: () => Promise.reject(new Error('not here')),
      close: () => {
        closed += 1;
        return Promise.resolve();
      },
      phone: {
        permission: () => Promise.resolve('granted'),
        ask: () => Promise.resolve('granted'),
        settings: () => Promise.resolve(),
        torch: (on) => {
          said.push(`torch ${String(on)}`);
          return Promise.resolve();
        },
        zoom: (ratio) => Promise.resolve(Math.min(ratio, 4)),
        focus: (x, y) => {
          said.push(`focus ${String(x)} ${String(y)}`);
          return Promise.resolve(true);
        },
      },
    };
    useBackend({ camera: native } as Backend);
    return native;
  }

  const fails = (code: Failure['code']) => () =>
    Promise.reject(pageError(code as 'camera', 'the system says'));
  const frame = () => Promise.resolve(new Blob());

  it('waits while the system keeps it, and goes on', async () => {
    frames = [frame, fails('camera_paused'), fails('camera_busy'), frame];
    const waits: (string | null)[] = [];
    const failed: unknown[] = [];
    const finder = await nativeCamera(
      camera({ torch: true, min_zoom: 1, max_zoom: 8 }),
      0,
      (thrown) => failed.push(thrown),
      (why) => waits.push(why),
    );
    await vi.advanceTimersByTimeAsync(1000);
    expect(waits).toEqual([null, 'camera_paused', 'camera_busy', null]);
    expect(failed).toEqual([]);
    finder.close();
    finder.close();
    expect(closed).toBe(1);
  });

  it('ends where the permission is taken away', async () => {
    frames = [frame, fails('camera_denied')];
    const failed: unknown[] = [];
    await nativeCamera(camera({ torch: false, min_zoom: 1, max_zoom: 1 }), 0, (thrown) =>
      failed.push(thrown),
    );
    await vi.advanceTimersByTimeAsync(1000);
    expect(failed).toMatchObject([{ code: 'camera_denied' }]);
  });

  it('has what it can, and nothing of it on desktops', async () => {
    const phone = await nativeCamera(
      camera({ torch: true, min_zoom: 1, max_zoom: 8 }),
      0,
      () => undefined,
    );
    await phone.torch?.(true);
    expect(await phone.focus?.({ x: 0.25, y: 0.5 })).toBe(true);
    expect(await phone.zoom?.(8)).toBe(4);
    expect(said).toEqual(['open 0', 'torch true', 'focus 0.25 0.5']);
    const plain = await nativeCamera(
      camera({ torch: false, min_zoom: 1, max_zoom: 1 }),
      0,
      () => undefined,
    );
    expect([plain.torch, plain.zoom]).toEqual([null, null]);
    expect(plain.focus).not.toBeNull();
    frames = [fails('camera_busy')];
    const failed: unknown[] = [];
    const desktop = await nativeCamera(camera(null), 0, (thrown) => failed.push(thrown));
    await vi.advanceTimersByTimeAsync(1000);
    expect([desktop.torch, desktop.zoom, desktop.focus]).toEqual([null, null, null]);
    expect(failed).toMatchObject([{ code: 'camera_busy' }]);
  });
});
