import type { LookEvent, LookRequest, Picture } from '$/backend/types';

const api = 'http://127.0.0.1:7717/api/v1';

/** The words of a caption, each with where it looked: 7 × 7 weights, row by row. */
export async function words(file: Blob): Promise<[string, number[]][]> {
  const opened = await fetch(`${api}/pictures`, { method: 'POST', body: file });
  if (!opened.ok) throw new Error(await opened.text());
  const { id } = (await opened.json()) as Picture;

  const request: LookRequest = { task: 'describe', attention: true, beam: null };
  const answer = await fetch(`${api}/pictures/${id}/look`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  if (!answer.ok) throw new Error(await answer.text());
  const events = (await answer.text()).trim().split('\n');
  for (const event of events.map((line) => JSON.parse(line) as LookEvent)) {
    if (event.type === 'failed') throw new Error(event.failure.message);
    if (event.type === 'description') {
      return event.description.tokens.map((token) => [token.text, token.attention ?? []]);
    }
  }
  return [];
}
