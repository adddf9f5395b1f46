import type { Failure } from './types';

/** A failure with a stable code: one of the engine's, of the service's, or of {@link PageCode}. */
export class GlimpseError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.name = 'GlimpseError';
    this.failure = failure;
  }

  get code(): string {
    return this.failure.code;
  }
}

/** Codes of failures that only the page knows. */
export type PageCode =
  | 'cancelled'
  | 'unreachable'
  | 'protocol'
  | 'body_too_large'
  | 'clipboard_empty'
  | 'clipboard_denied'
  | 'not_a_picture'
  | 'camera_denied'
  | 'camera_none'
  | 'camera_insecure'
  | 'camera'
  | 'share'
  | 'unavailable'
  | 'internal';

export function pageError(code: PageCode, message: string): GlimpseError {
  return new GlimpseError({ code, message });
}

/** Whether a value has the shape of a {@link Failure}. */
export function isFailure(value: unknown): value is Failure {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Failure).code === 'string' &&
    typeof (value as Failure).message === 'string'
  );
}

/** The failure behind anything that was thrown. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof GlimpseError) return thrown.failure;
  if (isFailure(thrown)) return { code: thrown.code, message: thrown.message };
  if (thrown instanceof DOMException && thrown.name === 'AbortError') {
    return { code: 'cancelled', message: 'cancelled' };
  }
  return { code: 'internal', message: thrown instanceof Error ? thrown.message : String(thrown) };
}

export function isCancelled(thrown: unknown): boolean {
  return failureOf(thrown).code === 'cancelled';
}
