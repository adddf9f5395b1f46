import type { Measures, Picture, Probe } from '$/backend';
import type { Look } from '$/state/looks';
import { spent } from '$/state/spent';

const milliseconds = (value: number | null) =>
  value === null ? 'unknown' : `${value.toFixed(1)} ms`;

const size = (value: number | null | undefined) =>
  value === null || value === undefined ? 'unknown' : `${(value / 1e6).toFixed(1)} MB`;

const probe = ({ value, unit, source }: Probe) =>
  value === null || value === undefined
    ? `unknown (${source})`
    : `${String(value)} ${unit} (${source})`;

/** All measures of a look as plain English text, to be pasted into a report. */
export function hudText(look: Look, measures: Measures, picture: Picture): string {
  const { history, receipt, memory } = measures;
  return [
    `Glimpse ${receipt.engine}: ${measures.task}`,
    `picture: ${String(picture.width)} × ${String(picture.height)} ${picture.format}, ${String(picture.bytes)} bytes`,
    `to the screen: ${milliseconds(look.page.total)}`,
    `in the engine: ${milliseconds(measures.total_ms)}`,
    ...spent(look).map(({ stage, ms }) => `  ${stage}: ${milliseconds(ms)}`),
    `so far (${String(history.count)}): p50 ${milliseconds(history.p50)}, p90 ${milliseconds(history.p90)}, p99 ${milliseconds(history.p99)}`,
    `memory: ${size(memory.resident)}, at most ${size(memory.peak)}`,
    `threads: ${String(measures.threads)}`,
    `precision: ${measures.precision}`,
    `thermal: ${probe(measures.thermal)}`,
    `power: ${probe(measures.power)}`,
    'receipt:',
    ...receipt.stages.map(
      (stage) =>
        `  ${stage.stage}: ${stage.backend}, ${stage.isa}, ${stage.precision}, ${stage.pack}, ` +
        stage.shapes.map(([shape, times]) => `${shape} × ${String(times)}`).join(' '),
    ),
    ...receipt.notes.map((note) => `  note: ${note.message}`),
  ].join('\n');
}
