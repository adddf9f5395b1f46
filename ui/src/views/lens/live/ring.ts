import type { Observation } from '$/backend';

/** What is kept for going back, at most. Whichever is reached first counts. */
export interface RingLimits {
  ms: number;
  pictures: number;
  bytes: number;
  results: number;
}

/** 30 seconds: 10 pictures a second of at most 480 pixels, and results of up to 40 frames a second. */
export const KEPT: RingLimits = { ms: 30_000, pictures: 310, bytes: 16_000_000, results: 1_200 };

/** Time between two kept pictures, in milliseconds. */
export const PICTURE_EVERY_MS = 100;
/** Longest side of a kept picture, in pixels. */
export const PICTURE_SIDE = 480;

interface At {
  at: number;
}

export interface KeptPicture<P> extends At {
  picture: P;
}

/** The last seconds: small pictures and results, by the frames' time in milliseconds. */
export class Ring<P extends { size: number } = Blob> {
  #pictures: KeptPicture<P>[] = [];
  #results: Observation[] = [];
  #bytes = 0;

  constructor(private readonly limits: RingLimits = KEPT) {}

  /** Whether a picture of the time `at` is wanted. */
  wants(at: number): boolean {
    const last = this.#pictures.at(-1);
    return last === undefined || at < last.at || at - last.at >= PICTURE_EVERY_MS - 5;
  }

  addPicture(at: number, picture: P): void {
    this.#beginAnewBefore(at);
    this.#pictures.push({ at, picture });
    this.#bytes += picture.size;
    this.#forget();
  }

  addResult(observation: Observation): void {
    this.#beginAnewBefore(observation.at_ms);
    // Pictures are late by their encoding, results by their analysis: each keeps its own order.
    const last = this.#results.at(-1);
    if (last !== undefined && observation.at_ms < last.at_ms) return;
    this.#results.push(observation);
    this.#forget();
  }

  /** First and last moment that can be shown; `null` where there is none. */
  get span(): { from: number; to: number } | null {
    const [first, last] = [this.#pictures[0], this.#pictures.at(-1)];
    return first === undefined || last === undefined ? null : { from: first.at, to: last.at };
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The newest picture that is not younger than `at`, else the first. */
  pictureAt(at: number): KeptPicture<P> | null {
    return newestUntil(this.#pictures, (kept) => kept.at, at) ?? this.#pictures[0] ?? null;
  }

  /** The newest result that is not younger than `at`. */
  resultAt(at: number): Observation | null {
    return newestUntil(this.#results, (kept) => kept.at_ms, at);
  }

  get pictures(): readonly KeptPicture<P>[] {
    return this.#pictures;
  }

  clear(): void {
    this.#pictures = [];
    this.#results = [];
    this.#bytes = 0;
  }

  /** A clock that goes back by more than is late begins anew. */
  #beginAnewBefore(at: number): void {
    const newest = Math.max(
      this.#pictures.at(-1)?.at ?? -Infinity,
      this.#results.at(-1)?.at_ms ?? -Infinity,
    );
    if (newest - at > 5_000) this.clear();
  }

  #forget(): void {
    const { ms, pictures, bytes, results } = this.limits;
    const newest = Math.max(this.#pictures.at(-1)?.at ?? 0, this.#results.at(-1)?.at_ms ?? 0);
    let old = 0;
    for (const kept of this.#pictures) {
      const many = this.#pictures.length - old > pictures || this.#bytes > bytes;
      if (!many && newest - kept.at <= ms) break;
      this.#bytes -= kept.picture.size;
      old += 1;
    }
    if (old > 0) this.#pictures.splice(0, old);
    const from = this.#results.findIndex((kept) => newest - kept.at_ms <= ms);
    const drop = Math.max(from < 0 ? 0 : from, this.#results.length - results);
    if (drop > 0) this.#results.splice(0, drop);
  }
}

function newestUntil<T>(all: readonly T[], time: (value: T) => number, at: number): T | null {
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (time(all[middle] as T) <= at) low = middle + 1;
    else high = middle;
  }
  return all[low - 1] ?? null;
}
