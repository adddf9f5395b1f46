const SCRIPTS: [RegExp, string][] = [
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/u, 'ja'],
  [/\p{Script=Hangul}/u, 'ko'],
  [/\p{Script=Han}/u, 'zh'],
  [/\p{Script=Cyrillic}/u, 'ru'],
  [/\p{Script=Greek}/u, 'el'],
  [/\p{Script=Arabic}/u, 'ar'],
  [/\p{Script=Hebrew}/u, 'he'],
  [/\p{Script=Thai}/u, 'th'],
  [/\p{Script=Devanagari}/u, 'hi'],
];

/** The language that a text's script speaks for; `fallback` where it does not say. */
export function languageOfScript(text: string, fallback: string): string {
  return SCRIPTS.find(([script]) => script.test(text))?.[1] ?? fallback;
}

/** One piece that is read aloud in one breath, and where each of its lines begins. */
export interface Passage {
  text: string;
  lines: { start: number; line: number }[];
}

/** Paragraphs as passages: their lines joined by spaces, since a line's end is no pause. */
export function passages(paragraphs: { lines: number[] }[], lines: { text: string }[]): Passage[] {
  return paragraphs.map((paragraph) => {
    const passage: Passage = { text: '', lines: [] };
    for (const line of paragraph.lines) {
      if (passage.text !== '') passage.text += ' ';
      passage.lines.push({ start: passage.text.length, line });
      passage.text += lines[line]?.text ?? '';
    }
    return passage;
  });
}

/** The line that a position of a passage lies in. */
export function lineAt(passage: Passage, position: number): number | null {
  return passage.lines.findLast(({ start }) => start <= position)?.line ?? null;
}

/** Whether the platform can speak at all. Voices may come late: none is not yet a no. */
export function canSpeak(): boolean {
  return 'speechSynthesis' in globalThis;
}

export interface Listener {
  line(line: number | null): void;
  /** It is over; `false`: there was no voice. */
  end(spoken: boolean): void;
}

/** Reads aloud with the platform's voices. Returns what stops it. */
export function speakAloud(all: Passage[], language: string, listener: Listener): () => void {
  const synthesis = globalThis.speechSynthesis;
  synthesis.cancel();
  let over = false;
  const end = (spoken: boolean) => {
    if (over) return;
    over = true;
    synthesis.cancel();
    listener.line(null);
    listener.end(spoken);
  };
  if (all.length === 0) end(true);
  // A platform without a voice neither speaks nor says so.
  const silence = setTimeout(() => {
    end(false);
  }, 3000);
  all.forEach((passage, i) => {
    const utterance = new SpeechSynthesisUtterance(passage.text);
    utterance.lang = languageOfScript(passage.text, language);
    utterance.onstart = () => {
      clearTimeout(silence);
      if (!over) listener.line(lineAt(passage, 0));
    };
    utterance.onboundary = ({ charIndex }) => {
      if (!over) listener.line(lineAt(passage, charIndex));
    };
    utterance.onerror = ({ error }) => {
      clearTimeout(silence);
      end(error === 'canceled' || error === 'interrupted');
    };
    if (i === all.length - 1) {
      utterance.onend = () => {
        end(true);
      };
    }
    synthesis.speak(utterance);
  });
  return () => {
    clearTimeout(silence);
    end(true);
  };
}
