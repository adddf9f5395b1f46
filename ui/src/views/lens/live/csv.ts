import type { Observation } from '$/backend';

/** Columns of the table; `docs/live.md` says what each is. */
export const COLUMNS = [
  'frame',
  'at_ms',
  'scene',
  'kind',
  'id',
  'name',
  'score',
  'x',
  'y',
  'width',
  'height',
  'velocity_x',
  'velocity_y',
  'age_ms',
  'unseen_ms',
  'readings',
] as const;

type Row = Record<(typeof COLUMNS)[number], string | number | null>;

/** One row a track a frame, as RFC 4180 has it: objects, then lines of text by their outer box. */
export function csv(observations: readonly Observation[]): string {
  const lines = [COLUMNS.join(',')];
  for (const observation of observations) {
    for (const row of rows(observation)) {
      lines.push(COLUMNS.map((name) => field(row[name])).join(','));
    }
  }
  return `${lines.join('\r\n')}\r\n`;
}

function rows({ frame, at_ms, scene, objects, texts }: Observation): Row[] {
  const of = { frame, at_ms, scene };
  return [
    ...objects.map(({ id, label, score, box, velocity, age_ms, unseen_ms }) => ({
      ...of,
      kind: 'object',
      id,
      name: label,
      score,
      x: box[0],
      y: box[1],
      width: box[2],
      height: box[3],
      velocity_x: velocity[0],
      velocity_y: velocity[1],
      age_ms,
      unseen_ms,
      readings: null,
    })),
    ...texts.map(({ id, text, confidence, quad, readings, unread_ms }) => {
      const xs = quad.map(([x]) => x);
      const ys = quad.map(([, y]) => y);
      const [x, y] = [Math.min(...xs), Math.min(...ys)];
      return {
        ...of,
        kind: 'text',
        id,
        name: text,
        score: confidence,
        x,
        y,
        width: Math.max(...xs) - x,
        height: Math.max(...ys) - y,
        velocity_x: null,
        velocity_y: null,
        age_ms: null,
        unseen_ms: unread_ms,
        readings,
      };
    }),
  ];
}

function field(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(Number(value.toFixed(3)));
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
