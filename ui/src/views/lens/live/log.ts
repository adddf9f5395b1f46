import type { AdaptState, LiveOptions, Moment, Observation, Telemetry } from '$/backend';

/** Characters of results that are kept for an export, at most: about ten minutes. */
export const LOG_CHARACTERS = 24_000_000;

/** What a session was, in the words of its export. */
export interface SessionAbout {
  /** `camera`, `clip` or `sample`. */
  source: string;
  name: string | null;
  /** When it began, ISO 8601. */
  began: string;
  width: number;
  height: number;
}

/** Everything that a session told, for its export. Results are kept as text, which is small. */
export class SessionLog {
  #results: string[] = [];
  #characters = 0;
  #forgotten = 0;

  constructor(private readonly most = LOG_CHARACTERS) {}

  add(observation: Observation): void {
    const text = JSON.stringify(observation);
    this.#results.push(text);
    this.#characters += text.length;
    let old = 0;
    while (this.#characters > this.most && old < this.#results.length - 1) {
      this.#characters -= this.#results[old]?.length ?? 0;
      old += 1;
    }
    if (old > 0) this.#results.splice(0, old);
    this.#forgotten += old;
  }

  /** Results that were too many to keep, the oldest first. */
  get forgotten(): number {
    return this.#forgotten;
  }

  get length(): number {
    return this.#results.length;
  }

  results(): Observation[] {
    return this.#results.map((text) => JSON.parse(text) as Observation);
  }

  clear(): void {
    this.#results = [];
    this.#characters = 0;
    this.#forgotten = 0;
  }

  /** The session as JSON; `docs/live.md` says what is in it. */
  json(
    about: SessionAbout,
    options: LiveOptions,
    adapt: AdaptState | null,
    telemetry: Telemetry | null,
    moments: readonly Moment[],
  ): string {
    const rest = JSON.stringify(
      { options, adapt, telemetry, moments, forgotten: this.#forgotten },
      null,
      1,
    );
    const head = JSON.stringify({ version: 1, kind: 'glimpse-live-session', ...about }, null, 1);
    // The results are text already: they are not parsed to be written once more.
    return `${head.slice(0, -2)},\n${rest.slice(2, -2)},\n "observations": [\n${this.#results.join(',\n')}\n]\n}\n`;
  }
}
