//! How the picture moved as a whole: a search for the shift at which two frames differ least, first
//! on the smallest size, then finer, and between pixels by a parabola.

use super::Small;
use super::shrink::Thumbnail;

/// How far is searched along either side, as a share of it, on the smallest size.
const REACH: usize = 5;
/// Least share of the differences without shift that a shift must save to be believed.
const GAIN: f32 = 0.12;
/// Frames whose mean difference remains above this share of their contrast do not match.
const MISFIT: f32 = 0.6;
/// Frames of less contrast (mean distance from the mean) have nothing to hold on to.
const LEAST_CONTRAST: f32 = 2.0;

/// What a search found, in small pixels, right and down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shift {
    /// The best, whether it is any good or not.
    pub(super) moved: [i32; 2],
    /// To fractions of a pixel, where the frames match.
    pub(super) sure: Option<[f32; 2]>,
}

/// The shift from `before` to `now`.
pub(super) fn between(before: &Thumbnail, now: &Thumbnail) -> Shift {
    let (a, b) = (&before.quarter, &now.quarter);
    if a.width < 8 || a.height < 8 {
        return Shift { moved: [0; 2], sure: None };
    }
    let reach = [(a.width / REACH) as i32, (a.height / REACH) as i32];
    let mut best = search(a, b, [0; 2], reach, 1);
    for (a, b) in [(&before.half, &now.half), (&*before.small, &*now.small)] {
        best = search(a, b, best.map(|v| 2 * v), [1, 1], 2);
    }
    let (a, b) = (&*before.small, &*now.small);
    let at = |dx: i32, dy: i32| difference(a, b, [best[0] + dx, best[1] + dy], 2);
    let least = at(0, 0);
    let unmoved = difference(a, b, [0; 2], 2);
    let contrast = contrast(b);
    let believed = best == [0; 2] || least < unmoved * (1.0 - GAIN);
    let sure = (contrast >= LEAST_CONTRAST && least < MISFIT * contrast && believed).then(|| {
        let x = parabola(at(-1, 0), least, at(1, 0));
        let y = parabola(at(0, -1), least, at(0, 1));
        [best[0] as f32 + x, best[1] as f32 + y]
    });
    Shift { moved: best, sure }
}

/// The shift within `reach` of `around` at which the frames differ least; of equals the smallest.
fn search(a: &Small, b: &Small, around: [i32; 2], reach: [i32; 2], rows: usize) -> [i32; 2] {
    let mut best = (f32::INFINITY, around);
    for dy in -reach[1]..=reach[1] {
        for dx in -reach[0]..=reach[0] {
            let shift = [around[0] + dx, around[1] + dy];
            // A hair's preference for what moves little, for frames without anything on them.
            let cost = difference(a, b, shift, rows) + 0.002 * (shift[0].abs() + shift[1].abs()) as f32;
            if cost < best.0 {
                best = (cost, shift);
            }
        }
    }
    best.1
}

/// Mean absolute difference of `b` and `a` moved by `shift`, where both are, on every `rows`-th row.
fn difference(a: &Small, b: &Small, [dx, dy]: [i32; 2], rows: usize) -> f32 {
    let (w, h) = (a.width as i32, a.height as i32);
    let (left, right) = (dx.max(0), (w + dx).min(w));
    let (top, bottom) = (dy.max(0), (h + dy).min(h));
    if right - left < w / 2 || bottom - top < h / 2 {
        return f32::INFINITY;
    }
    let length = (right - left) as usize;
    let (mut sum, mut count) = (0u32, 0usize);
    for y in (top..bottom).step_by(rows) {
        let ours = &b.luma[(y * w + left) as usize..][..length];
        let theirs = &a.luma[((y - dy) * w + left - dx) as usize..][..length];
        sum += ours.iter().zip(theirs).map(|(&p, &q)| u32::from(p.abs_diff(q))).sum::<u32>();
        count += length;
    }
    sum as f32 / count.max(1) as f32
}

/// Mean distance from the mean.
fn contrast(small: &Small) -> f32 {
    let count = small.luma.len().max(1) as f32;
    let mean = small.luma.iter().map(|&v| f32::from(v)).sum::<f32>() / count;
    small.luma.iter().map(|&v| (f32::from(v) - mean).abs()).sum::<f32>() / count
}

/// Where between -½ and ½ the least of three neighbours lies. Absolute differences grow evenly from it
/// on, as a V, not as a square.
fn parabola(before: f32, at: f32, after: f32) -> f32 {
    let steeper = before.max(after) - at;
    if !steeper.is_finite() || steeper <= 0.0 {
        0.0
    } else {
        ((before - after) / (2.0 * steeper)).clamp(-0.5, 0.5)
    }
}
