import type { Backend } from './backend';

export type * from './backend';
export type * from './types';
export * from './frames';
export { GlimpseError, failureOf, isCancelled, pageError } from './failure';

let chosen: Backend | null = null;

/** Chooses how the engine is reached, once, before anything is mounted. */
export async function chooseBackend(): Promise<Backend> {
  chosen ??=
    '__TAURI_INTERNALS__' in window
      ? (await import('./tauri')).tauriBackend()
      : (await import('./http')).httpBackend();
  return chosen;
}

/** The backend that {@link chooseBackend} chose. */
export function backend(): Backend {
  if (chosen === null) throw new Error('no backend was chosen yet');
  return chosen;
}

/** For tests. */
export function useBackend(other: Backend): void {
  chosen = other;
}
