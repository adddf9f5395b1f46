/** Where the time of a frame goes, and what of it fits into a budget. */

import type { Measures, Stage } from '../../backend/types';

/** What a part of a frame is: a stage of the engine, what it did besides, or the way to it and back. */
export type Part = Stage | 'rest' | 'way';

/** In the order in which a frame passes through them. */
export const PARTS: readonly Part[] = [
  'capture',
  'way',
  'queue',
  'decode',
  'pre',
  'infer',
  'post',
  'rest',
  'paint',
];

/** One frame: wall times in milliseconds. */
export interface Frame {
  total: number;
  parts: Partial<Record<Part, number>>;
}

const clear = (ms: number) => (Number.isFinite(ms) && ms > 0 ? ms : 0);

/**
 * A frame from what the engine measured and how long the caller waited for it. What the stages leave
 * of the engine's time is the rest; what the engine leaves of the caller's is the way.
 */
export function frameOf(measures: Pick<Measures, 'stages' | 'total_ms'>, waited: number): Frame {
  const parts: Partial<Record<Part, number>> = {};
  let known = 0;
  for (const { stage, ms } of measures.stages) {
    parts[stage] = (parts[stage] ?? 0) + clear(ms);
    known += clear(ms);
  }
  const inside = Math.max(clear(measures.total_ms), known);
  if (inside > known) parts.rest = inside - known;
  const total = Math.max(clear(waited), inside);
  if (total > inside) parts.way = total - inside;
  return { total, parts };
}

/**
 * The value that `share` (0 to 1) of the values do not exceed: the nearest rank, always one of them.
 * `undefined` of none.
 */
export function percentile(values: readonly number[], share: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil(sorted.length * share)) - 1];
}

/**
 * The frame whose total is the percentile: a frame that was, so that its parts add up to it, which the
 * percentiles of parts do not.
 */
export function frameAt(frames: readonly Frame[], share: number): Frame | undefined {
  const sorted = [...frames].sort((a, b) => a.total - b.total);
  return sorted[Math.max(1, Math.ceil(sorted.length * share)) - 1];
}

/** A piece of a stacked bar, in milliseconds from its beginning. */
export interface Piece {
  part: Part;
  from: number;
  ms: number;
}

/** The parts of a frame one after the other. */
export function stack(frame: Frame): Piece[] {
  let from = 0;
  const pieces: Piece[] = [];
  for (const part of PARTS) {
    const ms = frame.parts[part] ?? 0;
    if (ms > 0) pieces.push({ part, from, ms });
    from += ms;
  }
  return pieces;
}

/** How frames meet a budget of milliseconds. */
export interface Verdict {
  /** `fits`: nine of ten do. `often`: half do. `no`: fewer. */
  kind: 'fits' | 'often' | 'no';
  /** What the ninth of ten leaves (above 0), or lacks. */
  spare: number;
  /** Share of the frames that fit, 0 to 1. */
  share: number;
}

/** `undefined` where there are no frames yet. */
export function verdict(frames: readonly Frame[], budget: number): Verdict | undefined {
  const totals = frames.map((frame) => frame.total);
  const p90 = percentile(totals, 0.9);
  const p50 = percentile(totals, 0.5);
  if (p90 === undefined || p50 === undefined) return undefined;
  const share = totals.filter((ms) => ms <= budget).length / totals.length;
  return {
    kind: p90 <= budget ? 'fits' : p50 <= budget ? 'often' : 'no',
    spare: budget - p90,
    share,
  };
}

/** A round number of milliseconds that shows all of `most` and the budget. */
export function scaleFor(most: number, budget: number): number {
  const goal = Math.max(most, budget) * 1.1;
  const power = 10 ** Math.floor(Math.log10(Math.max(goal, 1)));
  const step = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((s) => s * power >= goal) ?? 10;
  return step * power;
}
