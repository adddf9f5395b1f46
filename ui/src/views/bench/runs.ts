/** What a measurement has told so far, and the results of this session. */

import type { BenchEvent, BenchReport, Task } from '$/backend';

/** One run. */
export interface Run {
  ms: number;
  warmup: boolean;
}

/** A measurement under way. */
export interface Progress {
  /** Runs of each task in the order in which they came. */
  tasks: ReadonlyMap<Task, readonly Run[]>;
  done: number;
  whole: number;
}

/** Before the first run. */
export function begin(tasks: readonly Task[], runs: number, warmup: number): Progress {
  return {
    tasks: new Map(tasks.map((task) => [task, []])),
    done: 0,
    whole: tasks.length * (runs + warmup),
  };
}

/** After one more run. */
export function advance(before: Progress, event: Extract<BenchEvent, { type: 'run' }>): Progress {
  const runs = [...(before.tasks.get(event.task) ?? []), { ms: event.ms, warmup: event.warmup }];
  return {
    ...before,
    tasks: new Map(before.tasks).set(event.task, runs),
    done: Math.min(before.whole, before.done + 1),
  };
}

/** A finished measurement. */
export interface Result {
  report: BenchReport;
  markdown: string;
}

/** How many results are kept in a session. */
export const KEPT = 10;

const NAME = 'glimpse.bench';

type Store = Pick<Storage, 'getItem' | 'setItem'>;

/** The session's results, the newest first; what is no result is left out. */
export function loadResults(store: Store): Result[] {
  try {
    const kept: unknown = JSON.parse(store.getItem(NAME) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isResult).slice(0, KEPT) : [];
  } catch {
    return [];
  }
}

/** Keeps them for this session; a browser that keeps nothing is no failure. */
export function saveResults(store: Store, results: readonly Result[]): void {
  try {
    store.setItem(NAME, JSON.stringify(results.slice(0, KEPT)));
  } catch {
    // Full or forbidden: the results are on the screen all the same.
  }
}

const TASKS: readonly unknown[] = ['read', 'describe', 'find'] satisfies Task[];

function isResult(value: unknown): value is Result {
  const { report, markdown } = (value ?? {}) as Partial<Result>;
  return (
    typeof markdown === 'string' &&
    typeof report === 'object' &&
    report.version === 2 &&
    typeof report.began === 'string' &&
    Array.isArray(report.doubts) &&
    Array.isArray(report.tasks) &&
    report.tasks.every(
      (task) =>
        TASKS.includes(task.task) &&
        [task.min, task.p50, task.p90, task.p99, task.max, ...task.runs_ms].every(
          Number.isFinite,
        ) &&
        Array.isArray(task.stages) &&
        Array.isArray(task.receipt.stages),
    )
  );
}

/** Name of an exported result: its day and time of beginning. */
export function resultName(report: Pick<BenchReport, 'began'>, ending: 'json' | 'md'): string {
  const when = report.began.replace(/[^0-9T]/g, '').slice(0, 15);
  return `glimpse-bench${when === '' ? '' : `-${when}`}.${ending}`;
}
