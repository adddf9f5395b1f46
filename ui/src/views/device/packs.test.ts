import { expect, it } from 'vitest';

import { packName, packPrecision } from './packs';

it('reads what a pack is from its id', () => {
  expect([packName('ocr-det-int8'), packPrecision('ocr-det-int8')]).toEqual(['ocr-det', 'int8']);
  expect([packName('see-f32'), packPrecision('see-f32')]).toEqual(['see', 'f32']);
  expect([packName('words'), packPrecision('words')]).toEqual(['words', '–']);
});
