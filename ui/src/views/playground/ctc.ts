/**
 * How the recognizer's steps become text: repetitions are joined, blanks are dropped (greedy decoding
 * of connectionist temporal classification; Graves et al., ICML 2006).
 */

import type { CtcTraceChar, CtcTraceStep, LineTrace } from '../../backend/types';

/** Consecutive steps that are one character, or blanks that part two. */
export interface StepGroup {
  /** First step, from 0. */
  first: number;
  /** Number of steps. */
  count: number;
  /** The character that they became; `null` for blanks. */
  char: CtcTraceChar | null;
  /** Which character of the line it is, from 0; `null` for blanks. */
  index: number | null;
}

/** All steps in groups, left to right: the characters' runs as decoded, and what lies between. */
export function groupSteps(trace: Pick<LineTrace, 'steps' | 'chars'>): StepGroup[] {
  const groups: StepGroup[] = [];
  const whole = trace.steps.length;
  let next = 0;
  const blanks = (until: number) => {
    if (until > next) groups.push({ first: next, count: until - next, char: null, index: null });
    next = Math.max(next, until);
  };
  trace.chars.forEach((char, index) => {
    const end = Math.min(whole, char.first + char.count);
    if (char.first < next || end <= char.first) return;
    blanks(char.first);
    groups.push({ first: char.first, count: end - char.first, char, index });
    next = end;
  });
  blanks(whole);
  return groups;
}

/** The group that step `step` belongs to. */
export function groupOf(groups: readonly StepGroup[], step: number): StepGroup | undefined {
  return groups.find((g) => step >= g.first && step < g.first + g.count);
}

/** What stands for a step: a middle dot for the blank, an open box for the space. */
export function symbol(step: Pick<CtcTraceStep, 'text'>): string {
  if (step.text === null || step.text === undefined) return '·';
  return visible(step.text);
}

/** The text with its spaces made visible. */
export function visible(text: string): string {
  return text.replaceAll(' ', '␣').replaceAll('\u3000', '␣');
}

/** The steps as a line of text, for example `"H H · e e · l · l"`. */
export function stepsLine(steps: readonly CtcTraceStep[]): string {
  return steps.map(symbol).join(' ');
}

/** How many steps are blank, and how many were joined into the character before them. */
export function countSteps(trace: Pick<LineTrace, 'steps' | 'chars'>): {
  steps: number;
  blanks: number;
  joined: number;
  chars: number;
} {
  const groups = groupSteps(trace);
  const runs = groups.filter((g) => g.char !== null);
  return {
    steps: trace.steps.length,
    blanks: groups.filter((g) => g.char === null).reduce((sum, g) => sum + g.count, 0),
    joined: runs.reduce((sum, g) => sum + g.count - 1, 0),
    chars: runs.length,
  };
}
