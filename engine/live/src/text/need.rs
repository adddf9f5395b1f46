//! When to read: a reading costs as much as several frames, so there must be a reason.

use std::time::Duration;

use super::carry::is_usable;
use super::geometry::{Point, bounds, length};
use super::track::TextTrack;
use crate::scene::{Look, Small};

/// Why text should be read now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReadReason {
    /// Nothing was read in this scene yet.
    Start,
    /// Fine texture appeared where none was, or other than it was.
    Appeared,
    /// The place of a line looks other than what was read there.
    Changed,
    /// The place of a line was not found again.
    Lost,
    /// The readings of a line do not agree yet.
    Unstable,
    /// The last reading is old.
    Refresh,
}

/// Side of a cell in pixels of the small picture.
const CELL: usize = 8;
/// Texture from which a cell may hold text: mean steps between neighbours above the picture's noise,
/// in grey levels.
const TEXTURE: f32 = 5.0;
/// Texture is new where it is so many times that of before.
const TEXTURE_TIMES: f32 = 1.6;
/// Mean luma is another where it differs by so many grey levels.
const LUMA: f32 = 14.0;
/// A reading that does not come back for so long will not.
const GIVEN_UP: Duration = Duration::from_secs(3);
/// A cell that made a reading which brought nothing makes none for so long, and then twice as long …
const COOL: Duration = Duration::from_millis(200);
/// … up to so many doublings.
const MOST_COOL: u32 = 3;
/// Motion of the whole picture in widths a second that blurs text.
const BLURRING: f32 = 0.9;
/// Longer than this no reading is put off because of it.
const MOST_BLURRED: Duration = Duration::from_millis(1500);

#[derive(Debug, Clone, Copy, Default)]
struct Texture {
    energy: f32,
    luma: f32,
}

#[derive(Debug, Clone, Copy, Default)]
struct Rest {
    until: Duration,
    fruitless: u32,
}

#[derive(Debug, Clone)]
struct Asked {
    at: Duration,
    cells: Vec<usize>,
}

/// What decides whether to read.
#[derive(Debug, Clone, Default)]
pub(super) struct Need {
    across: usize,
    down: usize,
    now: Vec<Texture>,
    /// The cells of the frame that was asked for last.
    then: Vec<Texture>,
    rest: Vec<Rest>,
    asked: Option<Asked>,
    last: Option<Duration>,
    blurred_since: Option<Duration>,
    before: Option<Duration>,
    /// Global motion since `then`, in pixels of the small picture.
    shifted: Point,
}

impl Need {
    /// A reading arrived; whether it told something new.
    pub(super) fn arrived(&mut self, fruitful: bool) {
        let Some(asked) = self.asked.take() else { return };
        for cell in asked.cells {
            let Some(rest) = self.rest.get_mut(cell) else { continue };
            if fruitful {
                *rest = Rest::default();
            } else {
                rest.until = asked.at + COOL * (1 << rest.fruitless.min(MOST_COOL));
                rest.fruitless = (rest.fruitless + 1).min(MOST_COOL);
            }
        }
    }

    /// The reading that was asked for will not come.
    pub(super) fn abandon(&mut self) {
        self.asked = None;
    }

    /// Whether to read the frame at `at`. A reason counts as a reading that is under way.
    pub(super) fn ask(
        &mut self,
        small: &Small,
        look: &Look,
        at: Duration,
        tracks: &[TextTrack],
    ) -> Option<ReadReason> {
        if !is_usable(small) {
            return None;
        }
        self.glance(small);
        let shift = look.shift.filter(|s| s.iter().all(|v| v.is_finite())).unwrap_or_default();
        for (sum, step) in self.shifted.iter_mut().zip(shift) {
            *sum += step / small.factor;
        }
        let seconds = self.before.map_or(0.0, |b| at.saturating_sub(b).as_secs_f32());
        self.before = Some(at);
        if self.asked.as_ref().is_some_and(|a| at.saturating_sub(a.at) < GIVEN_UP && at >= a.at) {
            return None;
        }
        let speed =
            if seconds > 0.0 { length(shift) / seconds / (small.width as f32 * small.factor) } else { 0.0 };
        if self.blurs(speed, at) {
            return None;
        }
        let cells = self.new_texture(small, at, tracks);
        let reason = self.reason(look, at, tracks, !cells.is_empty())?;
        self.asked = Some(Asked { at, cells });
        self.last = Some(at);
        self.then.clone_from(&self.now);
        self.shifted = [0.0, 0.0];
        Some(reason)
    }

    fn blurs(&mut self, speed: f32, at: Duration) -> bool {
        if speed <= BLURRING {
            self.blurred_since = None;
            return false;
        }
        let since = *self.blurred_since.get_or_insert(at);
        at.saturating_sub(since) < MOST_BLURRED
    }

    fn reason(&self, look: &Look, at: Duration, tracks: &[TextTrack], appeared: bool) -> Option<ReadReason> {
        let Some(last) = self.last else { return Some(ReadReason::Start) };
        if tracks.iter().any(|t| t.lost_since.is_some_and(|since| t.last_read < since && t.missed == 0)) {
            return Some(ReadReason::Lost);
        }
        if tracks.iter().any(|t| t.differs_since.is_some_and(|since| is_due_to_differ(t, since, at))) {
            return Some(ReadReason::Changed);
        }
        if appeared {
            return Some(ReadReason::Appeared);
        }
        let present = || tracks.iter().filter(|t| t.hidden_since.is_none());
        if present().any(|t| !t.is_stable() && at.saturating_sub(t.last_read) >= patience(t)) {
            return Some(ReadReason::Unstable);
        }
        let oldest = present().map(|t| t.last_read).min();
        let age = at.saturating_sub(oldest.unwrap_or(last).max(last));
        let due = match (look.still, oldest) {
            (true, _) => Duration::from_secs(10),
            (false, None) => Duration::from_secs(2),
            (false, Some(_)) if present().any(|t| length(t.velocity) > 8.0) => Duration::from_millis(700),
            (false, Some(_)) => Duration::from_millis(2500),
        };
        (age >= due).then_some(ReadReason::Refresh)
    }

    /// Cells with texture that were not there, or not so, in the frame that was read last, and that no
    /// line accounts for.
    fn new_texture(&self, small: &Small, at: Duration, tracks: &[TextTrack]) -> Vec<usize> {
        if self.then.len() != self.now.len() {
            return Vec::new();
        }
        let noise = self.noise();
        let mut held = vec![false; self.now.len()];
        for track in tracks.iter().filter(|t| t.lost_since.is_none()) {
            let b = bounds(&track.quad).map(|v| v / small.factor / CELL as f32);
            let span = |from: f32, to: f32, most: usize| {
                (from - 0.5).round().max(0.0) as usize..((to + 0.5).round().max(0.0) as usize).min(most)
            };
            for y in span(b[1], b[3], self.down) {
                for x in span(b[0], b[2], self.across) {
                    held[y * self.across + x] = true;
                }
            }
        }
        (0..self.now.len())
            .filter(|&i| !held[i] && self.rest[i].until <= at && self.is_new(i, noise))
            .collect()
    }

    fn is_new(&self, cell: usize, noise: f32) -> bool {
        let now = self.now[cell];
        let energy = now.energy - noise;
        if energy < TEXTURE {
            return false;
        }
        let [dx, dy] = self.shifted.map(|v| (v / CELL as f32).round() as i64);
        let (x, y) = ((cell % self.across) as i64 - dx, (cell / self.across) as i64 - dy);
        let (mut most, mut nearest) = (0.0f32, f32::INFINITY);
        for v in y - 1..=y + 1 {
            for u in x - 1..=x + 1 {
                if (0..self.across as i64).contains(&u) && (0..self.down as i64).contains(&v) {
                    let then = self.then[v as usize * self.across + u as usize];
                    most = most.max(then.energy - noise);
                    nearest = nearest.min((then.luma - now.luma).abs());
                }
            }
        }
        energy > most.max(0.0) * TEXTURE_TIMES + 2.0 || nearest > LUMA
    }

    /// Texture of the plainest fifth of the cells.
    fn noise(&self) -> f32 {
        let mut all: Vec<f32> = self.now.iter().map(|t| t.energy).collect();
        let fifth = all.len() / 5;
        if all.is_empty() { 0.0 } else { *all.select_nth_unstable_by(fifth, f32::total_cmp).1 }
    }

    fn glance(&mut self, small: &Small) {
        let (across, down) = (small.width / CELL, small.height / CELL);
        if (across, down) != (self.across, self.down) {
            (self.across, self.down) = (across, down);
            self.rest = vec![Rest::default(); across * down];
            self.then.clear();
        }
        self.now.clear();
        for y in 0..down {
            for x in 0..across {
                self.now.push(texture(small, x * CELL, y * CELL));
            }
        }
    }
}

fn texture(small: &Small, left: usize, top: usize) -> Texture {
    let (mut steps, mut sum) = (0u32, 0u32);
    for y in top..top + CELL {
        let at = y * small.width + left;
        let row = &small.luma[at..at + CELL];
        sum += row.iter().map(|&p| u32::from(p)).sum::<u32>();
        steps += row.windows(2).map(|w| u32::from(w[0].abs_diff(w[1]))).sum::<u32>();
        if y + 1 < top + CELL {
            let next = &small.luma[at + small.width..at + small.width + CELL];
            steps += row.iter().zip(next).map(|(a, b)| u32::from(a.abs_diff(*b))).sum::<u32>();
        }
    }
    let pairs = (CELL * (CELL - 1)) as f32;
    Texture { energy: steps as f32 / pairs, luma: sum as f32 / (CELL * CELL) as f32 }
}

/// Time between two readings of a line that does not settle.
fn patience(track: &TextTrack) -> Duration {
    Duration::from_millis(match track.readings {
        0..8 => 0,
        8..20 => 300,
        _ => 1000,
    })
}

/// Whether a place that looks other than it was read is to be read: at once, then now and then.
fn is_due_to_differ(track: &TextTrack, since: Duration, at: Duration) -> bool {
    if track.last_read < since {
        return true;
    }
    let wait = if at.saturating_sub(since) < Duration::from_secs(2) { 150 } else { 1000 };
    at.saturating_sub(track.last_read) >= Duration::from_millis(wait)
}
