import { describe, expect, it } from 'vitest';

import type { Telemetry } from '$/backend';

import { quantile, Series } from './series';

const unknown = { value: null, unit: 'mW', source: 'no battery', age_ms: 0 };
const telemetry = (at_ms: number): Telemetry => ({
  at_ms,
  frames: {
    captured: 0,
    analysed: 0,
    dropped: 0,
    skipped: 0,
    damaged: 0,
    waiting: 0,
    reused: 0,
    delivered: 0,
    undelivered: 0,
  },
  rates: { captured: 30, analysed: 29.5, delivered: 29 },
  stages: [],
  memory: { value: 200e6, unit: 'B', source: 'test', age_ms: 0 },
  memory_peak: unknown,
  cpu: unknown,
  temperature: unknown,
  power: unknown,
  battery: unknown,
  heat: { state: null, source: '', age_ms: 0 },
  headroom: unknown,
});

describe('Series', () => {
  it('keeps a minute, counts back from now, and leaves unknown unknown', () => {
    const series = new Series();
    for (let at = 0; at <= 90_000; at += 250) series.add(telemetry(at), at);
    const [x, memory, power] = series.columns(['memory', 'power']);
    expect(x?.[0]).toBe(-60);
    expect(x?.at(-1)).toBe(0);
    expect(x).toHaveLength(241);
    expect(new Set(memory)).toEqual(new Set([200]));
    expect(new Set(power)).toEqual(new Set([null]));
  });

  it('gives quantiles of the last two seconds alone', () => {
    const series = new Series();
    for (let i = 0; i < 100; i += 1) series.frame(500, i);
    for (let i = 0; i < 100; i += 1) series.frame(i + 1, 3000 + i);
    series.add(telemetry(3200), 3200);
    expect(series.points.at(-1)).toMatchObject({ p50: 50, p99: 99 });
    series.add(telemetry(9000), 9000);
    expect(series.points.at(-1)).toMatchObject({ p50: null, p99: null });
  });

  it('begins anew with a new session', () => {
    const series = new Series();
    series.add(telemetry(5000), 0);
    series.add(telemetry(0), 1);
    expect(series.points).toHaveLength(1);
  });
});

describe('quantile', () => {
  it('is a value that was there', () => {
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2);
    expect(quantile([7], 0.99)).toBe(7);
    expect(quantile([], 0.5)).toBeNull();
  });
});
