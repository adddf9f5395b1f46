import { describe, expect, it } from 'vitest';

import type { LibraryItem } from '$/backend';

import { idOf, join, shorten, wordsOf } from './items';

const item = (some: Partial<LibraryItem>): LibraryItem => ({
  id: 1,
  kept_ms: 0,
  name: null,
  width: 1,
  height: 1,
  text: null,
  caption: null,
  labels: [],
  likeness: null,
  ...some,
});

describe('the words of a card', () => {
  it('are the caption, else the text, else the name', () => {
    expect(wordsOf(item({ caption: 'A dog.', text: 'x', name: 'n' }))).toEqual({
      kind: 'described',
      text: 'A dog.',
    });
    expect(wordsOf(item({ caption: ' ', text: 'TOTAL\n 5.00', name: 'n' }))).toEqual({
      kind: 'read',
      text: 'TOTAL 5.00',
    });
    expect(wordsOf(item({ name: 'n.jpg' }))?.kind).toBe('name');
    expect(wordsOf(item({}))).toBeNull();
  });

  it('are cut after a word, never inside of a character', () => {
    expect(shorten('word '.repeat(60))).toBe(`${'word '.repeat(28).trim()}…`);
    expect(shorten('😀'.repeat(200))).toBe(`${'😀'.repeat(140)}…`);
  });
});

it('takes only ids from addresses', () => {
  expect(['12', '0', '-1', '1e3', '', '9'.repeat(16), '../1'].map(idOf)).toEqual([
    12,
    null,
    null,
    null,
    null,
    null,
    null,
  ]);
  expect(idOf(null)).toBeNull();
});

it('joins pages without doubles', () => {
  const ids = join([item({ id: 3 }), item({ id: 2 })], [item({ id: 2 }), item({ id: 1 })]);
  expect(ids.map(({ id }) => id)).toEqual([3, 2, 1]);
});
