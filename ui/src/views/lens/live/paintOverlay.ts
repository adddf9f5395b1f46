import type { Shown, ShownObject, ShownText } from './overlay';

/** The colours over pictures, as the page's tokens have them. */
export interface Palette {
  found: string;
  moving: string;
  read: string;
  halo: string;
  ink: string;
  font: string;
}

export function palette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string) => style.getPropertyValue(name).trim();
  return {
    found: value('--found-over'),
    moving: value('--moving-over'),
    read: value('--read-over'),
    halo: value('--halo'),
    ink: value('--on-over'),
    font: value('--font') || 'sans-serif',
  };
}

/** From pixels of the frame to pixels of the canvas. */
export interface Transform {
  x: number;
  y: number;
  scale: number;
}

export interface PaintOptions {
  transform: Transform;
  palette: Palette;
  /** Pixels of the canvas in one of the page's: what is as large as type grows with it. */
  density: number;
  /** What is lit, by {@link keyOf}. */
  lit: string | null;
  words: { name: (label: string) => string; score: (share: number) => string };
}

/** Names an object or a line of text among all that is shown. */
export const keyOf = (kind: 'object' | 'text', id: number) => `${kind}-${String(id)}`;

/** Draws what was seen over a picture. */
export function paintOverlay(
  context: CanvasRenderingContext2D,
  shown: Shown,
  options: PaintOptions,
): void {
  context.save();
  context.lineJoin = 'round';
  context.lineCap = 'round';
  for (const text of shown.texts) paintText(context, text, options);
  for (const object of shown.objects) paintCorners(context, object, options);
  // Labels lie over all marks.
  for (const object of shown.objects) paintLabel(context, object, options);
  context.restore();
}

function strength(opacity: number, key: string, lit: string | null): number {
  return opacity * (lit === null || lit === key ? 1 : 0.45);
}

function paintText(context: CanvasRenderingContext2D, text: ShownText, options: PaintOptions) {
  const { transform, palette, density, lit } = options;
  const key = keyOf('text', text.id);
  const points = text.quad.map(([x, y]): [number, number] => [
    transform.x + x * transform.scale,
    transform.y + y * transform.scale,
  ]);
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
  context.closePath();
  const alpha = strength(text.opacity, key, lit);
  context.globalAlpha = alpha * (lit === key ? 0.34 : 0.16);
  context.fillStyle = palette.read;
  context.fill();
  context.globalAlpha = alpha;
  if (lit === key) {
    context.strokeStyle = palette.read;
    context.lineWidth = 2.5 * density;
    context.stroke();
    return;
  }
  const [, , right, left] = points;
  if (right === undefined || left === undefined) return;
  for (const [colour, width] of [
    [palette.halo, 4],
    [palette.read, 2],
  ] as const) {
    context.strokeStyle = colour;
    context.lineWidth = width * density;
    context.beginPath();
    context.moveTo(...left);
    context.lineTo(...right);
    context.stroke();
  }
}

function paintCorners(
  context: CanvasRenderingContext2D,
  object: ShownObject,
  options: PaintOptions,
) {
  const { transform, palette, density, lit } = options;
  const [bx, by, bw, bh] = object.box;
  const [x, y] = [transform.x + bx * transform.scale, transform.y + by * transform.scale];
  const [w, h] = [bw * transform.scale, bh * transform.scale];
  const key = keyOf('object', object.id);
  const arm = Math.min(22 * density, w / 3, h / 3);
  const path = new Path2D();
  for (const [cx, cy, dx, dy] of [
    [x, y, arm, arm],
    [x + w, y, -arm, arm],
    [x + w, y + h, -arm, -arm],
    [x, y + h, arm, -arm],
  ] as const) {
    path.moveTo(cx, cy + dy);
    path.lineTo(cx, cy);
    path.lineTo(cx + dx, cy);
  }
  const colour = object.moving ? palette.moving : palette.found;
  context.globalAlpha = strength(object.opacity, key, lit);
  if (lit === key) {
    context.save();
    context.globalAlpha *= 0.18;
    context.fillStyle = colour;
    context.fillRect(x, y, w, h);
    context.restore();
  }
  // A place that is only predicted is drawn as what it is.
  context.setLineDash(object.predicted ? [4 * density, 5 * density] : []);
  context.strokeStyle = palette.halo;
  context.lineWidth = 5.5 * density;
  context.stroke(path);
  context.strokeStyle = colour;
  context.lineWidth = (lit === key ? 3.5 : 2.5) * density;
  context.stroke(path);
  context.setLineDash([]);
}

function paintLabel(context: CanvasRenderingContext2D, object: ShownObject, options: PaintOptions) {
  const { transform, palette, density, lit, words } = options;
  const key = keyOf('object', object.id);
  const colour = object.moving ? palette.moving : palette.found;
  const [height, pad, gap] = [22 * density, 7 * density, 6 * density];
  context.font = `500 ${String(12.5 * density)}px ${palette.font}`;
  context.textBaseline = 'middle';
  const name = words.name(object.label);
  const rest = `${object.moving ? '→ ' : ''}#${String(object.id)} ${words.score(object.score)}`;
  const nameWidth = context.measureText(name).width;
  const width = nameWidth + gap + context.measureText(rest).width + 2 * pad;
  const room = context.canvas.width;
  const left = transform.x + object.box[0] * transform.scale;
  const top = transform.y + object.box[1] * transform.scale;
  const x = Math.max(0, Math.min(left, room - width));
  const y = Math.max(
    0,
    top >= height + 3 * density ? top - height - 3 * density : top + 3 * density,
  );
  context.globalAlpha = strength(object.opacity, key, lit);
  context.fillStyle = lit === key ? colour : palette.halo;
  context.beginPath();
  context.roundRect(x, y, width, height, 6 * density);
  context.fill();
  context.fillStyle = lit === key ? palette.ink : '#fff';
  context.fillText(name, x + pad, y + height / 2);
  context.fillStyle = lit === key ? palette.ink : colour;
  context.fillText(rest, x + pad + nameWidth + gap, y + height / 2);
}

/** The object under a point of the frame: the smallest of those that hold it. */
export function objectAt(shown: Shown, x: number, y: number): ShownObject | null {
  let best: ShownObject | null = null;
  for (const object of shown.objects) {
    const [left, top, width, height] = object.box;
    if (x < left || y < top || x > left + width || y > top + height) continue;
    if (best === null || width * height < best.box[2] * best.box[3]) best = object;
  }
  return best;
}
