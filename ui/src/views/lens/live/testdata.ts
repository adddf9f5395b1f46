import type { LiveObject, LiveText, Observation } from '$/backend';

/** Results for tests: nothing of this is shipped. */
export function object(
  id: number,
  box: [number, number, number, number],
  velocity: [number, number] = [0, 0],
): LiveObject {
  return { id, label: 'dog', score: 0.9, box, velocity, age_ms: 100, unseen_ms: 0 };
}

export function text(id: number, words: string, x: number, y: number): LiveText {
  return {
    id,
    text: words,
    confidence: 0.9,
    quad: [
      [x, y],
      [x + 50, y],
      [x + 50, y + 10],
      [x, y + 10],
    ],
    readings: 2,
    unread_ms: 12,
  };
}

export function observation(frame: number, at_ms: number, objects: LiveObject[]): Observation {
  return {
    frame,
    at_ms,
    width: 640,
    height: 480,
    scene: 1,
    cut: false,
    still: false,
    objects,
    texts: [],
    tags: [],
    caption: null,
    stages: [],
  };
}
