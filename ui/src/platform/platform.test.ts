import { describe, expect, it } from 'vitest';

import { altAttribute } from './share';
import { languageOfScript, lineAt, passages } from './speech';

describe('altAttribute', () => {
  it('escapes what would end the attribute', () => {
    expect(altAttribute(' A "big" <dog> & a cat. ')).toBe(
      'alt="A &quot;big&quot; &lt;dog&gt; &amp; a cat."',
    );
  });
});

describe('reading aloud', () => {
  const lines = [{ text: 'Never' }, { text: 'gonna' }, { text: 'Title' }];
  const all = passages([{ lines: [2] }, { lines: [0, 1] }], lines);

  it('joins the lines of a paragraph', () => {
    expect(all.map(({ text }) => text)).toEqual(['Title', 'Never gonna']);
  });
  it('knows the line of a position', () => {
    const [, second] = all;
    expect(second && [0, 4, 6, 99].map((at) => lineAt(second, at))).toEqual([0, 0, 1, 1]);
  });
  it('takes the language of a script, and the fallback where it has none', () => {
    expect(languageOfScript('ひらがなと漢字', 'en')).toBe('ja');
    expect(languageOfScript('漢字', 'en')).toBe('zh');
    expect(languageOfScript('Straße', 'de')).toBe('de');
  });
});
