import { describe, expect, it } from 'vitest';

import { isLoopback } from './here';
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

describe('isLoopback', () => {
  it('knows the names of this device, and no name that only looks like one', () => {
    for (const host of ['localhost', '127.0.0.1', '127.8.9.1', '[::1]', 'tauri.localhost']) {
      expect(isLoopback(host), host).toBe(true);
    }
    for (const host of ['10.0.0.1', 'localhost.example', '127.0.0.1.example', 'example']) {
      expect(isLoopback(host), host).toBe(false);
    }
  });
});
