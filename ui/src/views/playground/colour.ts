/**
 * The colour map of the lessons' heat maps, dark violet to pale yellow.
 *
 * It is a path through Oklab (Björn Ottosson, 2020) of rising lightness and turning hue, walked at
 * equal steps of its length, so that equal steps of the value look equally far apart. That it rises in
 * lightness keeps it readable without colour vision.
 */

/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [number, number, number];

type Lab = readonly [lightness: number, a: number, b: number];

/** Ends of the path: lightness 0 to 1, hue in degrees. */
const PATH = { lightness: [0.16, 0.95], hue: [282, 465], chroma: 0.19 } as const;

const ENTRIES = 256;

/** Oklab to linear sRGB, without clipping. */
function toLinear([lightness, a, b]: Lab): [number, number, number] {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

function encode(linear: number): number {
  const x = Math.min(1, Math.max(0, linear));
  const encoded = x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055;
  return Math.round(encoded * 255);
}

/** The colour at `t` of the path, with as much of its chroma as sRGB can show. */
function onPath(t: number): Lab {
  const lightness = PATH.lightness[0] + t * (PATH.lightness[1] - PATH.lightness[0]);
  const hue = ((PATH.hue[0] + t * (PATH.hue[1] - PATH.hue[0])) * Math.PI) / 180;
  const at = (chroma: number): Lab => [lightness, chroma * Math.cos(hue), chroma * Math.sin(hue)];
  const shows = (lab: Lab) => toLinear(lab).every((x) => x > -1e-4 && x < 1 + 1e-4);
  let least = 0;
  let most: number = PATH.chroma;
  if (shows(at(most))) return at(most);
  for (let i = 0; i < 24; i += 1) {
    const middle = (least + most) / 2;
    if (shows(at(middle))) least = middle;
    else most = middle;
  }
  return at(least);
}

/** Distance of two colours as the eye has it, by Oklab. */
export function distance(a: Lab, b: Lab): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/** The map's colours in Oklab, from value 0 to value 1. */
export function heatLab(entries: number = ENTRIES): Lab[] {
  const fine = Array.from({ length: entries * 8 }, (_, i) => onPath(i / (entries * 8 - 1)));
  let whole = 0;
  const walked = fine.map((lab, i) => (whole += distance(fine[i - 1] ?? lab, lab)));
  return Array.from({ length: entries }, (_, i) => {
    const goal = (whole * i) / (entries - 1);
    const at = walked.findIndex((length) => length >= goal - 1e-12);
    return fine[at < 0 ? fine.length - 1 : at] ?? onPath(1);
  });
}

/** The map's colours, from value 0 to value 1. */
export const HEAT: readonly Rgb[] = heatLab().map((lab) => {
  const [red, green, blue] = toLinear(lab);
  return [encode(red), encode(green), encode(blue)];
});

const LAST: Rgb = HEAT.at(-1) ?? [255, 255, 255];

/** The colour of `value`; what lies outside of 0 to 1 has the colour of the nearer end. */
export function heat(value: number): Rgb {
  const clear = Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : 0;
  return HEAT[Math.round(clear * (ENTRIES - 1))] ?? LAST;
}

/** The map as a CSS gradient to the right, for legends. */
export function heatGradient(direction = 'to right'): string {
  const stops = Array.from({ length: 17 }, (_, i) => `rgb(${heat(i / 16).join(' ')})`);
  return `linear-gradient(${direction}, ${stops.join(', ')})`;
}

/** Paints grey levels (0 to 255, one in `stride` bytes) as opaque pixels of the map. */
export function paintLevels(
  levels: ArrayLike<number>,
  stride: number,
  pixels: Uint8ClampedArray,
): void {
  for (let i = 0; i * 4 < pixels.length; i += 1) {
    const [red, green, blue] = HEAT[levels[i * stride] ?? 0] ?? LAST;
    pixels[i * 4] = red;
    pixels[i * 4 + 1] = green;
    pixels[i * 4 + 2] = blue;
    pixels[i * 4 + 3] = 255;
  }
}
