import { describe, expect, it } from 'vitest';

import { formatRoute, parseRoute, PLACES } from './router';

describe('parseRoute', () => {
  it.each(PLACES)('knows %s', (place) => {
    expect(parseRoute(`#/${place}`)).toEqual({ place, rest: null, query: {} });
  });
  it('leads to the Lens from anywhere else', () => {
    for (const fragment of ['', '#', '#/', '#/nowhere', '#lenses', '#/../etc']) {
      expect(parseRoute(fragment)).toEqual({ place: 'lens', rest: null, query: {} });
    }
  });
  it('takes a lesson with its knobs', () => {
    expect(parseRoute('#/playground/page?unclip=1.6&x=a%20b')).toEqual({
      place: 'playground',
      rest: 'page',
      query: { unclip: '1.6', x: 'a b' },
    });
  });
  it('survives broken escapes', () => {
    expect(parseRoute('#/playground/%E0%A4%A')).toMatchObject({ rest: '%E0%A4%A' });
  });
});

describe('formatRoute', () => {
  it('is undone by parseRoute', () => {
    const route = { place: 'playground', rest: 'ein Weg?', query: { q: 'a&b=c', ü: 'ß' } } as const;
    expect(parseRoute(formatRoute(route))).toEqual(route);
  });
});
