import { describe, expect, it } from 'vitest';

import { KEPT, Ring } from './ring';
import { observation } from './testdata';

const filled = (seconds: number, size = 20_000) => {
  const ring = new Ring<{ size: number; n: number }>();
  for (let n = 0; n <= seconds * 30; n += 1) {
    const at = (n * 1000) / 30;
    ring.addResult(observation(n + 1, at, []));
    if (ring.wants(at)) ring.addPicture(at, { size, n });
  }
  return ring;
};

describe('Ring', () => {
  it('keeps ten pictures a second of the last 30 seconds and no more', () => {
    const ring = filled(90);
    expect(ring.span?.to).toBeCloseTo(90_000, -2);
    expect(ring.span?.from).toBeGreaterThanOrEqual(60_000 - 1);
    expect(ring.pictures.length).toBeGreaterThan(290);
    expect(ring.pictures.length).toBeLessThanOrEqual(KEPT.pictures);
    expect(ring.bytes).toBe(ring.pictures.length * 20_000);
  });

  it('keeps to its bytes, whatever the pictures are', () => {
    const ring = filled(40, 1_000_000);
    expect(ring.bytes).toBeLessThanOrEqual(KEPT.bytes);
    expect(ring.pictures.length).toBe(16);
  });

  it('keeps to its number of results', () => {
    const ring = new Ring<{ size: number }>();
    for (let n = 0; n < 5000; n += 1) ring.addResult(observation(n, n, []));
    expect(ring.resultAt(5000 - KEPT.results)?.frame).toBe(5000 - KEPT.results);
    expect(ring.resultAt(5000 - KEPT.results - 1)).toBeNull();
  });

  it('finds what was seen at a moment', () => {
    const ring = filled(3);
    expect(ring.resultAt(1000)?.frame).toBe(31);
    expect(ring.resultAt(1016)?.frame).toBe(31);
    expect(ring.resultAt(-1)).toBeNull();
    expect(ring.pictureAt(1050)?.at).toBeCloseTo(1000);
    expect(ring.pictureAt(-1)?.at).toBe(0);
    expect(ring.pictureAt(1e9)?.at).toBeCloseTo(3000);
  });

  it('begins anew where the clock jumps back', () => {
    const ring = filled(20);
    ring.addPicture(0, { size: 1, n: 0 });
    expect(ring.span).toEqual({ from: 0, to: 0 });
    expect(ring.bytes).toBe(1);
    expect(ring.resultAt(20_000)).toBeNull();
  });

  it('is empty to begin with', () => {
    const ring = new Ring();
    expect(ring.span).toBeNull();
    expect(ring.pictureAt(0)).toBeNull();
  });
});
