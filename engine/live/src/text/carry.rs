//! Where a box's place is in a later frame: its luma is looked for near where it should be.
//!
//! The measure is normalized cross-correlation (Lewis 1995, "Fast normalized cross-correlation"), which
//! a change of brightness or contrast leaves as it is; the maximum is refined to parts of a pixel by a
//! parabola through its neighbours. The patch is that of the last reading, not of the last frame, so
//! that errors do not add up.

use super::geometry::{Point, bounds, height};
use crate::scene::Small;
use glimpse_engine::Quad;

/// Part of a box's height that is left out on each side: boxes are larger than their ink, and what is
/// behind a line need not move with it.
const INSET: f32 = 0.2;
/// Rows that a patch has at least, if the picture does.
const LEAST_ROWS: f32 = 4.0;
/// Rows are left out of patches that have more pixels.
const MOST_PIXELS: usize = 4096;
/// Standard deviation below which a patch shows nothing that could be found again, in grey levels.
const LEAST_CONTRAST: f32 = 2.5;
/// Part of a patch that must be in the frame.
const LEAST_VISIBLE: f32 = 0.3;
/// Grey levels by which a pixel must at least differ to count as changed.
const LEAST_CHANGE: f32 = 12.0;
/// Changed pixels are this many standard deviations off.
const DEVIATIONS: f32 = 6.0;
/// Parts of a pixel from the grid within which single pixels can be compared.
const ON_GRID: f32 = 0.08;
/// Correlation below which a place that is found off the grid has changed.
const LOOKS_THE_SAME: f32 = 0.7;
/// Part of a patch that counts as a change, and the least number of pixels.
const CHANGED_PART: f32 = 0.004;
const CHANGED_PIXELS: usize = 3;

/// Whether a picture is one that can be looked into.
pub(super) fn is_usable(small: &Small) -> bool {
    let pixels = small.width.checked_mul(small.height);
    small.width >= 8
        && small.height >= 8
        && pixels.is_some_and(|n| n <= small.luma.len() && n <= 1 << 22)
        && small.factor.is_finite()
        && small.factor > 0.0
}

/// Luma of a box's place.
#[derive(Debug, Clone)]
pub(super) struct Patch {
    left: i32,
    top: i32,
    width: usize,
    height: usize,
    luma: Vec<u8>,
}

/// Where a patch was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Match {
    /// How far it went since it was cut, in pixels of the small picture.
    pub(super) by: Point,
    /// Correlation, -1 to 1.
    pub(super) score: f32,
}

/// Sums over the pixels that a patch and a picture share.
#[derive(Debug, Default)]
struct Sums {
    count: u64,
    a: u64,
    b: u64,
    aa: u64,
    bb: u64,
    ab: u64,
}

impl Sums {
    fn variances(&self) -> (f64, f64, f64) {
        let n = self.count.max(1) as f64;
        let (a, b) = (self.a as f64 / n, self.b as f64 / n);
        (self.aa as f64 / n - a * a, self.bb as f64 / n - b * b, self.ab as f64 / n - a * b)
    }

    fn correlation(&self) -> f32 {
        let (aa, bb, ab) = self.variances();
        if aa <= 0.25 || bb <= 0.25 { 0.0 } else { (ab / (aa * bb).sqrt()).clamp(-1.0, 1.0) as f32 }
    }
}

impl Patch {
    /// The place of `quad` (in pixels of the frame). `None` where too little of it is in the picture or
    /// it shows nothing that could be found again.
    pub(super) fn cut(small: &Small, quad: &Quad) -> Option<Self> {
        if !is_usable(small) {
            return None;
        }
        let b = bounds(quad).map(|v| v / small.factor);
        let high = height(quad) / small.factor;
        let inset = (INSET * high).min((high - LEAST_ROWS) / 2.0);
        let from = |v: f32, most: usize| ((v + inset).floor().max(0.0) as usize).min(most);
        let to = |v: f32, most: usize| ((v - inset).ceil().max(0.0) as usize).min(most);
        let (left, right) = (from(b[0], small.width), to(b[2], small.width));
        let (top, bottom) = (from(b[1], small.height), to(b[3], small.height));
        if right < left + 4 || bottom < top + 3 {
            return None;
        }
        let (width, height) = (right - left, bottom - top);
        let rows = small.luma.chunks_exact(small.width).skip(top).take(height);
        let luma = rows.flat_map(|row| &row[left..right]).copied().collect();
        let patch = Self { left: left as i32, top: top as i32, width, height, luma };
        let sums = patch.sums(small, 0, 0)?;
        (sums.variances().0.max(0.0).sqrt() >= f64::from(LEAST_CONTRAST)).then_some(patch)
    }

    /// The part of the patch, and its left and top in the picture, that is within it after a move.
    fn within(&self, small: &Small, dx: i32, dy: i32) -> Option<([usize; 4], [usize; 2])> {
        let (x, y) = (self.left.checked_add(dx)?, self.top.checked_add(dy)?);
        let cut = |at: i32, own: usize, whole: usize| {
            let from = at.min(0).unsigned_abs() as usize;
            let to = (i64::from(at) + own as i64).min(whole as i64) - i64::from(at);
            (to > from as i64).then_some((from, to as usize))
        };
        let (x0, x1) = cut(x, self.width, small.width)?;
        let (y0, y1) = cut(y, self.height, small.height)?;
        let part = ((x1 - x0) * (y1 - y0)) as f32 / (self.width * self.height) as f32;
        (part >= LEAST_VISIBLE).then(|| ([x0, y0, x1, y1], [x.max(0) as usize, y.max(0) as usize]))
    }

    fn sums(&self, small: &Small, dx: i32, dy: i32) -> Option<Sums> {
        let ([x0, y0, x1, y1], [left, top]) = self.within(small, dx, dy)?;
        let step = (self.width * self.height).div_ceil(MOST_PIXELS).max(1);
        let mut sums = Sums::default();
        for y in (y0..y1).step_by(step) {
            let a = &self.luma[y * self.width + x0..y * self.width + x1];
            let at = (top + y - y0) * small.width + left;
            let b = &small.luma[at..at + (x1 - x0)];
            let (mut sa, mut sb, mut saa, mut sbb, mut sab) = (0u32, 0u32, 0u32, 0u32, 0u32);
            for (&p, &q) in a.iter().zip(b) {
                let (p, q) = (u32::from(p), u32::from(q));
                sa += p;
                sb += q;
                saa += p * p;
                sbb += q * q;
                sab += p * q;
            }
            sums.count += a.len() as u64;
            sums.a += u64::from(sa);
            sums.b += u64::from(sb);
            sums.aa += u64::from(saa);
            sums.bb += u64::from(sbb);
            sums.ab += u64::from(sab);
        }
        Some(sums)
    }

    fn score(&self, small: &Small, dx: i32, dy: i32) -> Option<f32> {
        self.sums(small, dx, dy).map(|s| s.correlation())
    }

    /// Looks for the patch around where it `should` be, in pixels of the small picture from where it
    /// was cut. `None` where it is out of the picture.
    pub(super) fn find(&self, small: &Small, should: Point, radius: i32) -> Option<Match> {
        if !is_usable(small) || !should.iter().all(|v| v.abs() < 1e5) {
            return None;
        }
        let (cx, cy) = (should[0].round() as i32, should[1].round() as i32);
        let mut best: Option<(f32, i32, i32)> = None;
        for dy in cy - radius..=cy + radius {
            for dx in cx - radius..=cx + radius {
                // Of equally good places the nearest.
                let far = (dx as f32 - should[0]).hypot(dy as f32 - should[1]);
                let Some(score) = self.score(small, dx, dy) else { continue };
                let score = score - 0.004 * far;
                if best.is_none_or(|(most, ..)| score > most) {
                    best = Some((score, dx, dy));
                }
            }
        }
        let (_, dx, dy) = best?;
        let score = self.score(small, dx, dy)?;
        let beside = |x, y| self.score(small, dx + x, dy + y).unwrap_or(score - 0.1);
        let by = [
            dx as f32 + vertex(beside(-1, 0), score, beside(1, 0)),
            dy as f32 + vertex(beside(0, -1), score, beside(0, 1)),
        ];
        Some(Match { by, score })
    }

    /// Whether what is at a place where the patch was found is in part something else. In the pixels'
    /// own grid, single pixels tell, those that differ by far more than noise does once brightness and
    /// contrast are evened out; between, where sampling alone changes them as much, only all together.
    pub(super) fn differs(&self, small: &Small, found: &Match) -> bool {
        let [dx, dy] = found.by.map(f32::round);
        if (found.by[0] - dx).abs() > ON_GRID || (found.by[1] - dy).abs() > ON_GRID {
            return found.score < LOOKS_THE_SAME;
        }
        let (dx, dy) = (dx as i32, dy as i32);
        let Some(([x0, y0, x1, y1], [left, top])) = self.within(small, dx, dy) else { return false };
        let Some(sums) = self.sums(small, dx, dy) else { return false };
        let (aa, bb, _) = sums.variances();
        let gain = if aa > 1.0 { ((bb / aa).sqrt() as f32).clamp(0.5, 2.0) } else { 1.0 };
        let n = sums.count.max(1) as f32;
        let offset = (sums.b as f32 - gain * sums.a as f32) / n;
        let mut histogram = [0u32; 256];
        for y in y0..y1 {
            let a = &self.luma[y * self.width + x0..y * self.width + x1];
            let at = (top + y - y0) * small.width + left;
            for (&p, &q) in a.iter().zip(&small.luma[at..at + (x1 - x0)]) {
                let off = (f32::from(q) - gain * f32::from(p) - offset).abs();
                histogram[off.min(255.0) as usize] += 1;
            }
        }
        let count = (x1 - x0) * (y1 - y0);
        let limit = LEAST_CHANGE.max(DEVIATIONS * median(&histogram, count));
        let changed = histogram.iter().skip(limit.min(255.0) as usize).sum::<u32>() as usize;
        changed >= CHANGED_PIXELS.max((count as f32 * CHANGED_PART) as usize)
    }
}

/// The smallest value that half of `count` are at or below.
fn median(histogram: &[u32; 256], count: usize) -> f32 {
    let mut seen = 0;
    let half = count.div_ceil(2) as u32;
    histogram
        .iter()
        .position(|&n| {
            seen += n;
            seen >= half
        })
        .unwrap_or(0) as f32
}

/// Where the parabola through three neighbours has its top, -0.5 to 0.5 from the middle one.
fn vertex(before: f32, here: f32, after: f32) -> f32 {
    let bend = before - 2.0 * here + after;
    if bend < -1e-6 { (0.5 * (before - after) / bend).clamp(-0.5, 0.5) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ink(u: f32, v: f32) -> f32 {
        let inside = (20.0..50.0).contains(&u) && (20.0..28.0).contains(&v);
        if inside { (u * 0.9).sin() * 60.0 + (v * 1.1 + u * 0.2).cos() * 40.0 } else { 0.0 }
    }

    /// A picture with something like text in it, moved by parts of a pixel.
    fn drawn(x: f32, y: f32) -> Small {
        let (width, height) = (80, 60);
        let mut luma = vec![0; width * height];
        for (i, p) in luma.iter_mut().enumerate() {
            let sum: f32 = (0..64)
                .map(|k| {
                    let (u, v) = ((k % 8) as f32 / 8.0, (k / 8) as f32 / 8.0);
                    ink((i % width) as f32 + u - x, (i / width) as f32 + v - y)
                })
                .sum();
            *p = (120.0 + sum / 64.0) as u8;
        }
        Small { width, height, factor: 4.0, luma }
    }

    fn quad() -> Quad {
        [[80.0, 80.0], [200.0, 80.0], [200.0, 112.0], [80.0, 112.0]]
    }

    #[test]
    fn a_patch_is_found_to_a_fraction_of_a_pixel() {
        let patch = Patch::cut(&drawn(0.0, 0.0), &quad()).expect("a patch");
        for (x, y) in [(0.0, 0.0), (1.4, -0.6), (-2.3, 1.7), (3.0, 2.0)] {
            let found = patch.find(&drawn(x, y), [0.0, 0.0], 4).expect("found");
            assert!((found.by[0] - x).abs() < 0.3 && (found.by[1] - y).abs() < 0.3, "{x} {y}: {found:?}");
            assert!(found.score > 0.8);
            assert!(!patch.differs(&drawn(x, y), &found), "{x} {y}");
        }
    }

    #[test]
    fn light_changes_nothing_and_other_content_does() {
        let before = drawn(0.0, 0.0);
        let patch = Patch::cut(&before, &quad()).expect("a patch");
        let mut dark = before.clone();
        dark.luma.iter_mut().for_each(|p| *p = (f32::from(*p) * 0.7) as u8);
        let found = patch.find(&dark, [0.0, 0.0], 2).expect("found");
        assert!(found.score > 0.98 && !patch.differs(&dark, &found));
        let mut other = before.clone();
        for y in 21..27 {
            for x in 30..34 {
                other.luma[y * 80 + x] = 120;
            }
        }
        let found = patch.find(&other, [0.0, 0.0], 2).expect("found");
        assert!(found.score > 0.7 && patch.differs(&other, &found));
    }

    #[test]
    fn plain_and_damaged_pictures_have_no_patch() {
        let plain = Small { luma: vec![90; 80 * 60], ..drawn(0.0, 0.0) };
        assert!(Patch::cut(&plain, &quad()).is_none());
        let patch = Patch::cut(&drawn(0.0, 0.0), &quad()).expect("a patch");
        assert!(patch.find(&plain, [0.0, 0.0], 2).is_none_or(|m| m.score < 0.2));
        for bad in [
            Small { luma: Vec::new(), ..drawn(0.0, 0.0) },
            Small { width: 0, height: 0, factor: 4.0, luma: Vec::new() },
            Small { factor: f32::NAN, ..drawn(0.0, 0.0) },
            Small { width: usize::MAX, ..drawn(0.0, 0.0) },
        ] {
            assert!(Patch::cut(&bad, &quad()).is_none());
            assert!(patch.find(&bad, [0.0, 0.0], 2).is_none());
        }
        assert!(patch.find(&drawn(0.0, 0.0), [f32::NAN, 0.0], 2).is_none());
        assert!(patch.find(&drawn(0.0, 0.0), [500.0, 0.0], 2).is_none(), "out of the picture");
    }
}
