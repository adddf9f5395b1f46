import { afterAll, describe, expect, it, vi } from 'vitest';

import lexicon from '../../../engine/src/describe/lexicon.tsv?raw';
import schema from '$/backend/schema.json';
import type { Note, NoteCode } from '$/backend';

import { ENGLISH_MESSAGES as english, LANGUAGES, loadMessages } from './catalogues';
import { speak } from './index.svelte';
import { colourName, objectName, said, sourceOf } from './said';

vi.stubGlobal('document', { documentElement: {} });
afterAll(() => {
  vi.unstubAllGlobals();
});

/** Every code that the engine has, but the one that stands for none. */
const codes = schema.components.schemas.NoteCode.oneOf
  .map((one) => one.const as NoteCode)
  .filter((code) => code !== 'other');

/** COCO's classes, as the engine calls them. */
const labels = lexicon
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('-'))
  .map((line) => line.slice(0, line.indexOf('\t')));

describe.each(LANGUAGES)('$code', ({ code: language }) => {
  it('has a message for every code and a name for every kind of object', async () => {
    const messages = await loadMessages(language);
    expect(codes).toHaveLength(13);
    expect(labels).toHaveLength(80);
    for (const key of [
      ...codes.map((code) => `engine.${code}`),
      ...labels.map((label) => `objects.${label}`),
    ]) {
      expect(messages.get(key), key).toBeTruthy();
    }
    const kinds = [...messages.keys()].filter((key) => key.startsWith('objects.'));
    expect(kinds).toHaveLength(labels.length);
    expect(new Set(kinds.map((key) => messages.get(key))).size, 'two share a name').toBe(80);
  });
});

describe('what the engine says', () => {
  const note = (code: NoteCode, values: Note['values'] = {}): Note => ({
    code,
    values,
    message: 'as the engine puts it',
  });

  it('is said in the language that is spoken', async () => {
    await speak('de');
    expect(said(note('few_runs', { runs: 5 }))).toBe(
      'Wenige Läufe: 5 je Aufgabe überlassen die Perzentile dem Zufall.',
    );
    expect(said(note('busy_before', { load: 2.5, threads: 4 }))).toContain('Last von 2,5 auf 4');
    expect(said(note('not_kept', { failure: 'storage', why: 'disk full' }))).toBe(
      'Nicht in der Bibliothek behalten: Die Bibliothek ließ sich nicht lesen oder schreiben',
    );
    expect(said(note('not_kept', { failure: 'new', why: 'disk full' }))).toContain('disk full');
    expect(objectName('teddy bear')).toBe('Teddybär');
    expect(colourName('green')).toBe('grün');
    expect(sourceOf({ source: 'battery BAT0: power_now' })).toBe('Akku BAT0: power_now');
    expect(sourceOf({ source: 'battery BAT0 is not what feeds the device: charging' })).toBe(
      'Akku BAT0 speist das Gerät nicht: er wird geladen',
    );
    expect(sourceOf({ source: 'powercap package-0: the processor alone' })).toBe(
      'powercap package-0: nur der Prozessor',
    );
    await speak('en');
    expect(sourceOf({ source: 'powercap package-0: the processor alone' })).toBe(
      'powercap package-0: the processor alone',
    );
    expect(said(note('no_warmup'))).toBe(english.get('engine.no_warmup'));
  });

  it('stays as the engine puts it where there is no message', () => {
    expect(said(note('other'))).toBe('as the engine puts it');
    expect(said(note('later' as NoteCode))).toBe('as the engine puts it');
    expect(objectName('axolotl')).toBe('axolotl');
    expect(sourceOf({ source: 'a new sensor' })).toBe('a new sensor');
  });
});
