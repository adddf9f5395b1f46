import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Newest } from './newest';

interface Call {
  input: number;
  signal: AbortSignal;
  resolve: (output: string) => void;
  reject: (error: unknown) => void;
}

function setup(patience = 100) {
  const calls: Call[] = [];
  const done: string[] = [];
  const failed: unknown[] = [];
  const newest = new Newest<number, string>(
    (input, signal) =>
      new Promise((resolve, reject) => {
        calls.push({ input, signal, resolve, reject });
        signal.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
      }),
    (output) => done.push(output),
    (error) => failed.push(error),
    patience,
  );
  return { newest, calls, done, failed };
}

const settle = () => vi.advanceTimersByTimeAsync(0);

describe('the newest request', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('runs one at a time and skips those between', async () => {
    const { newest, calls, done } = setup();
    [1, 2, 3, 4].forEach((n) => newest.ask(n));
    expect(calls.map((c) => c.input)).toEqual([1]);
    calls[0]?.resolve('one');
    await settle();
    expect(calls.map((c) => c.input)).toEqual([1, 4]);
    calls[1]?.resolve('four');
    await settle();
    expect(done).toEqual(['one', 'four']);
    expect(newest.busy).toBe(false);
  });

  it('aborts an outdated one that takes too long, without telling of it', async () => {
    const { newest, calls, done, failed } = setup(100);
    newest.ask(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(calls[0]?.signal.aborted).toBe(false);
    newest.ask(2);
    await vi.advanceTimersByTimeAsync(101);
    expect(calls[0]?.signal.aborted).toBe(true);
    expect(calls[1]?.input).toBe(2);
    calls[1]?.resolve('two');
    await settle();
    expect(done).toEqual(['two']);
    expect(failed).toEqual([]);
  });

  it('tells of failures and goes on', async () => {
    const { newest, calls, done, failed } = setup();
    newest.ask(1);
    newest.ask(2);
    calls[0]?.reject('broken');
    await settle();
    calls[1]?.resolve('two');
    await settle();
    expect(failed).toEqual(['broken']);
    expect(done).toEqual(['two']);
  });

  it('says nothing after it was stopped, and can begin again', async () => {
    const { newest, calls, done, failed } = setup();
    newest.ask(1);
    newest.ask(2);
    newest.stop();
    await settle();
    expect(calls).toHaveLength(1);
    expect([done, failed]).toEqual([[], []]);
    newest.ask(3);
    calls[1]?.resolve('three');
    await settle();
    expect(done).toEqual(['three']);
  });
});
