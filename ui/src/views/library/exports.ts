import type { ExportFormat } from '$/backend';

export const FORMATS = [
  'text',
  'markdown',
  'json',
  'pdf',
  'hocr',
] as const satisfies readonly ExportFormat[];

/** Those of the text, which has to be read first. */
export const NEED_TEXT: readonly ExportFormat[] = ['text', 'pdf', 'hocr'];

const ENDINGS: Record<ExportFormat, string> = {
  text: 'txt',
  markdown: 'md',
  json: 'json',
  pdf: 'pdf',
  hocr: 'hocr',
};

/** Characters that file systems refuse, and those that steer. */
// eslint-disable-next-line no-control-regex
const UNFIT = /[\u0000-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069<>:"/\\|?*]+/gu;

/** Name of an exported file: the picture's without its ending, and the format's ending. */
export function fileName(name: string | null, format: ExportFormat): string {
  const stem = (name ?? '')
    .replace(/^.*[/\\]/s, '')
    .replace(/\.[A-Za-z0-9]{1,5}$/, '')
    .replace(UNFIT, ' ')
    .replace(/^[\s.]+|[\s.]+$/g, '')
    .slice(0, 80);
  return `${stem === '' ? 'glimpse' : stem}.${ENDINGS[format]}`;
}
