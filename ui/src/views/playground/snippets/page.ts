import type { BoxKnobs, LineRequest, LineTrace, PageTrace, Picture } from '$/backend/types';

const api = 'http://127.0.0.1:7717/api/v1';

async function post<T>(path: string, body: Blob | BoxKnobs | LineRequest): Promise<T> {
  const answer = await fetch(`${api}/${path}`, {
    method: 'POST',
    ...(body instanceof Blob
      ? { body }
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as T;
}

/** The lines of a picture file, each with the score of its box. */
export async function lines(file: Blob): Promise<[number, string][]> {
  const { id } = await post<Picture>('pictures', file);
  const { boxes } = await post<PageTrace>(`pictures/${id}/lessons/boxes`, {
    pixel_threshold: 0.302,
    box_threshold: 0.5,
    unclip: 1.6,
    min_side: 3,
  });
  const lines: [number, string][] = [];
  for (const { quad, score } of boxes) {
    const { text } = await post<LineTrace>(`pictures/${id}/lessons/line`, { quad });
    lines.push([score, text]);
  }
  return lines;
}
