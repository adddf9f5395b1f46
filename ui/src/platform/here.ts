import { backend } from '$/backend';

const LOOPBACK = /^(localhost|.*\.localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Whether a host's name means this device itself. */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname);
}

/** The other device whose engine this page uses; `null` where it is this one. */
export function remoteHost(): string | null {
  return backend().kind === 'window' || isLoopback(location.hostname) ? null : location.hostname;
}
