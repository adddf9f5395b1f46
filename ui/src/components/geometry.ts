import type { Quad } from '$/backend';

/** A rectangle that was turned around its top-left corner. */
export interface TurnedBox {
  x: number;
  y: number;
  width: number;
  height: number;
  /** Clockwise, in radians. */
  angle: number;
}

export type Point = readonly [number, number];

/** The rectangle that suits a quad best: mean lengths of its sides, mean direction of its text. */
export function turnedBox(quad: Quad): TurnedBox {
  const [a, b, c, d] = quad;
  const along: Point = [b[0] - a[0] + c[0] - d[0], b[1] - a[1] + c[1] - d[1]];
  const angle = Math.atan2(along[1], along[0]);
  const width = (distance(a, b) + distance(d, c)) / 2;
  const height = (distance(a, d) + distance(b, c)) / 2;
  // The corner of the rectangle around the quad's middle.
  const [x, y] = [(a[0] + b[0] + c[0] + d[0]) / 4, (a[1] + b[1] + c[1] + d[1]) / 4];
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return {
    x: x - (width * cos - height * sin) / 2,
    y: y - (width * sin + height * cos) / 2,
    width,
    height,
    angle,
  };
}

/** `transform` of an element at the picture's origin that takes it to the box. */
export function transformOf(box: TurnedBox): string {
  return `translate(${round(box.x)}px, ${round(box.y)}px) rotate(${round(box.angle, 5)}rad)`;
}

/** Share of a line's height that its type takes: capitals and descenders fit inside. */
const TYPE_SHARE = 0.82;

/**
 * Type that fills a box: its size in pixels and the factor that stretches the text to the width,
 * given the text's width in type of 100 px.
 */
export function fitText(
  box: { width: number; height: number },
  widthAt100: number,
): { size: number; stretch: number } {
  const size = box.height * TYPE_SHARE;
  const natural = (widthAt100 * size) / 100;
  return { size, stretch: natural > 0 ? box.width / natural : 1 };
}

/** `points` of an SVG polygon. */
export function pointsOf(quad: Quad): string {
  return quad.map(([x, y]) => `${round(x)},${round(y)}`).join(' ');
}

/** How a picture lies on its stage: `scale` pixels of the screen a pixel, its corner at `x`, `y`. */
export interface Placement {
  scale: number;
  x: number;
  y: number;
}

/** A small picture is not blown up beyond this. */
const MAX_FIT = 3;

/** The whole picture in the middle of the stage, with `margin` pixels around it. */
export function fitPicture(stage: Size, picture: Size, margin = 0): Placement {
  const room = (length: number) => Math.max(1, length - 2 * margin);
  const scale = Math.min(
    room(stage.width) / picture.width,
    room(stage.height) / picture.height,
    MAX_FIT,
  );
  return centred(stage, picture, scale);
}

export interface Size {
  width: number;
  height: number;
}

function centred(stage: Size, picture: Size, scale: number): Placement {
  return {
    scale,
    x: (stage.width - picture.width * scale) / 2,
    y: (stage.height - picture.height * scale) / 2,
  };
}

/** Zooms by a factor, so that the point `at` of the stage stays over the same place. */
export function zoomAt(
  from: Placement,
  factor: number,
  at: Point,
  limits: { min: number; max: number },
): Placement {
  const scale = Math.min(limits.max, Math.max(limits.min, from.scale * factor));
  const by = scale / from.scale;
  return { scale, x: at[0] - (at[0] - from.x) * by, y: at[1] - (at[1] - from.y) * by };
}

/** The nearest placement that leaves no needless gap: a side that fits is centred. */
export function keepInside(placement: Placement, stage: Size, picture: Size): Placement {
  const hold = (at: number, room: number, length: number) =>
    length <= room ? (room - length) / 2 : Math.min(0, Math.max(room - length, at));
  return {
    scale: placement.scale,
    x: hold(placement.x, stage.width, picture.width * placement.scale),
    y: hold(placement.y, stage.height, picture.height * placement.scale),
  };
}

function distance(a: Point, b: Point): number {
  return Math.hypot(b[0] - a[0], b[1] - a[1]);
}

function round(value: number, digits = 2): string {
  return String(Number(value.toFixed(digits)));
}
