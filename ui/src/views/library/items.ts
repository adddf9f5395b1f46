import type { LibraryItem } from '$/backend';

/** Most characters of a caption or of text on a card. */
const LONGEST = 140;

/** What a card says of a picture: its caption, else its first words, else its name. */
export function wordsOf(
  item: LibraryItem,
): { text: string; kind: 'described' | 'read' | 'name' } | null {
  const first = [
    { text: item.caption, kind: 'described' as const },
    { text: item.text, kind: 'read' as const },
    { text: item.name, kind: 'name' as const },
  ].find(({ text }) => (text ?? '').trim() !== '');
  if (first === undefined) return null;
  return { kind: first.kind, text: shorten(first.text ?? '') };
}

/** One line of at most {@link LONGEST} characters, cut after a word. */
export function shorten(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  const characters = [...line];
  if (characters.length <= LONGEST) return line;
  const cut = characters.slice(0, LONGEST).join('');
  const space = cut.lastIndexOf(' ');
  return `${space > LONGEST / 2 ? cut.slice(0, space) : cut}…`;
}

/** An id of the library out of an address; `null` where it is none. */
export function idOf(text: string | null | undefined): number | null {
  return text != null && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null;
}

/** Pages of a list joined, each item once: the list may have grown between two questions. */
export function join(before: readonly LibraryItem[], more: readonly LibraryItem[]): LibraryItem[] {
  const known = new Set(before.map((item) => item.id));
  return [...before, ...more.filter((item) => !known.has(item.id))];
}
