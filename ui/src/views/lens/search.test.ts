import { describe, expect, it } from 'vitest';

import type { Line, Quad } from '$/backend';

import { findIn, hitQuads, isHit } from './search';

const written = (text: string, wanted: string) =>
  findIn(text, wanted)
    .map((piece) => (piece.hit ? `[${piece.text}]` : piece.text))
    .join('');

describe('findIn', () => {
  it('marks every place, whatever the case', () => {
    expect(written('Total TOTAL subtotal', 'total')).toBe('[Total] [TOTAL] sub[total]');
  });
  it('does not mind accents on either side', () => {
    expect(written('Café Crème', 'cafe')).toBe('[Café] Crème');
    expect(isHit('Cafe', 'café')).toBe(true);
  });
  it('marks nothing for nothing', () => {
    expect(findIn('text', '  ')).toEqual([{ text: 'text', hit: false }]);
    expect(isHit('text', '')).toBe(false);
  });
  it('never loses a letter', () => {
    for (const text of ['İstanbul', 'Straße', '東京 タワー', 'a', '']) {
      for (const wanted of ['s', 'タ', 'ß', 'a']) {
        expect(
          findIn(text, wanted)
            .map((piece) => piece.text)
            .join(''),
        ).toBe(text);
      }
    }
  });
});

describe('hitQuads', () => {
  const quad = (x: number): Quad => [
    [x, 0],
    [x + 9, 0],
    [x + 9, 9],
    [x, 9],
  ];
  const word = (text: string, x: number) => ({ text, confidence: 1, quad: quad(x) });
  const line: Line = {
    text: 'the light house',
    confidence: 1,
    quad: quad(0),
    words: [word('the', 1), word('light', 2), word('house', 3)],
  };
  it('marks the words, the line where it spans words, nothing where it is not', () => {
    expect(hitQuads(line, 'LIGHT')).toEqual([quad(2)]);
    expect(hitQuads(line, 'light house')).toEqual([quad(0)]);
    expect(hitQuads(line, 'dark')).toEqual([]);
    expect(hitQuads(line, '')).toEqual([]);
  });
});
