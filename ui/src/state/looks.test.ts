import { describe, expect, it } from 'vitest';

import type { Found, Measures } from '$/backend';

import { advanceLook, beginLook, failLook, hasResult, type LookStep } from './looks';

const found: Found = {
  width: 4,
  height: 3,
  objects: [],
  timings: { total: 3 } as Found['timings'],
  receipt: { engine: '1', threads: 1, stages: [], page_rotation: 0, notes: [] },
};
const done: LookStep = { type: 'done', measures: { task: 'find' } as Measures };

describe('a look', () => {
  it('goes from running over its result to done', () => {
    const started = advanceLook(beginLook({ task: 'find' }), { type: 'started', queue_ms: 2 });
    expect(started).toMatchObject({ phase: 'running', queueMs: 2 });
    expect(hasResult(started)).toBe(false);
    const result = advanceLook(started, { type: 'found', found });
    expect(hasResult(result)).toBe(true);
    expect(result.phase).toBe('running');
    expect(advanceLook(result, done)).toMatchObject({ phase: 'done', found });
  });

  it('gathers tokens in their order', () => {
    const look = ['A ', 'dog'].reduce(
      (so_far, text) => advanceLook(so_far, { type: 'token', text, confidence: 0.5 }),
      beginLook({ task: 'describe' }),
    );
    expect(look.tokens.map(({ text }) => text).join('')).toBe('A dog');
  });

  it('keeps what it had when it fails, and changes no more', () => {
    const running = advanceLook(beginLook({ task: 'describe' }), {
      type: 'token',
      text: 'A',
      confidence: 1,
    });
    const failed = failLook(running, { code: 'busy', message: 'busy' });
    expect(failed).toMatchObject({ phase: 'failed', failure: { code: 'busy' } });
    expect(failed.tokens).toHaveLength(1);
    expect(advanceLook(failed, done)).toBe(failed);
    expect(failLook(failed, { code: 'internal', message: '' })).toBe(failed);
  });

  it('does not change the look that it came from', () => {
    const look = beginLook({ task: 'find' }, { capture: 5 });
    advanceLook(look, { type: 'found', found });
    expect(look.found).toBeNull();
    expect(look.page.capture).toBe(5);
  });
});
