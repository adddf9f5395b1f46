import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Announcer, QUIET_MS } from './announcer';

describe('Announcer', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('says the first at once, then the newest after a while, and nothing twice', () => {
    const said: string[] = [];
    const announcer = new Announcer(
      (text) => said.push(text),
      () => Date.now(),
    );
    for (const text of ['a', 'b', 'c']) announcer.offer(text);
    expect(said).toEqual(['a']);
    vi.advanceTimersByTime(QUIET_MS);
    expect(said).toEqual(['a', 'c']);
    announcer.offer('c');
    vi.advanceTimersByTime(10 * QUIET_MS);
    expect(said).toEqual(['a', 'c']);
    announcer.offer('d');
    expect(said).toEqual(['a', 'c', 'd']);
  });

  it('says nothing that is over before it is its turn', () => {
    const said: string[] = [];
    const announcer = new Announcer(
      (text) => said.push(text),
      () => Date.now(),
    );
    announcer.offer('a');
    announcer.offer('b');
    announcer.offer('a');
    vi.advanceTimersByTime(QUIET_MS);
    expect(said).toEqual(['a']);
    announcer.offer('c');
    announcer.offer('d');
    announcer.stop();
    vi.advanceTimersByTime(10 * QUIET_MS);
    expect(said).toEqual(['a', 'c']);
  });
});
