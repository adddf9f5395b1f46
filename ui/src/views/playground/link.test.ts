import { describe, expect, it } from 'vitest';

import { formatRoute, parseRoute } from '$/router';

import {
  ATTENTION_LINK,
  BUDGET_LINK,
  PAGE_LINK,
  isSampleName,
  readLink,
  writeLink,
  type Fields,
  type Values,
} from './link';

const read = (query: string) => readLink(PAGE_LINK, Object.fromEntries(new URLSearchParams(query)));

/** Through the address and back. */
function again<F extends Fields>(fields: F, values: Values<F>): Values<F> {
  const address = formatRoute({
    place: 'playground',
    rest: 'page',
    query: writeLink(fields, values),
  });
  return readLink(fields, parseRoute(address).query);
}

describe('links to a state of a lesson', () => {
  it('say nothing of defaults', () => {
    expect(writeLink(PAGE_LINK, read(''))).toEqual({});
    expect(read('').pixel).toBeCloseTo(77 / 255, 12);
  });

  it('bring back what they were made of', () => {
    const page = {
      ...read(''),
      sample: 'photos/cat.jpg',
      step: 'steps' as const,
      pixel: 0.42,
      line: 7,
      at: 31,
    };
    expect(again(PAGE_LINK, page)).toEqual(page);
    const attention = { sample: 'süß & klein.png', token: 4, opacity: 0.3, grid: true, beam: 3 };
    expect(isSampleName(attention.sample)).toBe(false);
    const named = { ...attention, sample: 'süß 2.png' };
    expect(again(ATTENTION_LINK, named)).toEqual(named);
    const budget = {
      sample: null,
      budget: 16.5,
      runs: 40,
      read: false,
      describe: true,
      find: false,
    };
    expect(again(BUDGET_LINK, budget)).toEqual(budget);
  });

  it('round numbers to four places', () => {
    expect(writeLink(PAGE_LINK, { ...read(''), unclip: 1 / 3 })).toEqual({ unclip: '0.3333' });
  });

  it.each([
    'pixel=NaN',
    'pixel=Infinity',
    'pixel=1e999',
    'pixel=-0.1',
    'pixel=1.01',
    'pixel=0x1',
    'pixel=',
    'pixel=%20',
    `pixel=0.${'1'.repeat(5000)}`,
    'line=1.5',
    'line=-1',
    'line=9999999999',
    'step=__proto__',
    'step=constructor',
    'step=<script>',
    '__proto__=1',
    'constructor=1',
    'sample=../../etc/passwd',
    'sample=/etc/passwd',
    'sample=a/../b',
    'sample=http://example.org/x.png',
    'sample=javascript:alert(1)',
    'sample=%00',
    'sample=a%5Cb',
    `sample=${'a'.repeat(121)}`,
    '&&&=&=&%%%',
  ])('take nothing from %s', (query) => {
    expect(read(query)).toEqual(read(''));
    expect(readLink(PAGE_LINK, parseRoute(`#/playground/page?${query}`).query)).toEqual(read(''));
  });

  it('take only what is the query’s own', () => {
    expect(readLink({ toString: { kind: 'flag', default: false } as const }, {})).toEqual({
      toString: false,
    });
  });

  it('have flags that are 0 or 1', () => {
    const grid = (text: string) => readLink(ATTENTION_LINK, { grid: text }).grid;
    expect(['1', '0', 'true', ''].map(grid)).toEqual([true, false, false, false]);
  });
});
