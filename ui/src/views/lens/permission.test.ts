import { describe, expect, it } from 'vitest';

import type { CameraInfo, CameraPermission, NativeCamera } from '$/backend';

import { askFor, gateOf } from './permission';

function camera(permission: CameraPermission, cameras: Partial<CameraInfo>[]): NativeCamera {
  const answers = { asked: 0 };
  return {
    list: () => Promise.resolve(cameras as CameraInfo[]),
    phone: {
      permission: () => Promise.resolve(permission),
      ask: () => {
        answers.asked += 1;
        return Promise.resolve(answers.asked === 1 ? 'prompt-with-rationale' : 'denied');
      },
    },
  } as unknown as NativeCamera;
}

const controls = { torch: true, min_zoom: 1, max_zoom: 8 };

describe('what stands before the camera', () => {
  it('is nothing in browsers and on desktops, which ask by themselves', async () => {
    expect(await gateOf(null)).toBeNull();
    expect(await gateOf(camera('denied', []))).toBeNull();
    expect(await gateOf(camera('denied', [{ id: '0', controls: null }]))).toBeNull();
  });

  it('is the permission on phones', async () => {
    const gate = (permission: CameraPermission) => gateOf(camera(permission, [{ controls }]));
    expect(await gate('granted')).toBeNull();
    expect(await gate('prompt')).toBe('reason');
    expect(await gate('prompt-with-rationale')).toBe('again');
    expect(await gate('denied')).toBe('settings');
  });

  it('follows the answers', async () => {
    const asked = camera('prompt', [{ controls }]);
    expect(await askFor(asked)).toBe('again');
    expect(await askFor(asked)).toBe('settings');
  });
});
