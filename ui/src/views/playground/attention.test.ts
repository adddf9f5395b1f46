import { describe, expect, it } from 'vitest';

import { SIDE, UNIFORM, enlarge, isMap, paintAttention, peak, placesForHalf } from './attention';
import { heat } from './colour';

const uniform = Array.from({ length: SIDE * SIDE }, () => UNIFORM);
const pointed = uniform.map((_, i) => (i === 2 * SIDE + 5 ? 1 : 0));

describe('attention maps', () => {
  it('are only taken as maps where every place has a weight', () => {
    expect(isMap(uniform)).toBe(true);
    expect(isMap([])).toBe(false);
    expect(isMap([...uniform.slice(1), Number.NaN])).toBe(false);
    expect(isMap([...uniform.slice(1), -1])).toBe(false);
  });

  it('know their peak and how pointed they are', () => {
    expect(peak(pointed)).toEqual({ weight: 1, column: 5, row: 2 });
    expect(placesForHalf(pointed)).toBe(1);
    expect(placesForHalf(uniform)).toBe(25);
    expect(placesForHalf([])).toBe(0);
  });

  it('stay even where they are even, and keep the middles of the places', () => {
    for (const w of enlarge(uniform, 70, true)) expect(w).toBeCloseTo(UNIFORM, 6);
    const odd = SIDE * 9;
    const middle = (place: number) => place * 9 + 4;
    expect(enlarge(pointed, odd, true)[middle(2) * odd + middle(5)]).toBeCloseTo(1, 6);
    expect(Math.min(...enlarge(pointed, odd, true))).toBeGreaterThanOrEqual(0);
  });

  it('show the raw places where that is asked for', () => {
    const raw = enlarge(pointed, SIDE * 2, false);
    expect([...raw].filter((w) => w === 1)).toHaveLength(4);
    expect([...raw].filter((w) => w === 0)).toHaveLength(SIDE * SIDE * 4 - 4);
  });

  it('are painted against the weight that is the most', () => {
    const pixels = paintAttention(pointed, SIDE, false, 1);
    const at = (2 * SIDE + 5) * 4;
    expect([...pixels.slice(at, at + 4)]).toEqual([...heat(1), 255]);
    expect([...pixels.slice(0, 4)]).toEqual([...heat(0), 255]);
    expect([...paintAttention(uniform, 1, false, 0)]).toEqual([...heat(0), 255]);
  });
});
