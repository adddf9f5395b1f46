//! The colours that a picture consists of, by name.
//!
//! Each pixel counts for the nearest of the English basic colour terms (Berlin and Kay 1969) with
//! beige and turquoise, by distance in Oklab (Ottosson 2020).

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
    let palette: Vec<(&'static str, [f32; 3])> =
        NAMED.iter().map(|(name, rgb)| (*name, oklab(rgb.map(linear)))).collect();
    let table: [f32; 256] = std::array::from_fn(|v| linear(v as u8));
    let step = ((image.width() * image.height() / SAMPLES).max(1) as f32).sqrt() as u32;
    let mut sums: Vec<(&'static str, [f32; 3], u32)> = Vec::new();
    let mut seen = 0u32;
    for y in (0..image.height()).step_by(step as usize) {
        for x in (0..image.width()).step_by(step as usize) {
            let rgb = image.get_pixel(x, y).0.map(|v| table[usize::from(v)]);
            let name = nearest(&palette, oklab(rgb));
            seen += 1;
            match sums.iter_mut().find(|(n, ..)| *n == name) {
                Some((_, sum, count)) => {
                    (0..3).for_each(|c| sum[c] += rgb[c]);
                    *count += 1;
                }
                None => sums.push((name, rgb, 1)),
            }
        }
    }
    sums.sort_by(|a, b| b.2.cmp(&a.2).then(a.0.cmp(b.0)));
    let of = |(name, sum, count): (&'static str, [f32; 3], u32)| {
        let [r, g, b] = sum.map(|v| encoded(v / count as f32));
        Colour {
            name: name.into(),
            hex: format!("#{r:02x}{g:02x}{b:02x}"),
            share: count as f32 / seen as f32,
        }
    };
    sums.into_iter().map(of).filter(|c| c.share >= LEAST_SHARE).take(MOST).collect()
}

fn nearest(palette: &[(&'static str, [f32; 3])], lab: [f32; 3]) -> &'static str {
    let distance = |p: &[f32; 3]| {
        let [l, a, b] = [0, 1, 2].map(|i| (p[i] - lab[i]).powi(2));
        l + CHROMA * CHROMA * (a + b)
    };
    let best = palette.iter().min_by(|a, b| distance(&a.1).total_cmp(&distance(&b.1)));
    best.map_or("grey", |(name, _)| name)
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
fn oklab([r, g, b]: [f32; 3]) -> [f32; 3] {
    let l = (0.412_221_46 * r + 0.536_332_55 * g + 0.051_445_995 * b).cbrt();
    let m = (0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b).cbrt();
    let s = (0.088_302_46 * r + 0.281_718_85 * g + 0.629_978_7 * b).cbrt();
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
}
