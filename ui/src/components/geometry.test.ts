import { describe, expect, it } from 'vitest';

import type { Quad } from '$/backend';

import {
  fitPicture,
  fitText,
  keepInside,
  pointsOf,
  transformOf,
  turnedBox,
  zoomAt,
} from './geometry';

/** The quad of a rectangle that was turned around its top-left corner. */
function quad(x: number, y: number, width: number, height: number, angle: number): Quad {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const at = (u: number, v: number): [number, number] => [
    x + u * cos - v * sin,
    y + u * sin + v * cos,
  ];
  return [at(0, 0), at(width, 0), at(width, height), at(0, height)];
}

describe('turnedBox', () => {
  it.each([0, 0.1, -0.4, Math.PI / 2, 3, -2.5])('gives back a rectangle turned by %f', (angle) => {
    const box = turnedBox(quad(30, 40, 200, 20, angle));
    expect(box.x).toBeCloseTo(30);
    expect(box.y).toBeCloseTo(40);
    expect(box.width).toBeCloseTo(200);
    expect(box.height).toBeCloseTo(20);
    expect(box.angle).toBeCloseTo(angle);
  });

  it('takes the mean of a quad that is none', () => {
    const box = turnedBox([
      [0, 0],
      [100, 0],
      [100, 30],
      [0, 10],
    ]);
    expect(box.height).toBeCloseTo(20);
    expect(box.angle).toBeGreaterThan(0);
  });

  it('survives a quad without an area', () => {
    const box = turnedBox([
      [5, 5],
      [5, 5],
      [5, 5],
      [5, 5],
    ]);
    expect(box).toEqual({ x: 5, y: 5, width: 0, height: 0, angle: 0 });
  });
});

describe('fitText', () => {
  it('stretches the text to the width of its line', () => {
    const { size, stretch } = fitText({ width: 300, height: 50 }, 400);
    expect(((400 * size) / 100) * stretch).toBeCloseTo(300);
    expect(size).toBeLessThan(50);
  });
  it('leaves an empty text alone', () => {
    expect(fitText({ width: 300, height: 50 }, 0).stretch).toBe(1);
  });
});

describe('writing', () => {
  it('writes transforms and polygons in short numbers', () => {
    expect(transformOf({ x: 1 / 3, y: 2, width: 1, height: 1, angle: 0.5 })).toBe(
      'translate(0.33px, 2px) rotate(0.5rad)',
    );
    expect(pointsOf(quad(0, 0, 10, 5, 0))).toBe('0,0 10,0 10,5 0,5');
  });
});

describe('the stage', () => {
  const stage = { width: 400, height: 300 };
  const picture = { width: 800, height: 400 };

  it('shows the whole picture in its middle', () => {
    expect(fitPicture(stage, picture)).toEqual({ scale: 0.5, x: 0, y: 50 });
  });
  it('leaves a margin', () => {
    expect(fitPicture(stage, picture, 20)).toEqual({ scale: 0.45, x: 20, y: 60 });
  });
  it('does not blow up small pictures', () => {
    expect(fitPicture(stage, { width: 10, height: 10 }).scale).toBe(3);
  });
  it('keeps the place under the pointer while zooming', () => {
    const from = fitPicture(stage, picture);
    const to = zoomAt(from, 2, [100, 120], { min: 0.5, max: 8 });
    const place = (p: typeof from) => [(100 - p.x) / p.scale, (120 - p.y) / p.scale];
    expect(place(to)).toEqual(place(from));
  });
  it('zooms within its limits', () => {
    const from = fitPicture(stage, picture);
    expect(zoomAt(from, 0.1, [0, 0], { min: 0.5, max: 8 }).scale).toBe(0.5);
    expect(zoomAt(from, 100, [0, 0], { min: 0.5, max: 8 }).scale).toBe(8);
  });
  it('leaves no gap beside a picture that is larger, and centres one that is not', () => {
    expect(keepInside({ scale: 1, x: 90, y: -500 }, stage, picture)).toEqual({
      scale: 1,
      x: 0,
      y: -100,
    });
    expect(keepInside({ scale: 0.25, x: 0, y: 0 }, stage, picture)).toEqual({
      scale: 0.25,
      x: 100,
      y: 100,
    });
  });
});
