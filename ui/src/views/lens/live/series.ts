import type { Telemetry } from '$/backend';

/** What is drawn, in milliseconds. */
export const SERIES_MS = 60_000;
/** Frames' wall times that a quantile over time is of, in milliseconds. */
const RECENT_MS = 2_000;

export type Value = number | null;

/** One measurement of each kind; what is unknown is `null`. */
export interface Point {
  /** Since the session began, in seconds. */
  at: number;
  p50: Value;
  p99: Value;
  captured: Value;
  analysed: Value;
  memory: Value;
  power: Value;
  temperature: Value;
}

export type Measure = Exclude<keyof Point, 'at'>;

/** The last minute of a session's measurements, as they came. */
export class Series {
  #points: Point[] = [];
  #frames: { at: number; ms: number }[] = [];

  /** Wall time of a frame in the engine, at `now` of any clock that only goes forward. */
  frame(ms: number, now: number): void {
    this.#frames.push({ at: now, ms });
    const old = this.#frames.findIndex(({ at }) => now - at <= RECENT_MS);
    if (old > 0) this.#frames.splice(0, old);
  }

  add(telemetry: Telemetry, now: number): void {
    const last = this.#points.at(-1);
    const at = telemetry.at_ms / 1000;
    // A session that began again begins a new minute.
    if (last !== undefined && at < last.at) this.clear();
    const recent = this.#frames.filter((frame) => now - frame.at <= RECENT_MS);
    const times = recent.map(({ ms }) => ms).sort((a, b) => a - b);
    this.#points.push({
      at,
      p50: quantile(times, 0.5),
      p99: quantile(times, 0.99),
      captured: telemetry.rates.captured,
      analysed: telemetry.rates.analysed,
      memory: scaled(telemetry.memory.value, 1e-6),
      power: scaled(telemetry.power.value, 1e-3),
      temperature: telemetry.temperature.value ?? null,
    });
    const from = at - SERIES_MS / 1000;
    const old = this.#points.findIndex((point) => point.at >= from);
    if (old > 0) this.#points.splice(0, old);
  }

  get points(): readonly Point[] {
    return this.#points;
  }

  /** Seconds before the newest (0 or less), then a column for each measure. */
  columns(measures: readonly Measure[]): Value[][] {
    const newest = this.#points.at(-1)?.at ?? 0;
    return [
      this.#points.map(({ at }) => at - newest),
      ...measures.map((measure) => this.#points.map((point) => point[measure])),
    ];
  }

  clear(): void {
    this.#points = [];
    this.#frames = [];
  }
}

/** The least value that the share `q` of the sorted values does not exceed; `null` of none. */
export function quantile(sorted: readonly number[], q: number): Value {
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? null;
}

const scaled = (value: number | null | undefined, by: number): Value =>
  value === null || value === undefined ? null : value * by;
