import { describe, expect, it } from 'vitest';

import { fill, snippets } from './code';

const files = import.meta.glob<string>('./snippets/*', {
  query: '?raw',
  import: 'default',
  eager: true,
});

describe('snippets', () => {
  it('are the files, with the types where a program of one’s own has them', () => {
    const typescript = "import type { Picture } from '$/backend/types';\n";
    const files = { rust: 'let a = 1;\n', typescript, kotlin: 'k', swift: 's' };
    expect(snippets(files).map((s) => [s.name, s.source])).toEqual([
      ['Rust', 'let a = 1;'],
      ['TypeScript', "import type { Picture } from './glimpse';"],
      ['Kotlin', 'k'],
      ['Swift', 's'],
    ]);
  });

  it('take the values of the knobs in each language’s form', () => {
    const values = { min_side: 4, unclip: 1.75, attention: true, beam: 3 };
    expect(fill('BoxKnobs { min_side: 3.0, unclip: 1.6 }', values)).toBe(
      'BoxKnobs { min_side: 4.0, unclip: 1.75 }',
    );
    expect(fill('{ min_side: 3, unclip: 1.6, attention: false }', values)).toBe(
      '{ min_side: 4, unclip: 1.75, attention: true }',
    );
    expect(fill('Knobs(minSide = 3f)', values)).toBe('Knobs(minSide = 4f)');
    expect(fill('beam: None, beam: null,', values)).toBe('beam: Some(3), beam: 3,');
    expect(fill('(beam = null)', values)).toBe('(beam = 3)');
    expect(fill('(beam: nil, attention: false)', values)).toBe('(beam: 3, attention: true)');
  });

  it.each([
    ['page', ['pixel_threshold', 'box_threshold', 'unclip', 'min_side']],
    ['budget', ['budget_ms', 'runs']],
  ])('of %s have every knob in every language', (lesson, knobs) => {
    for (const source of Object.entries(files).flatMap(([path, text]) =>
      path.includes(`/${lesson}.`) ? [text] : [],
    )) {
      for (const knob of knobs) {
        expect(fill(source, { [knob]: 3.75 }), source).toContain('3.75');
      }
    }
  });

  it('leave other names alone', () => {
    expect(fill('reunclip: 1.6, unclipped: 1.6', { unclip: 2 })).toBe(
      'reunclip: 1.6, unclipped: 1.6',
    );
  });
});
