/**
 * What a lesson is set to, as part of its address. What comes from an address was written by anyone:
 * what is not a value of its field is the field's default.
 */

/** A number within bounds. */
interface NumberField {
  kind: 'number';
  default: number;
  min: number;
  max: number;
  /** Whether only whole numbers are values. */
  whole?: boolean;
}

/** One of some words. */
interface ChoiceField {
  kind: 'choice';
  default: string;
  of: readonly string[];
}

/** Yes or no. */
interface FlagField {
  kind: 'flag';
  default: boolean;
}

/** Name of a sample picture, or `null`. */
interface SampleField {
  kind: 'sample';
  default: null;
}

export type Field = NumberField | ChoiceField | FlagField | SampleField;

/** Fields by their names in the address. */
export type Fields = Readonly<Record<string, Field>>;

/** The values of `F`. */
export type Values<F extends Fields> = {
  -readonly [K in keyof F]: F[K] extends NumberField
    ? number
    : F[K] extends { kind: 'choice'; of: readonly (infer T)[] }
      ? T
      : F[K] extends FlagField
        ? boolean
        : string | null;
};

/** Longest name of a sample that is looked at. */
const LONGEST = 120;

/** Whether `name` could be that of a sample: relative, without steps upwards. */
export function isSampleName(name: string): boolean {
  return (
    name.length <= LONGEST &&
    /^[\p{L}\p{N}_][\p{L}\p{N} _.-]*(\/[\p{L}\p{N}_][\p{L}\p{N} _.-]*)*$/u.test(name) &&
    !name.includes('..')
  );
}

function parse(field: Field, text: string): number | string | boolean | null {
  switch (field.kind) {
    case 'number': {
      if (!/^-?\d{1,6}(\.\d{1,8})?$/.test(text)) return field.default;
      const value = Number(text);
      const inside = value >= field.min && value <= field.max;
      return inside && (!field.whole || Number.isInteger(value)) ? value : field.default;
    }
    case 'choice':
      return field.of.includes(text) ? text : field.default;
    case 'flag':
      return text === '1' ? true : text === '0' ? false : field.default;
    case 'sample':
      return isSampleName(text) ? text : null;
  }
}

function write(value: unknown): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'number') return String(Number(value.toFixed(4)));
  return String(value);
}

/** The values that `query` sets, the defaults of the others. */
export function readLink<F extends Fields>(
  fields: F,
  query: Readonly<Record<string, string>>,
): Values<F> {
  const entries = Object.entries(fields).map(([name, field]) => {
    const text = Object.hasOwn(query, name) ? query[name] : undefined;
    return [name, text === undefined ? field.default : parse(field, text)];
  });
  return Object.fromEntries(entries) as Values<F>;
}

/** The values that are not the defaults, as the query of an address. */
export function writeLink<F extends Fields>(fields: F, values: Values<F>): Record<string, string> {
  const set = Object.entries(fields).flatMap(([name, field]): [string, string][] => {
    const value: unknown = values[name];
    return value === null || value === field.default ? [] : [[name, write(value)]];
  });
  return Object.fromEntries(set);
}

/** Knobs from map to boxes as reading has them: `BoxKnobs` of the engine's service. */
export const BOX_DEFAULTS = {
  pixel_threshold: 77 / 255,
  box_threshold: 0.5,
  unclip: 1.6,
  min_side: 3,
} as const;

export const PAGE_STEPS = ['map', 'boxes', 'crop', 'steps', 'time'] as const;

/** How a page becomes text. */
export const PAGE_LINK = {
  sample: { kind: 'sample', default: null },
  step: { kind: 'choice', default: 'map', of: PAGE_STEPS },
  opacity: { kind: 'number', default: 0.75, min: 0, max: 1 },
  pixel: { kind: 'number', default: BOX_DEFAULTS.pixel_threshold, min: 0, max: 1 },
  box: { kind: 'number', default: BOX_DEFAULTS.box_threshold, min: 0, max: 1 },
  unclip: { kind: 'number', default: BOX_DEFAULTS.unclip, min: 0, max: 4 },
  side: { kind: 'number', default: BOX_DEFAULTS.min_side, min: 0, max: 100 },
  line: { kind: 'number', default: 0, min: 0, max: 99999, whole: true },
  at: { kind: 'number', default: 0, min: 0, max: 99999, whole: true },
} as const satisfies Fields;

/** What the encoder sees. */
export const ATTENTION_LINK = {
  sample: { kind: 'sample', default: null },
  token: { kind: 'number', default: 0, min: 0, max: 999, whole: true },
  opacity: { kind: 'number', default: 0.65, min: 0, max: 1 },
  grid: { kind: 'flag', default: false },
  beam: { kind: 'number', default: 0, min: 0, max: 8, whole: true },
} as const satisfies Fields;

/** A millisecond budget. */
export const BUDGET_LINK = {
  sample: { kind: 'sample', default: null },
  budget: { kind: 'number', default: 33, min: 5, max: 200 },
  runs: { kind: 'number', default: 12, min: 1, max: 100, whole: true },
  read: { kind: 'flag', default: true },
  describe: { kind: 'flag', default: true },
  find: { kind: 'flag', default: true },
} as const satisfies Fields;
