import { describe, expect, it } from 'vitest';

import { HEAT, distance, heat, heatGradient, heatLab, paintLevels } from './colour';

describe('the heat map colours', () => {
  it('rise in lightness all the way', () => {
    const lightness = heatLab().map((lab) => lab[0]);
    expect(lightness).toEqual([...lightness].sort((a, b) => a - b));
    expect(lightness[0]).toBeLessThan(0.2);
    expect(lightness.at(-1)).toBeGreaterThan(0.9);
  });

  it('are equally far apart, to a fifth', () => {
    const lab = heatLab(64);
    const steps = lab.slice(1).map((colour, i) => distance(lab[i] ?? colour, colour));
    const mean = steps.reduce((a, b) => a + b) / steps.length;
    for (const step of steps) expect(Math.abs(step - mean)).toBeLessThan(mean * 0.2);
  });

  it('are bytes', () => {
    expect(HEAT).toHaveLength(256);
    for (const channel of HEAT.flat()) {
      expect(Number.isInteger(channel) && channel >= 0 && channel <= 255).toBe(true);
    }
  });

  it('stay at their ends for values beyond them', () => {
    expect(heat(-3)).toEqual(heat(0));
    expect(heat(7)).toEqual(heat(1));
    expect(heat(Number.NaN)).toEqual(heat(0));
  });

  it('paint the level of each pixel, opaquely', () => {
    const pixels = new Uint8ClampedArray(8);
    paintLevels([0, 9, 9, 9, 255, 9, 9, 9], 4, pixels);
    expect([...pixels]).toEqual([...heat(0), 255, ...heat(1), 255]);
  });

  it('make a gradient from first to last', () => {
    expect(heatGradient()).toContain(`rgb(${heat(0).join(' ')})`);
    expect(heatGradient().endsWith(`rgb(${heat(1).join(' ')}))`)).toBe(true);
  });
});
