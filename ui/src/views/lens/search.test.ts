import { describe, expect, it } from 'vitest';

import { findIn, isHit } from './search';

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
