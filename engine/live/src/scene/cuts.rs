//! Whether a shot begins with a frame.
//!
//! After Hanjalic 2002 ("Shot-boundary detection: unraveled and resolved?"): the discontinuity between
//! two frames is how badly the blocks of one are found again in the other, where they may have moved.
//! Blocks are compared by normalized correlation, which light does not change, so that flashes and
//! changes of exposure are none; a block that is blown out or black says nothing. A frame that matches
//! one of the last few before a disturbance continues that shot. As Yeo and Liu 1995 ("Rapid scene
//! analysis on compressed video") have it, a cut must also stand out from its neighbours in time, by
//! which fast movement that no block search can follow is told from cuts.

use std::collections::VecDeque;

use super::Small;
use super::shrink::Thumbnail;

/// Side of a block on the halved size.
const BLOCK: usize = 10;
/// How far a block may have moved beside the whole picture.
const REACH: i32 = 3;
/// A block that is found this well is looked for no further.
const GOOD: f32 = 0.85;
/// Least discontinuity of a cut.
const LEAST: f32 = 0.36;
/// How many times the usual discontinuity of the last frames a cut has at least.
const TIMES_USUAL: f32 = 1.5;
/// A frame with less discontinuity from one of the frames before the last one continues their shot.
const RETURNS: f32 = 0.5;
/// Least frames of a shot.
const SHORTEST: usize = 3;
/// After a blank frame, this many frames are none that a shot begins with at once: it fades in.
const FADES_IN: u32 = 5;
/// Frames that the usual discontinuity is of.
const WINDOW: usize = 8;
/// Frames before the last one that may continue after a disturbance.
const MEMORY: usize = 5;
/// A block with a smaller deviation of its luma is plain.
const PLAIN: f32 = 2.5;
/// Weight of a plain block beside one with something on it.
const PLAIN_WEIGHT: f32 = 0.25;
/// Colours of plain blocks that are further apart, as shares of red, green and blue, are others.
const OTHER_COLOUR: f32 = 0.08;
/// Where less than this share of the blocks says something, the frame is blank.
const LEAST_WEIGHT: f32 = 0.12;

/// What is remembered of the frames before.
#[derive(Debug, Default)]
pub(super) struct Cuts {
    /// The frames before the last one, the newest first; no blank ones.
    earlier: VecDeque<Thumbnail>,
    /// Discontinuities of the last frames.
    usual: VecDeque<f32>,
    /// Frames since a blank one.
    since_blank: Option<u32>,
}

impl Cuts {
    /// Whether a shot begins with `now`, to which the picture moved by `moved` small pixels.
    pub(super) fn step(&mut self, before: &Thumbnail, now: &Thumbnail, moved: [i32; 2]) -> bool {
        let found = discontinuity(before, now, moved.map(|v| v / 2));
        self.since_blank = match found {
            None => Some(0),
            Some(_) => self.since_blank.map(|n| n.saturating_add(1)),
        };
        let fades_in = self.since_blank.is_some_and(|n| n <= FADES_IN);
        let cut = found.is_some_and(|d| !fades_in && self.stands_out(d) && self.is_new(now));
        if let Some(d) = found {
            self.usual.push_front(d);
            self.usual.truncate(WINDOW);
        }
        if cut {
            self.earlier.clear();
            self.usual.clear();
        }
        if found.is_some() {
            self.earlier.push_front(now.clone());
            self.earlier.truncate(MEMORY);
        }
        cut
    }

    /// Whether this much stands out from the frames before.
    fn stands_out(&self, d: f32) -> bool {
        let usual = self.usual.iter().sum::<f32>() / self.usual.len().max(1) as f32;
        d >= LEAST && d >= TIMES_USUAL * usual
    }

    /// Whether none of the frames before the last one looks like it.
    fn is_new(&self, now: &Thumbnail) -> bool {
        let like = |t: &Thumbnail| discontinuity(t, now, [0; 2]).is_some_and(|d| d < RETURNS);
        self.earlier.len() >= SHORTEST && !self.earlier.iter().skip(1).any(like)
    }
}

/// How badly the blocks of `now` are found on `before`, 0 to 1; `None` where too few say anything.
fn discontinuity(before: &Thumbnail, now: &Thumbnail, moved: [i32; 2]) -> Option<f32> {
    let (columns, rows) = (now.half.width / BLOCK, now.half.height / BLOCK);
    let (mut weights, mut misses) = (0.0, 0.0);
    for y in 0..rows {
        for x in 0..columns {
            let (weight, miss) = block(before, now, [x * BLOCK, y * BLOCK], moved);
            weights += weight;
            misses += weight * miss;
        }
    }
    (weights > LEAST_WEIGHT * (columns * rows) as f32).then(|| misses / weights)
}

/// Weight of a block and how badly it is found, 0 to 1.
fn block(before: &Thumbnail, now: &Thumbnail, at: [usize; 2], moved: [i32; 2]) -> (f32, f32) {
    let here = Patch::new(&now.half, [at[0] as i32, at[1] as i32]);
    let Some(here) = here.filter(Patch::is_exposed) else { return (0.0, 0.0) };
    let mut best: f32 = -1.0;
    let mut plain_there = true;
    let mut exposed = false;
    for [dx, dy] in places() {
        let from = [at[0] as i32 - moved[0] + dx, at[1] as i32 - moved[1] + dy];
        let Some(there) = Patch::new(&before.half, from).filter(Patch::is_exposed) else { continue };
        exposed = true;
        plain_there &= there.deviation < PLAIN;
        best = best.max(here.correlation(&there));
        if best >= GOOD {
            break;
        }
    }
    match (exposed, here.deviation < PLAIN) {
        (false, _) => (0.0, 0.0),
        (true, false) => (1.0, (1.0 - best.max(0.0)).min(1.0)),
        // Two plain blocks are the same where their colours are.
        (true, true) if plain_there => (PLAIN_WEIGHT, other_colour(before, now, at, moved)),
        (true, true) => (PLAIN_WEIGHT, 0.7),
    }
}

/// Where a block is looked for: where it was first, then all around.
fn places() -> impl Iterator<Item = [i32; 2]> {
    let around = (-REACH..=REACH).flat_map(|dy| (-REACH..=REACH).map(move |dx| [dx, dy]));
    std::iter::once([0, 0]).chain(around.filter(|place| *place != [0, 0]))
}

/// Whether the mean colours of two blocks are others, 0 to 1, whatever the light.
fn other_colour(before: &Thumbnail, now: &Thumbnail, at: [usize; 2], moved: [i32; 2]) -> f32 {
    let clamp = |v: i32, side: usize| v.clamp(0, side.saturating_sub(BLOCK) as i32) as usize;
    let from = [
        clamp(at[0] as i32 - moved[0], before.half.width),
        clamp(at[1] as i32 - moved[1], before.half.height),
    ];
    let share = |t: &Thumbnail, at: [usize; 2]| {
        let mut sum = [0.0f32; 3];
        for y in at[1]..at[1] + BLOCK {
            for colour in &t.colours[y * t.half.width + at[0]..][..BLOCK] {
                for (sum, &value) in sum.iter_mut().zip(colour) {
                    *sum += f32::from(value);
                }
            }
        }
        let all = sum.iter().sum::<f32>().max(1.0);
        sum.map(|v| v / all)
    };
    let (a, b) = (share(before, from), share(now, at));
    let apart = a.iter().zip(b).map(|(a, b)| (a - b).abs()).sum::<f32>();
    (apart / OTHER_COLOUR).min(1.0)
}

/// A block of luma, with its mean and deviation.
struct Patch<'a> {
    image: &'a Small,
    corner: usize,
    mean: f32,
    deviation: f32,
}

impl<'a> Patch<'a> {
    /// The block at a place, if it is within the image.
    fn new(image: &'a Small, [x, y]: [i32; 2]) -> Option<Self> {
        let inside = |v: i32, side: usize| v >= 0 && v as usize + BLOCK <= side;
        if !inside(x, image.width) || !inside(y, image.height) {
            return None;
        }
        let corner = y as usize * image.width + x as usize;
        let (mut sum, mut squares) = (0u32, 0u32);
        for row in 0..BLOCK {
            for &value in &image.luma[corner + row * image.width..][..BLOCK] {
                sum += u32::from(value);
                squares += u32::from(value) * u32::from(value);
            }
        }
        let count = (BLOCK * BLOCK) as f32;
        let mean = sum as f32 / count;
        Some(Self { image, corner, mean, deviation: (squares as f32 / count - mean * mean).max(0.0).sqrt() })
    }

    /// Neither black nor blown out.
    fn is_exposed(&self) -> bool {
        (12.0..=246.0).contains(&self.mean)
    }

    /// Normalized correlation, -1 to 1.
    fn correlation(&self, other: &Self) -> f32 {
        let mut products = 0u32;
        for row in 0..BLOCK {
            let a = &self.image.luma[self.corner + row * self.image.width..][..BLOCK];
            let b = &other.image.luma[other.corner + row * other.image.width..][..BLOCK];
            products += a.iter().zip(b).map(|(&a, &b)| u32::from(a) * u32::from(b)).sum::<u32>();
        }
        let count = (BLOCK * BLOCK) as f32;
        let covariance = products as f32 / count - self.mean * other.mean;
        covariance / (self.deviation * other.deviation).max(1.0)
    }
}
