import type { LiveObject, LiveText, Observation, Quad } from '$/backend';

/** Left, top, width, height in pixels of the frame. */
export type Box = [number, number, number, number];

/** An object as it is drawn now. */
export interface ShownObject {
  id: number;
  label: string;
  score: number;
  box: Box;
  /** It moves by itself, and is drawn in that colour. */
  moving: boolean;
  /** Not seen in the newest result: its place is a prediction. */
  predicted: boolean;
  /** 0 to 1; less than 1 while it goes. */
  opacity: number;
}

/** A line of text as it is drawn now. */
export interface ShownText {
  id: number;
  text: string;
  confidence: number;
  quad: Quad;
  opacity: number;
}

export interface Shown {
  objects: ShownObject[];
  texts: ShownText[];
  /** Number of the frame that the newest result is of; 0 before the first. */
  frame: number;
  /** Size of the frames that places are in pixels of. */
  width: number;
  height: number;
  /** Whether the next picture of the screen differs, even if nothing else comes. */
  restless: boolean;
}

/** A place is predicted for at most this long beyond its result, in milliseconds. */
const FARTHEST_MS = 300;
/** Time constant by which what was drawn wrongly glides to its place, in milliseconds. */
const GLIDE_MS = 60;
/** After this nothing of a glide is left that could be seen, in milliseconds. */
const GLIDED_MS = 5 * GLIDE_MS;
/** How long what is gone takes to fade, in milliseconds. */
const FADE_MS = 160;
/** Of the frame's diagonal in a second: faster moves, slower rests, between stays as it was. */
const MOVES = 0.08;
const RESTS = 0.04;

/** Where a box is `ms` after its result, by its velocity in pixels a second. */
export function predict(box: Box, velocity: readonly number[], ms: number): Box {
  const seconds = Math.max(-FARTHEST_MS, Math.min(FARTHEST_MS, ms)) / 1000;
  const [vx = 0, vy = 0] = velocity;
  return [box[0] + vx * seconds, box[1] + vy * seconds, box[2], box[3]];
}

/** What is left of a difference after `ms`. */
export function glide(ms: number): number {
  return ms >= GLIDED_MS ? 0 : Math.exp(-Math.max(0, ms) / GLIDE_MS);
}

/** What a result says of the time `at`, for looking at it once more. */
export function shownOf(observation: Observation, at: number): Shown {
  return {
    objects: observation.objects.map((object) => ({
      id: object.id,
      label: object.label,
      score: object.score,
      box: predict(object.box, object.velocity, at - observation.at_ms),
      moving: speedOf(object, observation) > MOVES,
      predicted: object.unseen_ms > 0,
      opacity: 1,
    })),
    texts: observation.texts.map(({ id, text, confidence, quad }) => ({
      id,
      text,
      confidence,
      quad,
      opacity: 1,
    })),
    frame: observation.frame,
    width: observation.width,
    height: observation.height,
    restless: false,
  };
}

/** In diagonals of the frame a second. */
function speedOf({ velocity }: LiveObject, { width, height }: Observation): number {
  return Math.hypot(velocity[0], velocity[1]) / Math.max(1, Math.hypot(width, height));
}

interface Placed<T> {
  thing: T;
  /** Time of its result in the frames' clock. */
  at: number;
  /** What was drawn less what the result says, when that came. */
  offset: number[];
  /** When it came, in the page's clock. */
  since: number;
  moving: boolean;
  /** When it was missing first, in the page's clock. */
  gone: number | null;
}

/**
 * From results that come now and then to places for every picture of the screen. A new result never
 * makes a box jump: what was drawn glides to where the result puts it, while its velocity carries it on.
 * Both clocks are in milliseconds: `at` is the frames', `now` the page's.
 */
export class Overlay {
  #objects = new Map<number, Placed<LiveObject>>();
  #texts = new Map<number, Placed<LiveText>>();
  #frame = 0;
  #size = { width: 0, height: 0 };
  #at = 0;

  /** `calm`: nothing glides, fades or is predicted, as people with reduced motion want it. */
  constructor(private readonly calm: () => boolean = () => false) {}

  /** Takes a result. */
  observe(observation: Observation, now: number): void {
    if (observation.cut) this.reset();
    this.#frame = observation.frame;
    this.#at = observation.at_ms;
    this.#size = { width: observation.width, height: observation.height };
    const { at_ms: at } = observation;
    place(this.#objects, observation.objects, at, now, (old, next) => {
      const drawn = this.#boxOf(old, at, now);
      return drawn.map((value, i) => value - (next.box[i] ?? 0));
    });
    place(this.#texts, observation.texts, at, now, (old, next) => {
      const drawn = this.#quadOf(old, now).flat();
      return drawn.map((value, i) => value - (next.quad.flat()[i] ?? 0));
    });
    for (const placed of this.#objects.values()) {
      placed.moving = speedOf(placed.thing, observation) > (placed.moving ? RESTS : MOVES);
    }
  }

  /** What lies over the frame of the time `at` when it is drawn at `now`. */
  at(at: number, now: number): Shown {
    let restless = false;
    const calm = this.calm();
    const fading = <T>(all: Map<number, Placed<T>>) => {
      const rest: [Placed<T>, number][] = [];
      for (const [id, placed] of all) {
        const { gone } = placed;
        const opacity = gone === null ? 1 : calm ? 0 : 1 - (now - gone) / FADE_MS;
        if (opacity <= 0) {
          all.delete(id);
          continue;
        }
        if (gone !== null || (!calm && now - placed.since < GLIDED_MS)) restless = true;
        rest.push([placed, Math.min(1, opacity)]);
      }
      return rest;
    };
    const objects = fading(this.#objects).map(([placed, opacity]) => ({
      id: placed.thing.id,
      label: placed.thing.label,
      score: placed.thing.score,
      box: this.#boxOf(placed, at, now),
      moving: placed.moving,
      predicted: placed.thing.unseen_ms > 0,
      opacity,
    }));
    const texts = fading(this.#texts).map(([placed, opacity]) => ({
      id: placed.thing.id,
      text: placed.thing.text,
      confidence: placed.thing.confidence,
      quad: this.#quadOf(placed, now),
      opacity,
    }));
    return { objects, texts, frame: this.#frame, ...this.#size, restless };
  }

  /** Time of the newest result in the frames' clock. */
  get newest(): number {
    return this.#at;
  }

  reset(): void {
    this.#objects.clear();
    this.#texts.clear();
  }

  #boxOf(placed: Placed<LiveObject>, at: number, now: number): Box {
    const box = [...placed.thing.box] as Box;
    if (this.calm()) return box;
    const ahead = predict(box, placed.thing.velocity, at - placed.at);
    const left = glide(now - placed.since);
    return ahead.map((value, i) => value + (placed.offset[i] ?? 0) * left) as Box;
  }

  #quadOf(placed: Placed<LiveText>, now: number): Quad {
    const { quad } = placed.thing;
    const left = this.calm() ? 0 : glide(now - placed.since);
    if (left === 0) return quad;
    return quad.map((corner, i) =>
      corner.map((value, axis) => value + (placed.offset[2 * i + axis] ?? 0) * left),
    ) as unknown as Quad;
  }
}

function place<T extends { id: number }>(
  all: Map<number, Placed<T>>,
  things: readonly T[],
  at: number,
  now: number,
  offset: (old: Placed<T>, next: T) => number[],
): void {
  const seen = new Set<number>();
  for (const thing of things) {
    seen.add(thing.id);
    const old = all.get(thing.id);
    const from = old === undefined ? [] : offset(old, thing);
    const moving = old?.moving ?? false;
    all.set(thing.id, { thing, at, offset: from, since: now, moving, gone: null });
  }
  for (const [id, placed] of all) if (!seen.has(id)) placed.gone ??= now;
}
