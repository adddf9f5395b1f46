import { describe, expect, it } from 'vitest';

import { type Frame, frameAt, frameOf, percentile, scaleFor, stack, verdict } from './budget';

const frames = (...totals: number[]): Frame[] =>
  totals.map((total) => ({ total, parts: { infer: total } }));

describe('frames', () => {
  it('give every millisecond a part', () => {
    const frame = frameOf(
      {
        stages: [
          { stage: 'decode', ms: 3 },
          { stage: 'infer', ms: 5 },
          { stage: 'infer', ms: 7 },
        ],
        total_ms: 18,
      },
      20.5,
    );
    expect(frame).toEqual({ total: 20.5, parts: { decode: 3, infer: 12, rest: 3, way: 2.5 } });
    expect(stack(frame).reduce((sum, p) => sum + p.ms, 0)).toBeCloseTo(frame.total, 9);
  });

  it('never have negative parts', () => {
    const frame = frameOf({ stages: [{ stage: 'infer', ms: 9 }], total_ms: 8 }, 7);
    expect(frame).toEqual({ total: 9, parts: { infer: 9 } });
    expect(frameOf({ stages: [{ stage: 'pre', ms: Number.NaN }], total_ms: -1 }, Infinity)).toEqual(
      {
        total: 0,
        parts: { pre: 0 },
      },
    );
  });

  it('stack in the order of their passing', () => {
    const pieces = stack({ total: 10, parts: { post: 1, decode: 4, way: 2, infer: 3 } });
    expect(pieces).toEqual([
      { part: 'way', from: 0, ms: 2 },
      { part: 'decode', from: 2, ms: 4 },
      { part: 'infer', from: 6, ms: 3 },
      { part: 'post', from: 9, ms: 1 },
    ]);
  });
});

describe('percentiles', () => {
  it('are one of the values', () => {
    const values = [9, 1, 8, 2, 7, 3, 6, 4, 5, 10];
    expect([0, 0.5, 0.9, 0.99, 1].map((share) => percentile(values, share))).toEqual([
      1, 5, 9, 10, 10,
    ]);
    expect(percentile([3], 0.5)).toBe(3);
    expect(percentile([], 0.5)).toBeUndefined();
    expect(values[0]).toBe(9);
  });

  it('pick a frame that was', () => {
    expect(frameAt(frames(5, 50, 7), 0.5)?.total).toBe(7);
    expect(frameAt(frames(5, 50, 7), 0.9)?.total).toBe(50);
    expect(frameAt([], 0.9)).toBeUndefined();
  });
});

describe('the verdict', () => {
  it('goes by nine of ten', () => {
    const ten = frames(10, 10, 10, 10, 10, 10, 10, 10, 20, 99);
    expect(verdict(ten, 20)).toEqual({ kind: 'fits', spare: 0, share: 0.9 });
    expect(verdict(ten, 16)).toEqual({ kind: 'often', spare: -4, share: 0.8 });
    expect(verdict(ten, 9)).toEqual({ kind: 'no', spare: -11, share: 0 });
    expect(verdict([], 9)).toBeUndefined();
  });
});

describe('the scale', () => {
  it('is round and shows all', () => {
    for (const [most, budget] of [
      [12, 33],
      [480, 33],
      [0, 5],
      [97, 10],
      [1000, 16],
    ] as const) {
      const scale = scaleFor(most, budget);
      expect(scale).toBeGreaterThanOrEqual(Math.max(most, budget) * 1.1);
      expect(scale).toBeLessThanOrEqual(Math.max(most, budget) * 1.7);
    }
  });
});
