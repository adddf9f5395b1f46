/** The few lines of code that do what a lesson does. */

export type CodeLanguage = 'rust' | 'typescript' | 'kotlin' | 'swift';

/** A piece of code as the lesson shows it. */
export interface Snippet {
  language: CodeLanguage;
  /** Its name among programmers; not translated. */
  name: string;
  source: string;
}

const NAMES: Record<CodeLanguage, string> = {
  rust: 'Rust',
  typescript: 'TypeScript',
  kotlin: 'Kotlin',
  swift: 'Swift',
};

/** The snippets of a lesson from their files, in the order in which they are shown. */
export function snippets(files: Record<CodeLanguage, string>): Snippet[] {
  return (Object.keys(NAMES) as CodeLanguage[]).map((language) => ({
    language,
    name: NAMES[language],
    source: files[language].replace("'$/backend/types'", "'./glimpse'").trim(),
  }));
}

/** A value as it is written in code. */
type Literal = number | boolean;

const camel = (name: string) => name.replace(/_(\w)/g, (_, c: string) => c.toUpperCase());

/**
 * `source` with the values of its fields replaced, in `name: 1.6` as in `name = 1.6`. A number keeps
 * its point where the source has one, which Rust needs; what was none becomes one.
 */
export function fill(source: string, values: Readonly<Record<string, Literal>>): string {
  let out = source;
  for (const [name, value] of Object.entries(values)) {
    const field = new RegExp(
      `\\b(${name}|${camel(name)})(\\s*[:=]\\s*)(\\d+(?:\\.\\d+)?|true|false|null|nil|None)(?=f?\\b)`,
      'g',
    );
    out = out.replace(field, (_, field: string, between: string, before: string) => {
      const text = literal(value, before.includes('.'));
      return `${field}${between}${before === 'None' ? `Some(${text})` : text}`;
    });
  }
  return out;
}

function literal(value: Literal, point: boolean): string {
  const text = typeof value === 'number' ? String(Number(value.toFixed(4))) : String(value);
  return point && typeof value === 'number' && !text.includes('.') ? `${text}.0` : text;
}
