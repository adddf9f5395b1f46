import { describe, expect, it } from 'vitest';
import { IntlMessageFormat } from 'intl-messageformat';

import { ENGLISH_MESSAGES as english, LANGUAGES, loadMessages, pickLanguage } from './catalogues';

type Element = ReturnType<IntlMessageFormat['getAst']>[number];

/** The placeholders of a message, with their kinds. */
function placeholders(text: string): string[] {
  const found = new Set<string>();
  const walk = (elements: Element[]) => {
    for (const element of elements) {
      if ('options' in element) {
        Object.values(element.options).forEach((option) => {
          walk(option.value);
        });
      }
      // Literals (0) and the # of plurals (7) are none.
      if (element.type !== 0 && element.type !== 7 && 'value' in element) {
        found.add(`${element.value}:${String(element.type)}`);
      }
    }
  };
  walk(new IntlMessageFormat(text, 'en', undefined, { ignoreTag: true }).getAst());
  return [...found].sort();
}

describe.each(LANGUAGES)('$code', ({ code }) => {
  it('has every message and no other, each with the same placeholders', async () => {
    const messages = await loadMessages(code);
    expect([...messages.keys()].sort()).toEqual([...english.keys()].sort());
    for (const [key, text] of messages) {
      expect(text.trim(), key).not.toBe('');
      expect(placeholders(text), key).toEqual(placeholders(english.get(key) ?? ''));
    }
  });
});

describe('pickLanguage', () => {
  it('takes the first wish that there is, by its primary language', () => {
    expect(pickLanguage(['fr-CH', 'de-AT', 'en']).code).toBe('de');
  });
  it('falls back to English', () => {
    expect(pickLanguage(['tlh']).code).toBe('en');
    expect(pickLanguage([]).code).toBe('en');
  });
});
