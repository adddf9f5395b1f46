//! From the detector's probability map to boxes: differentiable binarization's post-processing
//! (Liao et al., "Real-time Scene Text Detection with Differentiable Binarization", AAAI 2020)
//! with connected components in place of contours. Linear in the number of pixels.

use serde::{Deserialize, Serialize};

use super::Quad;
use super::components::{Run, labelled_runs};
use super::geometry::{Point, RotatedRect, convex_hull, min_area_rect};
use super::models::ProbabilityMap;
use crate::{Error, Result};

/// A box in pixels of the map.
#[derive(Debug, Clone, Copy, PartialEq)]
struct TextBox {
    /// The box, grown back from the core that the network marks to the whole line.
    rect: RotatedRect,
    /// Mean probability inside of the core's rectangle, 0 to 1.
    score: f32,
}

/// Knobs of the step from the detector's map to boxes. The defaults are those of reading.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct BoxRules {
    /// Least probability of a pixel that counts as text, 0 to 1; rounded to whole 255ths.
    pub pixel_threshold: f32,
    /// Least mean probability inside of a core, 0 to 1.
    pub box_threshold: f32,
    /// A core grows on each side by its area times this, over its perimeter; 0 to 4.
    pub unclip: f32,
    /// Least side of a core in pixels of the map, 0 to 100.
    pub min_side: f32,
}

impl Default for BoxRules {
    fn default() -> Self {
        Self { pixel_threshold: 77.0 / 255.0, box_threshold: 0.5, unclip: 1.6, min_side: 3.0 }
    }
}

impl BoxRules {
    /// [`Error::InvalidOption`] where a knob is out of its range.
    pub(crate) fn check(&self) -> Result<()> {
        let knobs = [
            ("pixel_threshold", self.pixel_threshold, 1.0),
            ("box_threshold", self.box_threshold, 1.0),
            ("unclip", self.unclip, 4.0),
            ("min_side", self.min_side, 100.0),
        ];
        match knobs.into_iter().find(|(_, value, most)| !(0.0..=*most).contains(value)) {
            Some((option, value, most)) => {
                Err(Error::InvalidOption { option, reason: format!("{value} is not between 0 and {most}") })
            }
            None => Ok(()),
        }
    }

    /// The least value of the map's that counts as text.
    fn pixel(&self) -> u8 {
        (self.pixel_threshold * 255.0).round() as u8
    }
}

/// The boxes that `rules` make of `map`, with their scores, in pixels of a page of `size` (width,
/// height) that the map covers.
pub(crate) fn boxes_on(map: &ProbabilityMap, rules: &BoxRules, size: [u32; 2]) -> Vec<(Quad, f32)> {
    let [sx, sy] = [size[0] as f32 / map.width.max(1) as f32, size[1] as f32 / map.height.max(1) as f32];
    let place = |b: &TextBox| (b.rect.corners().map(|[x, y]| [x * sx, y * sy]), b.score);
    find_boxes(map, rules).iter().map(place).collect()
}

/// The boxes of all 8-connected components of core pixels, top to bottom by first row.
fn find_boxes(map: &ProbabilityMap, rules: &BoxRules) -> Vec<TextBox> {
    let mut runs = labelled_runs(&map.data, map.width as usize, rules.pixel());
    runs.sort_by_key(|r| r.label);
    let mut boxes = Vec::new();
    let mut points = Vec::new();
    for component in runs.chunk_by(|a, b| a.label == b.label) {
        border_points(component, &mut points);
        let Some(core) = min_area_rect(&convex_hull(&points)) else { continue };
        if core.width.min(core.height) < rules.min_side {
            continue;
        }
        let score = mean_inside(map, &core);
        if score < rules.box_threshold {
            continue;
        }
        let margin = core.width * core.height * rules.unclip / (2.0 * (core.width + core.height));
        boxes.push(TextBox { rect: core.grown(margin), score });
    }
    boxes
}

/// The leftmost and rightmost corner of a component on every pixel edge between rows, sorted by y.
fn border_points(runs: &[Run], points: &mut Vec<Point>) {
    points.clear();
    let mut above: Option<(u32, u32, u32)> = None;
    for row in runs.chunk_by(|a, b| a.y == b.y) {
        let y = row[0].y;
        let (left, right) = (row[0].start, row[row.len() - 1].end);
        let (l, r) = match above {
            Some((_, l, r)) => (l.min(left), r.max(right)),
            None => (left, right),
        };
        points.push([l as f32, y as f32]);
        points.push([r as f32, y as f32]);
        above = Some((y, left, right));
    }
    if let Some((y, left, right)) = above {
        points.push([left as f32, (y + 1) as f32]);
        points.push([right as f32, (y + 1) as f32]);
    }
}

/// Mean probability of the pixels whose centres lie in `rect`.
fn mean_inside(map: &ProbabilityMap, rect: &RotatedRect) -> f32 {
    let corners = rect.corners();
    let (top, bottom) = corners.iter().fold((f32::MAX, f32::MIN), |(t, b), p| (t.min(p[1]), b.max(p[1])));
    let first = (top - 0.5).ceil().max(0.0) as u32;
    let last = ((bottom - 0.5).floor() as i64).min(i64::from(map.height) - 1);
    let (mut sum, mut count) = (0u64, 0u64);
    for y in i64::from(first)..=last {
        let at = y as f32 + 0.5;
        let (mut left, mut right) = (f32::MAX, f32::MIN);
        for i in 0..4 {
            let (a, b) = (corners[i], corners[(i + 1) % 4]);
            if (a[1] - at) * (b[1] - at) <= 0.0 {
                let t = if a[1] == b[1] { [0.0, 1.0] } else { [(at - a[1]) / (b[1] - a[1]); 2] };
                for t in t {
                    let x = a[0] + (b[0] - a[0]) * t;
                    left = left.min(x);
                    right = right.max(x);
                }
            }
        }
        let from = (left - 0.5).ceil().max(0.0) as usize;
        let to = ((right - 0.5).floor() + 1.0).clamp(0.0, map.width as f32) as usize;
        if from < to {
            let row = y as usize * map.width as usize;
            sum += map.data[row + from..row + to].iter().map(|&p| u64::from(p)).sum::<u64>();
            count += (to - from) as u64;
        }
    }
    if count == 0 { 0.0 } else { sum as f32 / count as f32 / 255.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(width: u32, height: u32, inside: impl Fn(f32, f32) -> bool) -> ProbabilityMap {
        let data = (0..width * height)
            .map(|i| if inside((i % width) as f32 + 0.5, (i / width) as f32 + 0.5) { 230 } else { 3 })
            .collect();
        ProbabilityMap { width, height, data }
    }

    fn of(rect: RotatedRect) -> impl Fn(f32, f32) -> bool {
        move |x, y| {
            let d = [x - rect.center[0], y - rect.center[1]];
            let along = d[0] * rect.axis[0] + d[1] * rect.axis[1];
            let across = d[1] * rect.axis[0] - d[0] * rect.axis[1];
            along.abs() <= rect.width / 2.0 && across.abs() <= rect.height / 2.0
        }
    }

    #[test]
    fn one_core_grows_by_area_over_perimeter() {
        let found = find_boxes(
            &map(128, 64, |x, y| (20.0..80.0).contains(&x) && (30.0..40.0).contains(&y)),
            &BoxRules::default(),
        );
        assert_eq!(found.len(), 1);
        let margin = 60.0 * 10.0 * 1.6 / 140.0;
        assert!((found[0].rect.width - (60.0 + 2.0 * margin)).abs() < 1e-3);
        assert!((found[0].rect.height - (10.0 + 2.0 * margin)).abs() < 1e-3);
        assert_eq!(found[0].rect.center, [50.0, 35.0]);
        assert!((found[0].score - 230.0 / 255.0).abs() < 1e-3);
    }

    #[test]
    fn tilted_cores_keep_their_angle() {
        for degrees in [-40.0f32, -20.0, -7.0, 7.0, 30.0] {
            let a = degrees.to_radians();
            let truth =
                RotatedRect { center: [128.0, 128.0], axis: [a.cos(), a.sin()], width: 160.0, height: 16.0 };
            let found =
                find_boxes(&map(256, 256, of(truth)), &BoxRules { unclip: 0.0, ..BoxRules::default() });
            assert_eq!(found.len(), 1);
            let r = found[0].rect;
            assert!((r.axis[1].atan2(r.axis[0]) - a).abs() < 0.01, "{degrees}: {r:?}");
            assert!((r.width - 160.0).abs() < 3.0 && (r.height - 16.0).abs() < 2.5, "{degrees}: {r:?}");
        }
    }

    #[test]
    fn noise_of_any_density_is_survived() {
        let mut state = 99u64;
        for density in 0..16 {
            let mut next = || {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                if (state >> 60) < density { 200 } else { 0 }
            };
            let map = ProbabilityMap { width: 61, height: 47, data: (0..61 * 47).map(|_| next()).collect() };
            for b in find_boxes(&map, &BoxRules { min_side: 0.0, box_threshold: 0.0, ..BoxRules::default() })
            {
                assert!(b.rect.width > 0.0 && b.rect.height > 0.0 && (0.0..=1.0).contains(&b.score));
            }
        }
    }

    #[test]
    fn knobs_have_ranges() {
        let rules = BoxRules::default();
        assert!(rules.check().is_ok());
        assert_eq!(rules.pixel(), 77);
        for value in [-0.01, 101.0, f32::NAN, f32::INFINITY] {
            let bad = [
                BoxRules { pixel_threshold: value, ..rules },
                BoxRules { box_threshold: value, ..rules },
                BoxRules { unclip: value, ..rules },
                BoxRules { min_side: value, ..rules },
            ];
            for (rules, name) in bad.iter().zip(["pixel_threshold", "box_threshold", "unclip", "min_side"]) {
                let error = rules.check().unwrap_err();
                assert!(matches!(error, Error::InvalidOption { option, .. } if option == name), "{error}");
            }
        }
    }

    #[test]
    fn weak_and_thin_cores_are_dropped() {
        let thin = map(64, 64, |_, y| (10.0..12.0).contains(&y));
        assert!(find_boxes(&thin, &BoxRules::default()).is_empty());
        let mut weak = map(64, 64, |x, y| (10.0..50.0).contains(&x) && (10.0..30.0).contains(&y));
        weak.data.iter_mut().for_each(|p| *p = (*p / 2).max(1));
        assert!(find_boxes(&weak, &BoxRules::default()).is_empty());
        assert!(
            find_boxes(&ProbabilityMap { width: 0, height: 0, data: vec![] }, &BoxRules::default())
                .is_empty()
        );
    }
}
