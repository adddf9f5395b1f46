import type { CameraPermission, NativeCamera } from '$/backend';

/**
 * What stands before the camera: `reason`: a person has to be asked, and is told why first; `again`: they
 * said no, and can be asked again; `settings`: only the system's settings change it.
 */
export type Gate = 'reason' | 'again' | 'settings';

const GATES: Record<CameraPermission, Gate | null> = {
  granted: null,
  prompt: 'reason',
  'prompt-with-rationale': 'again',
  denied: 'settings',
};

/** What stands before these cameras; nothing where the system or the browser asks by itself. */
export async function gateOf(camera: NativeCamera | null): Promise<Gate | null> {
  if (camera === null) return null;
  const cameras = await camera.list();
  if (!cameras.some(({ controls }) => controls !== null)) return null;
  return GATES[await camera.phone.permission()];
}

/** Asks, and gives what stands before the camera then. */
export async function askFor(camera: NativeCamera): Promise<Gate | null> {
  return GATES[await camera.phone.ask()];
}
