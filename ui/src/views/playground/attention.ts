/** Where each token of a caption looked: maps of 7 × 7 places, and how they are drawn. */

import { heat } from './colour';

/** Places a side of the encoder's view. */
export const SIDE = 7;

/** What a token that looks nowhere in particular gives each place. */
export const UNIFORM = 1 / (SIDE * SIDE);

/** Whether these are weights of {@link SIDE} × {@link SIDE} places that can be drawn. */
export function isMap(weights: readonly number[]): boolean {
  return weights.length === SIDE * SIDE && weights.every((w) => Number.isFinite(w) && w >= 0);
}

/** The place that got most: its weight, and its column and row from 0. */
export function peak(weights: readonly number[]): { weight: number; column: number; row: number } {
  let best = 0;
  weights.forEach((w, i) => {
    if (w > (weights[best] ?? 0)) best = i;
  });
  return { weight: weights[best] ?? 0, column: best % SIDE, row: Math.floor(best / SIDE) };
}

/** How many of the places it takes to gather half of the attention: few is a pointed look. */
export function placesForHalf(weights: readonly number[]): number {
  const whole = weights.reduce((a, b) => a + b, 0);
  let gathered = 0;
  const sorted = [...weights].sort((a, b) => b - a);
  const at = sorted.findIndex((w) => (gathered += w) >= whole / 2);
  return at < 0 ? 0 : at + 1;
}

/** Weights of Catmull and Rom's cubic (1974) for the four neighbours, at `t` between the middle two. */
function cubic(t: number): [number, number, number, number] {
  const [t2, t3] = [t * t, t * t * t];
  return [
    (-t3 + 2 * t2 - t) / 2,
    (3 * t3 - 5 * t2 + 2) / 2,
    (-3 * t3 + 4 * t2 + t) / 2,
    (t3 - t2) / 2,
  ];
}

/**
 * The map at `size` × `size` points. Smooth: a cubic through the middles of the places, never below 0.
 * Otherwise each point has the weight of its place.
 */
export function enlarge(weights: readonly number[], size: number, smooth: boolean): Float32Array {
  const out = new Float32Array(size * size);
  const clamp = (i: number) => Math.min(SIDE - 1, Math.max(0, i));
  const places = Array.from({ length: size }, (_, i) => {
    const x = ((i + 0.5) * SIDE) / size;
    const first = Math.floor(x - 0.5);
    return { place: clamp(Math.floor(x)), first, weights: cubic(x - 0.5 - first) };
  });
  places.forEach((row, y) => {
    places.forEach((column, x) => {
      if (!smooth) {
        out[y * size + x] = weights[row.place * SIDE + column.place] ?? 0;
        return;
      }
      let sum = 0;
      row.weights.forEach((wy, dy) => {
        const line = clamp(row.first - 1 + dy) * SIDE;
        column.weights.forEach((wx, dx) => {
          sum += wy * wx * (weights[line + clamp(column.first - 1 + dx)] ?? 0);
        });
      });
      out[y * size + x] = Math.max(0, sum);
    });
  });
  return out;
}

/** The map as pixels of `size` × `size`; `most` is the weight that gets the last colour. */
export function paintAttention(
  weights: readonly number[],
  size: number,
  smooth: boolean,
  most: number,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(size * size * 4);
  enlarge(weights, size, smooth).forEach((w, i) => {
    pixels.set(heat(most > 0 ? w / most : 0), i * 4);
    pixels[i * 4 + 3] = 255;
  });
  return pixels;
}
