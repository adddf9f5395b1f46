import type { Line, Quad } from '$/backend';

/** A piece of a text, and whether it is what was searched for. */
export interface Piece {
  text: string;
  hit: boolean;
}

/** Letters without case and accents, one for each UTF-16 unit of the text. */
function folded(text: string): string {
  return [...text]
    .map((char) => {
      const plain = char.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase();
      return plain.length === char.length ? plain : char.toLocaleLowerCase().slice(0, char.length);
    })
    .join('');
}

/** Cuts a text at what is searched for, without regard to case and accents. */
export function findIn(text: string, wanted: string): Piece[] {
  const needle = folded(wanted.trim());
  if (needle === '') return [{ text, hit: false }];
  const hay = folded(text);
  // Rare letters change their length when their case does.
  if (hay.length !== text.length) return [{ text, hit: false }];
  const pieces: Piece[] = [];
  let from = 0;
  for (let at = hay.indexOf(needle); at >= 0; at = hay.indexOf(needle, from)) {
    if (at > from) pieces.push({ text: text.slice(from, at), hit: false });
    pieces.push({ text: text.slice(at, at + needle.length), hit: true });
    from = at + needle.length;
  }
  if (from < text.length || pieces.length === 0)
    pieces.push({ text: text.slice(from), hit: false });
  return pieces;
}

export function isHit(text: string, wanted: string): boolean {
  return findIn(text, wanted).some(({ hit }) => hit);
}

/** Where on the picture a line says what is searched for: its words, or all of it. */
export function hitQuads(line: Line, wanted: string): Quad[] {
  if (!isHit(line.text, wanted)) return [];
  const words = line.words.filter(({ text }) => isHit(text, wanted)).map(({ quad }) => quad);
  // What is searched for spans words.
  return words.length > 0 ? words : [line.quad];
}
