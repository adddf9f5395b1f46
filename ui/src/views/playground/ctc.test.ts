import { describe, expect, it } from 'vitest';

import type { CtcTraceChar, CtcTraceStep } from '../../backend/types';
import { countSteps, groupOf, groupSteps, stepsLine, symbol } from './ctc';

/** A trace as the engine would make it of `pattern`: a letter a step, `.` for the blank. */
function trace(pattern: string): { steps: CtcTraceStep[]; chars: CtcTraceChar[] } {
  const steps = [...pattern].map((c) => ({ text: c === '.' ? null : c, probability: 0.9 }));
  const chars: CtcTraceChar[] = [];
  for (const run of pattern.matchAll(/([^.])\1*/g)) {
    chars.push({ text: run[0].charAt(0), confidence: 0.9, first: run.index, count: run[0].length });
  }
  return { steps, chars };
}

describe('groups of steps', () => {
  it('cover every step once, in order', () => {
    const groups = groupSteps(trace('.HH.ee.l.l..'));
    expect(groups.map((g) => [g.first, g.count, g.char?.text ?? '·'])).toEqual([
      [0, 1, '·'],
      [1, 2, 'H'],
      [3, 1, '·'],
      [4, 2, 'e'],
      [6, 1, '·'],
      [7, 1, 'l'],
      [8, 1, '·'],
      [9, 1, 'l'],
      [10, 2, '·'],
    ]);
    expect(groups.filter((g) => g.char).map((g) => g.index)).toEqual([0, 1, 2, 3]);
  });

  it('keep neighbours apart that no blank parts', () => {
    expect(groupSteps(trace('aab')).map((g) => g.char?.text)).toEqual(['a', 'b']);
  });

  it('leave out characters that cannot be where they say', () => {
    const { steps } = trace('ab');
    const chars = [
      { text: 'a', confidence: 1, first: 0, count: 2 },
      { text: 'b', confidence: 1, first: 1, count: 1 },
      { text: 'c', confidence: 1, first: 7, count: 2 },
    ];
    expect(groupSteps({ steps, chars })).toHaveLength(1);
  });

  it('are found by their steps', () => {
    const groups = groupSteps(trace('.HH.'));
    expect(groupOf(groups, 2)?.char?.text).toBe('H');
    expect(groupOf(groups, 3)?.char).toBeNull();
    expect(groupOf(groups, 4)).toBeUndefined();
    expect(groupOf([], 0)).toBeUndefined();
  });

  it('count blanks and joins', () => {
    expect(countSteps(trace('HH.ee.l.l'))).toEqual({ steps: 9, blanks: 3, joined: 2, chars: 4 });
    expect(countSteps(trace(''))).toEqual({ steps: 0, blanks: 0, joined: 0, chars: 0 });
  });
});

describe('symbols', () => {
  it('show blanks as dots and spaces as boxes', () => {
    expect(stepsLine(trace('HH.ee.l.l').steps)).toBe('H H · e e · l · l');
    expect(symbol({ text: ' ' })).toBe('␣');
    expect(symbol({ text: '…' })).toBe('…');
  });
});
