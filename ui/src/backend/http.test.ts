import { afterEach, describe, expect, it, vi } from 'vitest';

import { httpBackend } from './http';

const BASE = new URL('http://127.0.0.1:1/api/v1/');

interface Asked {
  url: string;
  init: RequestInit;
}

/** Answers the next requests with `answers`; tells what was asked. */
function answering(...answers: (Response | Error)[]): Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal('fetch', (url: URL, init: RequestInit) => {
    asked.push({ url: url.href.slice(BASE.href.length), init });
    const answer = answers.shift() ?? new Error('no more');
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  });
  return asked;
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('the server', () => {
  it('sends a picture as it is, its name percent-encoded', async () => {
    const asked = answering(Response.json({ id: 'a' }, { status: 201 }));
    const blob = new Blob(['x']);
    expect(await httpBackend(BASE).openPicture(blob, 'größe.png')).toEqual({ id: 'a' });
    expect(asked[0]).toMatchObject({
      url: 'pictures',
      init: { method: 'POST', body: blob, headers: { 'x-glimpse-name': 'gr%C3%B6%C3%9Fe.png' } },
    });
  });

  it('hands over the events of a look one by one', async () => {
    const lines = '{"type":"started","queue_ms":1}\n{"type":"done","measures":{}}\n';
    const asked = answering(new Response(lines));
    const got: string[] = [];
    await httpBackend(BASE).look('a/b', { task: 'find' }, ({ type }) => got.push(type));
    expect(got).toEqual(['started', 'done']);
    expect(asked[0]?.url).toBe('pictures/a%2Fb/look');
  });

  it.each([
    [
      'a failure of the service',
      Response.json({ code: 'busy', message: '' }, { status: 503 }),
      'busy',
    ],
    ['another answer', new Response('<html>', { status: 502 }), 'protocol'],
    ['an answer that is no JSON', new Response('<html>'), 'protocol'],
    ['no answer', new TypeError('failed to fetch'), 'unreachable'],
    ['an abort', new DOMException('stop', 'AbortError'), 'cancelled'],
  ])('gives %s a code', async (_name, answer, code) => {
    answering(answer);
    await expect(httpBackend(BASE).samples()).rejects.toMatchObject({ code });
  });

  it('rejects where a look fails on its way', async () => {
    answering(new Response('{"type":"failed","failure":{"code":"cancelled","message":""}}\n'));
    const look = httpBackend(BASE).look('a', { task: 'read' }, () => undefined);
    await expect(look).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('answers nothing where there is nothing', async () => {
    const asked = answering(new Response(null, { status: 204 }));
    expect(await httpBackend(BASE).closePicture('a')).toBeUndefined();
    expect(asked[0]?.init.method).toBe('DELETE');
  });
});
