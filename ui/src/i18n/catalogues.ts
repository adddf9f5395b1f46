import app from '$/messages/en/app.json';
import bench from '$/messages/en/bench.json';
import device from '$/messages/en/device.json';
import engine from '$/messages/en/engine.json';
import errors from '$/messages/en/errors.json';
import lens from '$/messages/en/lens.json';
import library from '$/messages/en/library.json';
import live from '$/messages/en/live.json';
import objects from '$/messages/en/objects.json';
import playground from '$/messages/en/playground.json';

/** English comes with the first screen: it is what every other language falls back to. */
export const ENGLISH = {
  app,
  bench,
  device,
  engine,
  errors,
  lens,
  library,
  live,
  objects,
  playground,
};

export type Catalogue = keyof typeof ENGLISH;

/** `catalogue.key` of every message there is. */
export type Key = {
  [C in Catalogue]: `${C}.${keyof (typeof ENGLISH)[C] & string}`;
}[Catalogue];

export type Messages = ReadonlyMap<string, string>;

export interface Language {
  /** BCP 47. */
  code: string;
  /** What its speakers call it. */
  name: string;
  dir: 'ltr' | 'rtl';
}

export const LANGUAGES: readonly Language[] = [
  { code: 'en', name: 'English', dir: 'ltr' },
  { code: 'de', name: 'Deutsch', dir: 'ltr' },
];

const others = import.meta.glob<Record<string, string>>(
  ['../messages/*/*.json', '!../messages/en/*.json'],
  { import: 'default' },
);

/** English, by `catalogue.key`. */
export const ENGLISH_MESSAGES: Messages = flatten(Object.entries(ENGLISH));

/** All messages of a language, by `catalogue.key`. */
export async function loadMessages(code: string): Promise<Messages> {
  if (code === 'en') return ENGLISH_MESSAGES;
  const prefix = `../messages/${code}/`;
  const files = Object.entries(others).filter(([path]) => path.startsWith(prefix));
  const loaded = await Promise.all(
    files.map(async ([path, load]): Promise<[string, Record<string, string>]> => [
      path.slice(prefix.length, -'.json'.length),
      await load(),
    ]),
  );
  return flatten(loaded);
}

function flatten(catalogues: [string, Record<string, string>][]): Messages {
  return new Map(
    catalogues.flatMap(([name, messages]) =>
      Object.entries(messages).map(([key, text]): [string, string] => [`${name}.${key}`, text]),
    ),
  );
}

/** The language of ours that suits the wishes best, in their order; English where none does. */
export function pickLanguage(wishes: readonly string[]): Language {
  const [english] = LANGUAGES;
  for (const wish of wishes) {
    const primary = wish.toLowerCase().split('-')[0];
    const found = LANGUAGES.find(({ code }) => code === primary);
    if (found !== undefined) return found;
  }
  return english as Language;
}
