import type {
  Description,
  Failure,
  Found,
  LookEvent,
  LookRequest,
  Measures,
  Reading,
  Task,
} from '$/backend';

/** One look at a picture, as far as it has come. */
export interface Look {
  task: Task;
  /** What was asked for. */
  request: LookRequest;
  phase: 'running' | 'done' | 'failed';
  /** How long it waited for other work, in milliseconds; `null` before it began. */
  queueMs: number | null;
  /** The caption's tokens so far. */
  tokens: { text: string; confidence: number }[];
  reading: Reading | null;
  description: Description | null;
  found: Found | null;
  measures: Measures | null;
  failure: Failure | null;
  /** What only the page can measure. */
  page: PageTimes;
}

/** In milliseconds; `null` where it was not measured. */
export interface PageTimes {
  /** From the drop (click, paste, shutter) until the engine had the picture, less decoding. */
  capture: number | null;
  /** Decoding, where it happened on opening. */
  decode: number | null;
  /** From the arrival of the result until it was on the screen. */
  paint: number | null;
  /** From the drop, or from the click where the picture was there before, to the screen. */
  total: number | null;
}

/** What a look hands over besides failures. */
export type LookStep = Exclude<LookEvent, { type: 'failed' }>;

export function beginLook(request: LookRequest, page: Partial<PageTimes> = {}): Look {
  return {
    task: request.task,
    request,
    phase: 'running',
    queueMs: null,
    tokens: [],
    reading: null,
    description: null,
    found: null,
    measures: null,
    failure: null,
    page: { capture: null, decode: null, paint: null, total: null, ...page },
  };
}

/** The look after an event. A look that has ended stays as it is. */
export function advanceLook(look: Look, event: LookStep): Look {
  if (look.phase !== 'running') return look;
  switch (event.type) {
    case 'started':
      return { ...look, queueMs: event.queue_ms };
    case 'token':
      return {
        ...look,
        tokens: [...look.tokens, { text: event.text, confidence: event.confidence }],
      };
    case 'reading':
      return { ...look, reading: event.reading };
    case 'description':
      return { ...look, description: event.description };
    case 'found':
      return { ...look, found: event.found };
    case 'done':
      return { ...look, phase: 'done', measures: event.measures };
  }
}

/** The look after a failure; what had come before it stays. */
export function failLook(look: Look, failure: Failure): Look {
  return look.phase === 'running' ? { ...look, phase: 'failed', failure } : look;
}

export function isResult(event: LookStep): boolean {
  return event.type === 'reading' || event.type === 'description' || event.type === 'found';
}

export function hasResult(look: Look): boolean {
  return look.reading !== null || look.description !== null || look.found !== null;
}
