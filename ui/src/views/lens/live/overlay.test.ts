import { describe, expect, it } from 'vitest';

import { glide, Overlay, predict } from './overlay';
import { object, observation, text } from './testdata';

describe('predict', () => {
  it('moves a box by its velocity, and not for long', () => {
    expect(predict([10, 20, 30, 40], [100, -50], 100)).toEqual([20, 15, 30, 40]);
    expect(predict([0, 0, 9, 9], [100, 0], 60_000)).toEqual([30, 0, 9, 9]);
    expect(predict([0, 0, 9, 9], [100, 0], -60_000)).toEqual([-30, 0, 9, 9]);
  });
});

describe('glide', () => {
  it('goes from all to nothing, without a step', () => {
    expect(glide(0)).toBe(1);
    expect(glide(30)).toBeGreaterThan(glide(60));
    expect(glide(299)).toBeLessThan(0.01);
    expect(glide(300)).toBe(0);
  });
});

describe('Overlay', () => {
  it('is where the result says, carried on by its velocity', () => {
    const overlay = new Overlay();
    overlay.observe(observation(1, 0, [object(1, [0, 0, 10, 10], [100, 0])]), 1000);
    expect(overlay.at(0, 1000).objects[0]?.box).toEqual([0, 0, 10, 10]);
    expect(overlay.at(50, 1050).objects[0]?.box).toEqual([5, 0, 10, 10]);
  });

  it('never jumps when a result comes, and ends where it says', () => {
    const overlay = new Overlay();
    overlay.observe(observation(1, 0, [object(1, [0, 0, 10, 10])]), 1000);
    overlay.observe(observation(2, 33, [object(1, [40, 0, 20, 10])]), 1033);
    const at = (now: number) => overlay.at(33, now).objects[0]?.box ?? [];
    expect(at(1033)).toEqual([0, 0, 10, 10]);
    const half = at(1033 + 60)[0] ?? 0;
    expect(half).toBeGreaterThan(20);
    expect(half).toBeLessThan(40);
    expect(at(1033 + 400)).toEqual([40, 0, 20, 10]);
    expect(overlay.at(33, 1034).restless).toBe(true);
    expect(overlay.at(33, 1500).restless).toBe(false);
  });

  it('keeps what a late result has not denied, and fades what one has', () => {
    const overlay = new Overlay();
    overlay.observe(observation(1, 0, [object(1, [0, 0, 10, 10])]), 1000);
    expect(overlay.at(9000, 10_000).objects).toHaveLength(1);
    overlay.observe(observation(2, 9000, []), 10_000);
    expect(overlay.at(9000, 10_080).objects[0]?.opacity).toBeCloseTo(0.5);
    expect(overlay.at(9000, 10_200).objects).toEqual([]);
  });

  it('comes back at full strength where it was only missed once', () => {
    const overlay = new Overlay();
    overlay.observe(observation(1, 0, [object(1, [0, 0, 10, 10])]), 1000);
    overlay.observe(observation(2, 33, []), 1033);
    overlay.observe(observation(3, 66, [object(1, [0, 0, 10, 10])]), 1066);
    expect(overlay.at(66, 1070).objects[0]?.opacity).toBe(1);
  });

  it('neither glides, fades nor predicts with reduced motion', () => {
    const overlay = new Overlay(() => true);
    overlay.observe(observation(1, 0, [object(1, [0, 0, 10, 10], [100, 0])]), 1000);
    overlay.observe(observation(2, 33, [object(1, [40, 0, 10, 10], [100, 0])]), 1033);
    const shown = overlay.at(100, 1040);
    expect(shown.objects[0]?.box).toEqual([40, 0, 10, 10]);
    expect(shown.restless).toBe(false);
    overlay.observe(observation(3, 66, []), 1066);
    expect(overlay.at(100, 1067).objects).toEqual([]);
  });

  it('forgets with a cut: nothing glides from one scene into the next', () => {
    const overlay = new Overlay();
    overlay.observe(observation(1, 0, [object(1, [0, 0, 10, 10])]), 1000);
    overlay.observe({ ...observation(2, 33, [object(1, [90, 0, 10, 10])]), cut: true }, 1033);
    expect(overlay.at(33, 1033).objects[0]?.box).toEqual([90, 0, 10, 10]);
  });

  it('says that something moves with some reluctance', () => {
    const overlay = new Overlay();
    const moving = (frame: number, speed: number) => {
      overlay.observe(observation(frame, frame, [object(1, [0, 0, 9, 9], [speed, 0])]), frame);
      return overlay.at(frame, frame).objects[0]?.moving;
    };
    // The diagonal of the frame is 800.
    expect([10, 50, 70, 50, 33, 31, 50].map((speed, i) => moving(i, speed))).toEqual([
      false,
      false,
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  it('glides the corners of text', () => {
    const overlay = new Overlay();
    const at = (frame: number, x: number) => ({
      ...observation(frame, frame * 33, []),
      texts: [text(1, 'EXIT', x, 0)],
    });
    overlay.observe(at(1, 0), 1000);
    overlay.observe(at(2, 30), 1033);
    expect(overlay.at(66, 1033).texts[0]?.quad[0]).toEqual([0, 0]);
    expect(overlay.at(66, 2000).texts[0]?.quad[0]).toEqual([30, 0]);
  });
});
