import { pageError } from './failure';

/**
 * Splits a stream of bytes into the JSON values of its lines (newline-delimited JSON). A line may
 * come in any number of pieces, also cut inside of a character.
 */
export class NdjsonParser {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  #rest = '';

  /** The values that are whole with this piece. */
  push(piece: Uint8Array): unknown[] {
    return this.#take(this.#decode(piece, true));
  }

  /** The last value, where the stream does not end with a newline. */
  end(): unknown[] {
    return this.#take(`${this.#decode(undefined, false)}\n`);
  }

  #decode(piece: Uint8Array | undefined, stream: boolean): string {
    try {
      return this.#decoder.decode(piece, { stream });
    } catch {
      throw pageError('protocol', 'the stream is not UTF-8');
    }
  }

  #take(text: string): unknown[] {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    return lines.filter((line) => line.trim() !== '').map(parse);
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw pageError('protocol', `a line of the stream is not JSON: ${line.slice(0, 80)}`);
  }
}

/** Reads a whole body, one value after the other. */
export async function readNdjson(
  body: ReadableStream<Uint8Array>,
  onValue: (value: unknown) => void,
): Promise<void> {
  const parser = new NdjsonParser();
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parser.push(value).forEach(onValue);
  }
  parser.end().forEach(onValue);
}
