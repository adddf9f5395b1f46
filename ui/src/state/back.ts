import { WayBack } from './wayBack';

/** Phones and tablets, whose way back is expected to close things. */
const touched = matchMedia('(pointer: coarse)').matches;
const back = touched ? new WayBack(window) : null;

/** See {@link WayBack.open}; where there is a mouse, the way back is for places alone. */
export function wayBack(close: () => void): () => void {
  return back?.open(close) ?? (() => undefined);
}

/** See {@link WayBack.then}. */
export function afterWayBack(step: () => void): void {
  if (back === null) step();
  else back.then(step);
}
