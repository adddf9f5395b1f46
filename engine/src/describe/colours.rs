//! The colours that a picture consists of, by name.
//!
//! Each pixel counts for the nearest of the English basic colour terms (Berlin and Kay 1969) with
//! beige and turquoise, by distance in Oklab (Ottosson 2020).

use std::ops::Range;
use std::sync::LazyLock;

use image::RgbImage;
use serde::{Deserialize, Serialize};

/// Most colours that are told.
const MOST: usize = 5;
/// Colours of a smaller share are not told.
const LEAST_SHARE: f32 = 0.05;
/// About this many pixels are looked at.
const SAMPLES: u32 = 16_384;

/// Hue tells names apart more than lightness does: by this factor.
const CHROMA: f32 = 2.0;

/// Name and a typical sRGB value.
const NAMED: [(&str, [u8; 3]); 22] = [
    ("black", [12, 12, 12]),
    ("black", [34, 34, 38]),
    ("white", [250, 250, 250]),
    ("grey", [72, 72, 74]),
    ("grey", [128, 128, 130]),
    ("grey", [190, 190, 192]),
    ("red", [200, 30, 40]),
    ("red", [130, 20, 25]),
    ("orange", [240, 135, 30]),
    ("brown", [115, 75, 45]),
    ("brown", [70, 48, 35]),
    ("beige", [220, 200, 165]),
    ("beige", [180, 155, 120]),
    ("yellow", [240, 215, 50]),
    ("green", [60, 140, 60]),
    ("green", [60, 80, 40]),
    ("green", [140, 180, 90]),
    ("turquoise", [70, 180, 180]),
    ("blue", [40, 80, 180]),
    ("blue", [130, 175, 225]),
    ("purple", [120, 60, 150]),
    ("pink", [235, 140, 175]),
];

/// A colour and how much of the picture has it.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Colour {
    /// Its English name: `"black"`, `"white"`, `"grey"`, `"red"`, `"orange"`, `"brown"`, `"beige"`,
    /// `"yellow"`, `"green"`, `"turquoise"`, `"blue"`, `"purple"` or `"pink"`.
    pub name: String,
    /// Mean of the pixels that have it, as `#rrggbb` in sRGB.
    pub hex: String,
    /// Part of the picture, 0 to 1.
    pub share: f32,
}

/// The colours of `image` of at least a twentieth of it, at most five, the largest share first.
pub(crate) fn dominant(image: &RgbImage) -> Vec<Colour> {
    let palette = &*PALETTE;
    let mut tally = vec![([0.0f32; 3], 0u32); palette.names.len()];
    let mut block = Block { rgb: [[0.0; BLOCK]; 3], filled: 0 };
    let step = ((image.width() * image.height() / SAMPLES).max(1) as f32).sqrt() as usize;
    for row in image.as_raw().chunks_exact((image.width() as usize * 3).max(1)).step_by(step) {
        for pixel in row.as_chunks::<3>().0.iter().step_by(step) {
            block.push(pixel.map(|v| palette.linear[usize::from(v)]));
            if block.filled == BLOCK {
                block.count(palette, &mut tally);
            }
        }
    }
    block.count(palette, &mut tally);
    let seen: u32 = tally.iter().map(|(_, count)| count).sum();
    let mut found: Vec<(&'static str, [f32; 3], u32)> =
        palette.names.iter().zip(&tally).map(|(name, (sum, count))| (*name, *sum, *count)).collect();
    found.sort_by(|a, b| b.2.cmp(&a.2).then(a.0.cmp(b.0)));
    let of = |(name, sum, count): (&'static str, [f32; 3], u32)| {
        let [r, g, b] = sum.map(|v| encoded(v / count as f32));
        Colour {
            name: name.into(),
            hex: format!("#{r:02x}{g:02x}{b:02x}"),
            share: count as f32 / seen as f32,
        }
    };
    let told = found.into_iter().filter(|(.., count)| *count > 0).map(of);
    told.filter(|c| c.share >= LEAST_SHARE).take(MOST).collect()
}

/// Colours that are named at a time, so that the arithmetic goes over lanes.
const BLOCK: usize = 16;
/// Where two names are nearer to one another than this, in squared distance, the rough arithmetic of
/// blocks does not tell them apart: its cube roots are within 1e-6 of the exact ones.
const MARGIN: f32 = 1e-4;

/// The named colours in Oklab, and each byte's linear light.
struct Palette {
    /// One a name; the places of its colours in `colours`.
    names: Vec<&'static str>,
    ranges: Vec<Range<usize>>,
    colours: Vec<[f32; 3]>,
    linear: [f32; 256],
}

static PALETTE: LazyLock<Palette> = LazyLock::new(|| {
    let mut palette = Palette {
        names: Vec::new(),
        ranges: Vec::new(),
        colours: NAMED.iter().map(|(_, rgb)| oklab(rgb.map(linear))).collect(),
        linear: std::array::from_fn(|v| linear(v as u8)),
    };
    for group in NAMED.chunk_by(|a, b| a.0 == b.0) {
        let start = palette.ranges.last().map_or(0, |range| range.end);
        palette.names.push(group[0].0);
        palette.ranges.push(start..start + group.len());
    }
    palette
});

/// Colours in linear light that wait to be named.
struct Block {
    rgb: [[f32; BLOCK]; 3],
    filled: usize,
}

impl Block {
    fn push(&mut self, rgb: [f32; 3]) {
        for (lanes, v) in self.rgb.iter_mut().zip(rgb) {
            lanes[self.filled] = v;
        }
        self.filled += 1;
    }

    fn at(&self, i: usize) -> [f32; 3] {
        self.rgb.map(|lanes| lanes[i])
    }

    /// Adds the colours to the sums and counts of their names, and is empty again.
    fn count(&mut self, palette: &Palette, tally: &mut [([f32; 3], u32)]) {
        let names = self.names(palette);
        for (i, name) in names.into_iter().enumerate().take(self.filled) {
            let (sum, count) = &mut tally[name as usize];
            sum.iter_mut().zip(self.at(i)).for_each(|(s, v)| *s += v);
            *count += 1;
        }
        self.filled = 0;
    }

    /// The nearest name of each colour, by its number.
    fn names(&self, palette: &Palette) -> [u32; BLOCK] {
        let lab = self.roughly_oklab();
        let (mut best, mut second) = ([f32::MAX; BLOCK], [f32::MAX; BLOCK]);
        let mut names = [0u32; BLOCK];
        for (name, range) in (0..).zip(&palette.ranges) {
            let mut nearest = [f32::MAX; BLOCK];
            for colour in &palette.colours[range.clone()] {
                for i in 0..BLOCK {
                    let d = distance(colour, [lab[0][i], lab[1][i], lab[2][i]]);
                    nearest[i] = if d < nearest[i] { d } else { nearest[i] };
                }
            }
            for i in 0..BLOCK {
                let (d, known) = (nearest[i], best[i]);
                let other = if d > known { d } else { known };
                second[i] = if other < second[i] { other } else { second[i] };
                names[i] = if d < known { name } else { names[i] };
                best[i] = if d < known { d } else { known };
            }
        }
        for i in 0..self.filled {
            if second[i] - best[i] < MARGIN {
                names[i] = exact_name(palette, self.at(i));
            }
        }
        names
    }

    fn roughly_oklab(&self) -> [[f32; BLOCK]; 3] {
        let (mut light, mut green, mut blue) = ([0.0; BLOCK], [0.0; BLOCK], [0.0; BLOCK]);
        for (i, ((l, a), b)) in light.iter_mut().zip(&mut green).zip(&mut blue).enumerate() {
            [*l, *a, *b] = from_cones(cones(self.at(i)).map(rough_cube_root));
        }
        [light, green, blue]
    }
}

/// The number of the name that is nearest to a colour in linear light.
fn exact_name(palette: &Palette, rgb: [f32; 3]) -> u32 {
    let lab = oklab(rgb);
    let nearest = |range: &Range<usize>| {
        palette.colours[range.clone()].iter().map(|c| distance(c, lab)).fold(f32::MAX, f32::min)
    };
    let best = (0..).zip(&palette.ranges).min_by(|a, b| nearest(a.1).total_cmp(&nearest(b.1)));
    best.map_or(0, |(name, _)| name)
}

/// Squared distance of two colours in Oklab, hue and chroma weighted.
#[inline(always)]
fn distance(p: &[f32; 3], lab: [f32; 3]) -> f32 {
    let [l, a, b] = [p[0] - lab[0], p[1] - lab[1], p[2] - lab[2]];
    l * l + CHROMA * CHROMA * (a * a + b * b)
}

/// The cube root of a number from 0 to 1: a third of the exponent, then twice Halley's iteration.
#[inline(always)]
fn rough_cube_root(x: f32) -> f32 {
    let x = if x > 1e-12 { x } else { 1e-12 };
    let halley = |t: f32| {
        let cube = t * t * t;
        t * (cube + 2.0 * x) / (2.0 * cube + x)
    };
    halley(halley(f32::from_bits(x.to_bits() / 3 + 0x2a51_37a0)))
}

/// Linear light of an sRGB byte (IEC 61966-2-1).
fn linear(byte: u8) -> f32 {
    let v = f32::from(byte) / 255.0;
    if v <= 0.040_45 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
}

/// The sRGB byte of linear light.
fn encoded(v: f32) -> u8 {
    let s = if v <= 0.003_130_8 { v * 12.92 } else { 1.055 * v.powf(1.0 / 2.4) - 0.055 };
    (s * 255.0).round().clamp(0.0, 255.0) as u8
}

/// Oklab of linear sRGB.
fn oklab(rgb: [f32; 3]) -> [f32; 3] {
    from_cones(cones(rgb).map(f32::cbrt))
}

/// What the eye's three kinds of cones see of linear sRGB.
#[inline(always)]
fn cones([r, g, b]: [f32; 3]) -> [f32; 3] {
    [
        0.412_221_46 * r + 0.536_332_55 * g + 0.051_445_995 * b,
        0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b,
        0.088_302_46 * r + 0.281_718_85 * g + 0.629_978_7 * b,
    ]
}

/// Oklab of the cube roots of what the cones see.
#[inline(always)]
fn from_cones([l, m, s]: [f32; 3]) -> [f32; 3] {
    [
        0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s,
        1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s,
        0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s,
    ]
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    #[test]
    fn pure_colours_have_their_names() {
        for (rgb, name) in [
            ([0, 0, 0], "black"),
            ([255, 255, 255], "white"),
            ([150, 150, 150], "grey"),
            ([255, 0, 0], "red"),
            ([0, 200, 0], "green"),
            ([0, 0, 255], "blue"),
            ([255, 255, 0], "yellow"),
            ([255, 165, 0], "orange"),
            ([255, 192, 203], "pink"),
            ([139, 69, 19], "brown"),
            ([128, 0, 128], "purple"),
            ([245, 225, 190], "beige"),
            ([64, 200, 200], "turquoise"),
        ] {
            let colours = dominant(&RgbImage::from_pixel(9, 7, Rgb(rgb)));
            assert_eq!(colours.len(), 1);
            assert_eq!(colours[0].name, name, "{rgb:?}");
            assert_eq!(colours[0].hex, format!("#{:02x}{:02x}{:02x}", rgb[0], rgb[1], rgb[2]));
            assert!((colours[0].share - 1.0).abs() < 1e-6);
        }
    }

    #[test]
    fn shares_are_those_of_the_areas() {
        let image = RgbImage::from_fn(100, 40, |x, _| match x {
            0..70 => Rgb([20, 60, 200]),
            70..98 => Rgb([250, 250, 250]),
            _ => Rgb([255, 0, 0]),
        });
        let colours = dominant(&image);
        assert_eq!(colours.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["blue", "white"]);
        assert!((colours[0].share - 0.7).abs() < 0.02 && (colours[1].share - 0.28).abs() < 0.02);
    }

    #[test]
    fn one_pixel_is_enough() {
        assert_eq!(dominant(&RgbImage::from_pixel(1, 1, Rgb([0; 3])))[0].name, "black");
        assert!(dominant(&RgbImage::new(0, 0)).is_empty());
    }

    /// The name of a colour by the exact arithmetic, one colour at a time.
    fn slow_name(rgb: [u8; 3]) -> &'static str {
        let lab = oklab(rgb.map(linear));
        let far = |c: &[f32; 3]| {
            let [l, a, b] = [0, 1, 2].map(|i| (c[i] - lab[i]).powi(2));
            l + CHROMA * CHROMA * (a + b)
        };
        let named = NAMED.map(|(name, rgb)| (name, oklab(rgb.map(linear))));
        named.iter().min_by(|a, b| far(&a.1).total_cmp(&far(&b.1))).unwrap().0
    }

    /// Names of `colours` as blocks see them.
    fn names(colours: &[[u8; 3]]) -> Vec<&'static str> {
        let mut out = Vec::new();
        for part in colours.chunks(BLOCK) {
            let mut block = Block { rgb: [[0.0; BLOCK]; 3], filled: 0 };
            part.iter().for_each(|rgb| block.push(rgb.map(linear)));
            let names = block.names(&PALETTE);
            out.extend(names[..part.len()].iter().map(|name| PALETTE.names[*name as usize]));
        }
        out
    }

    #[test]
    fn blocks_name_colours_as_the_exact_arithmetic_does() {
        let mut state = 5u64;
        let mut random = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 40) as u32
        };
        let any = (0..100_000).map(|_| random().to_le_bytes()).map(|[r, g, b, _]| [r, g, b]);
        let greys = (0..=255u8).map(|v| [v; 3]);
        let near = NAMED.iter().flat_map(|(_, [r, g, b])| [[*r, *g, *b], [*r, *g, b ^ 1]]);
        let lattice = (0..32 * 32 * 32u32).map(|i| [i % 32, i / 32 % 32, i / 1024].map(|v| (v * 8) as u8));
        let colours: Vec<[u8; 3]> = any.chain(greys).chain(near).chain(lattice).collect();
        for (rgb, name) in colours.iter().zip(names(&colours)) {
            assert_eq!(name, slow_name(*rgb), "{rgb:?}");
        }
    }

    #[test]
    fn shares_and_means_are_those_of_every_pixel_by_itself() {
        let mut state = 9u64;
        let image = RgbImage::from_fn(117, 101, |x, y| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let noise = (state >> 61) as u8;
            Rgb([(x * 2) as u8 | noise, (y * 2) as u8 ^ noise, (x + y) as u8])
        });
        let colours = dominant(&image);
        let mut counts = std::collections::HashMap::new();
        image.pixels().for_each(|p| *counts.entry(slow_name(p.0)).or_insert(0u32) += 1);
        assert!(colours.len() >= 3);
        for colour in colours {
            assert_eq!(colour.share, counts[colour.name.as_str()] as f32 / (117.0 * 101.0));
        }
    }
}
