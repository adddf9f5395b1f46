import { describe, expect, it } from 'vitest';

import type { BenchReport } from '$/backend';

import { KEPT, advance, begin, loadResults, resultName, saveResults, type Result } from './runs';

const report: BenchReport = {
  version: 2,
  began: '2026-11-23T04:05:06Z',
  engine: '0.1.0',
  optimized: true,
  cpu: null,
  platform: 'x86_64 linux',
  threads: 2,
  memory: { resident: 1, peak: 2 },
  tasks: [
    {
      task: 'find',
      picture: 'cat.jpg',
      size: [4, 3],
      runs_ms: [1, 2, 3],
      min: 1,
      p50: 2,
      p90: 3,
      p99: 3,
      max: 3,
      stages: [{ stage: 'infer', p50: 2 }],
      receipt: { engine: '0.1.0', threads: 2, stages: [], page_rotation: 0, notes: [] },
    },
  ],
  doubts: [],
};
const result: Result = { report, markdown: '# Glimpse' };

function store(text: string | null = null) {
  const kept = { text };
  return {
    kept,
    getItem: () => kept.text,
    setItem: (_: string, value: string) => {
      kept.text = value;
    },
  };
}

describe('a measurement under way', () => {
  it('counts warm-up and timed runs of every task', () => {
    let progress = begin(['read', 'find'], 2, 1);
    expect([progress.done, progress.whole]).toEqual([0, 6]);
    const run = {
      type: 'run' as const,
      task: 'read' as const,
      run: 1,
      runs: 1,
      warmup: true,
      ms: 9,
    };
    progress = advance(progress, run);
    progress = advance(progress, { ...run, warmup: false, ms: 5 });
    expect(progress.done).toBe(2);
    expect(progress.tasks.get('read')).toEqual([
      { ms: 9, warmup: true },
      { ms: 5, warmup: false },
    ]);
    expect(progress.tasks.get('find')).toEqual([]);
  });

  it('is never more than done', () => {
    let progress = begin(['find'], 1, 0);
    const run = {
      type: 'run' as const,
      task: 'find' as const,
      run: 1,
      runs: 1,
      warmup: false,
      ms: 1,
    };
    progress = advance(advance(progress, run), run);
    expect(progress.done).toBe(progress.whole);
  });
});

describe('the results of a session', () => {
  it('come back, the newest of them', () => {
    const session = store();
    saveResults(
      session,
      Array.from({ length: KEPT + 3 }, () => result),
    );
    expect(loadResults(session)).toEqual(Array.from({ length: KEPT }, () => result));
  });

  it.each([
    null,
    'not json',
    '{}',
    'null',
    '[1, null, "x", {}]',
    JSON.stringify([{ markdown: 'x', report: { ...report, version: 1 } }]),
    JSON.stringify([{ markdown: 'x', report: { ...report, tasks: [{}] } }]),
    JSON.stringify([{ markdown: 'x', report: { ...report, tasks: [null] } }]),
    JSON.stringify([{ markdown: 1, report }]),
    JSON.stringify([{ markdown: 'x', report: null }]),
  ])('are none where %s is kept', (text) => {
    expect(loadResults(store(text))).toEqual([]);
  });

  it('may not be kept at all', () => {
    const full = {
      getItem: () => null,
      setItem: () => {
        throw new DOMException('full', 'QuotaExceededError');
      },
    };
    expect(() => {
      saveResults(full, [result]);
    }).not.toThrow();
  });

  it('have names with their time', () => {
    expect(resultName(report, 'md')).toBe('glimpse-bench-20261123T040506.md');
    expect(resultName({ began: '../..' }, 'json')).toBe('glimpse-bench.json');
  });
});
