import { describe, expect, it } from 'vitest';

import { GlimpseError } from './failure';
import { NdjsonParser, readNdjson } from './ndjson';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('NdjsonParser', () => {
  it('gives each line as soon as it is whole', () => {
    const parser = new NdjsonParser();
    expect(parser.push(bytes('{"a":1}\n{"b"'))).toEqual([{ a: 1 }]);
    expect(parser.push(bytes(':2}\n\n'))).toEqual([{ b: 2 }]);
    expect(parser.end()).toEqual([]);
  });
  it('joins characters that were cut apart', () => {
    const parser = new NdjsonParser();
    const all = bytes('{"t":"größer 文"}\n');
    const got = [...all].flatMap((byte) => parser.push(Uint8Array.of(byte)));
    expect(got).toEqual([{ t: 'größer 文' }]);
  });
  it('gives a last line without a newline at the end', () => {
    const parser = new NdjsonParser();
    expect(parser.push(bytes('1\n2'))).toEqual([1]);
    expect(parser.end()).toEqual([2]);
  });
  it('refuses what is not JSON or not UTF-8 with a code', () => {
    const code = (run: () => unknown) => {
      try {
        run();
      } catch (thrown) {
        return thrown instanceof GlimpseError ? thrown.code : 'other';
      }
      return 'none';
    };
    expect(code(() => new NdjsonParser().push(bytes('<html>\n')))).toBe('protocol');
    expect(code(() => new NdjsonParser().push(Uint8Array.of(0xff, 0x0a)))).toBe('protocol');
  });
});

describe('readNdjson', () => {
  it('reads a stream to its end', async () => {
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const piece of ['{"type":"sta', 'rted"}\n{"type":"do', 'ne"}']) {
          controller.enqueue(bytes(piece));
        }
        controller.close();
      },
    });
    const got: unknown[] = [];
    await readNdjson(stream, (value) => got.push(value));
    expect(got).toEqual([{ type: 'started' }, { type: 'done' }]);
  });
});
