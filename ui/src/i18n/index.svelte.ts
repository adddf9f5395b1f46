import { IntlMessageFormat } from 'intl-messageformat';

import {
  ENGLISH_MESSAGES,
  loadMessages,
  pickLanguage,
  type Key,
  type Language,
  type Messages,
} from './catalogues';

export { LANGUAGES, type Key, type Language } from './catalogues';

type Values = Record<string, string | number>;

interface Spoken {
  language: Language;
  messages: Messages;
  formats: Map<string, IntlMessageFormat>;
}

const english = ENGLISH_MESSAGES;
const start: Spoken = { language: pickLanguage([]), messages: english, formats: new Map() };
let spoken = $state.raw<Spoken>(start);

/** Speaks the language that suits `wish` (BCP 47), or the system's where it is `null`. */
export async function speak(wish: string | null): Promise<void> {
  const language = pickLanguage(wish === null ? navigator.languages : [wish]);
  if (language.code === spoken.language.code && spoken !== start) return;
  const messages = await loadMessages(language.code);
  spoken = { language, messages, formats: new Map() };
  document.documentElement.lang = language.code;
  document.documentElement.dir = language.dir;
}

/** The message in the language that is spoken now. Reactive. */
export function t(key: Key, values?: Values): string {
  return format(key, values);
}

/** Whether there is such a message; for keys that are made from data. */
export function has(key: string): key is Key {
  return english.has(key);
}

/** The language that is spoken now. Reactive. */
export function language(): Language {
  return spoken.language;
}

function format(key: string, values: Values | undefined): string {
  const { language, messages, formats } = spoken;
  const text = messages.get(key) ?? english.get(key);
  if (text === undefined) return key;
  if (!text.includes('{') && !text.includes("'")) return text;
  let made = formats.get(key);
  if (made === undefined) {
    made = new IntlMessageFormat(text, language.code, undefined, { ignoreTag: true });
    formats.set(key, made);
  }
  return String(made.format(values));
}

const numbers = new Map<string, Intl.NumberFormat>();

function number(value: number, options: Intl.NumberFormatOptions): string {
  const id = `${spoken.language.code} ${JSON.stringify(options)}`;
  let made = numbers.get(id);
  if (made === undefined) {
    made = new Intl.NumberFormat(spoken.language.code, options);
    numbers.set(id, made);
  }
  return made.format(value);
}

/** A plain number with at most `digits` digits after the point. */
export function count(value: number, digits = 0): string {
  return number(value, { maximumFractionDigits: digits });
}

/** A duration given in milliseconds, with its unit: about three digits that matter. */
export function ms(value: number): string {
  const seconds = value >= 1000;
  const shown = seconds ? value / 1000 : value;
  const digits = shown < 10 ? (seconds ? 2 : 1) : shown < 100 ? 1 : 0;
  return withUnit(count(shown, digits), seconds ? 's' : 'ms');
}

/** Symbols of units are the same in all languages; the number before them is not. */
function withUnit(value: string, unit: string): string {
  return `${value}\u00a0${unit}`;
}

/** A share between 0 and 1 as a percentage. */
export function percent(value: number, digits = 0): string {
  return number(value, { style: 'percent', maximumFractionDigits: digits });
}

const SIZES = ['B', 'kB', 'MB', 'GB'] as const;

/** A number of bytes, in units of 1000. */
export function bytes(value: number): string {
  const step = value < 1000 ? 0 : value < 1e6 ? 1 : value < 1e9 ? 2 : 3;
  const shown = value / 1000 ** step;
  return withUnit(count(shown, step === 0 || shown >= 100 ? 0 : 1), SIZES[step] ?? 'B');
}

/** A moment (milliseconds since 1970) as a date and a time of day. */
export function moment(value: number): string {
  return new Intl.DateTimeFormat(spoken.language.code, {
    dateStyle: 'medium',
    timeStyle: 'short',
  }).format(value);
}
