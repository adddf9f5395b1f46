//! Live text: lines that are read once and kept, that get better with every reading and stand still.
//!
//! One file a stage: `need` says when to read, `matching` which line of a reading is which track,
//! `vote` merges the readings of a track, `carry` finds a place again in the next frame, `track` is one
//! line through time.

mod carry;
mod geometry;
mod matching;
mod need;
mod track;
mod vote;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use glimpse_engine::Reading;

use crate::scene::{Look, Small};
use crate::types::LiveText;
use carry::is_usable;
use geometry::overlap;
use matching::{Matched, ReadLine, match_lines, usable_lines};
use need::Need;
use track::{Place, Seen, Taken, TextTrack};

pub use need::ReadReason;

/// Tracks at most.
const MOST_TRACKS: usize = 200;
/// Frames that are kept to bring late readings to now.
const MOST_FRAMES: usize = 48;
/// A gap in time after which nothing is known any more.
const LONGEST_GAP: Duration = Duration::from_secs(2);
/// A line that is out of sight may come back for so long.
const KEPT_HIDDEN: Duration = Duration::from_secs(2);
/// Part of a line's box that must be in the frame.
const LEAST_VISIBLE: f32 = 0.3;
/// Readings in a row that a line may be missing from while its place looks the same.
const MOST_MISSED: u32 = 3;
/// Likewise where its place looks other.
const MOST_MISSED_DIFFERING: u32 = 2;
/// A new line that covers another one so far is that one, found twice.
const TWICE: f32 = 0.5;
/// Readings in a row that must order the lines otherwise.
const ORDERED_OTHERWISE: u32 = 3;

/// The lines of text of a moving picture.
///
/// A line keeps its id while it moves and while its text gets better or changes in part (a clock, a
/// counter). Where a wholly other text takes the place of one that was sure, the line ends and another
/// begins. Times are those of the frames; none is taken from a clock.
#[derive(Debug, Clone, Default)]
pub struct TextTracks {
    /// In reading order.
    tracks: Vec<TextTrack>,
    frames: VecDeque<Seen>,
    need: Need,
    next_id: u64,
    /// When the scene began.
    since: Option<Duration>,
    /// Width, height and factor of the small pictures.
    size: Option<(usize, usize, f32)>,
    disorder: u32,
}

impl TextTracks {
    /// No text yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether the frame at `at` should be read, and why. Ask only when a reading can begin: an answer
    /// counts as one that is under way, and until it arrives (or [`abandon`](Self::abandon) is called,
    /// or three seconds pass) there is no other.
    pub fn wants_reading(&mut self, small: &Small, look: &Look, at: Duration) -> Option<ReadReason> {
        self.begin_frame(at, small, look);
        self.need.ask(small, look, at, &self.tracks)
    }

    /// The reading that was asked for failed or was given up.
    pub fn abandon(&mut self) {
        self.need.abandon();
    }

    /// Takes a reading of the frame at `of`, whose small picture was `small_of`. It may arrive any number
    /// of frames later; one of an earlier scene is ignored.
    pub fn read(&mut self, of: Duration, small_of: &Small, reading: &Reading) {
        if self.since.is_none_or(|since| of < since) {
            return;
        }
        let lines = usable_lines(&reading.lines, of);
        let Matched { lines, pairs } = match_lines(lines, &mut self.tracks, of);
        let mut track_of: Vec<Option<usize>> = vec![None; lines.len()];
        let mut rank_of: Vec<Option<usize>> = vec![None; self.tracks.len()];
        let mut fruitful = false;
        for (line, track) in pairs {
            fruitful |= self.merge(&lines[line], track, of, small_of);
            track_of[line] = Some(track);
            rank_of[track] = Some(lines[line].rank);
        }
        for (track, rank) in self.tracks.iter_mut().zip(&rank_of) {
            if rank.is_none() {
                fruitful |= miss(track, of, small_of);
            }
        }
        fruitful |= self.insert_new(&lines, &track_of, &mut rank_of, of, small_of);
        self.keep_order(&rank_of);
        self.bound();
        self.need.arrived(fruitful);
    }

    /// Moves all boxes to the frame at `at` and says what is shown there, in reading order.
    pub fn carry(&mut self, at: Duration, small: &Small, look: &Look) -> Vec<LiveText> {
        self.begin_frame(at, small, look);
        let newer = self.frames.back().is_none_or(|f| at > f.at);
        if newer && is_usable(small) {
            let kept = if std::ptr::eq(&raw const *look.luma, small) {
                Arc::clone(&look.luma)
            } else {
                Arc::new(small.clone())
            };
            let shift = look.shift.filter(|s| s.iter().all(|v| v.is_finite())).unwrap_or_default();
            let seen = Seen { at, small: kept, shift };
            let size = [small.width as f32 * small.factor, small.height as f32 * small.factor];
            self.tracks.iter_mut().for_each(|t| t.follow(&seen));
            self.tracks.retain(|t| {
                t.visible_part(size) >= LEAST_VISIBLE
                    && t.hidden_since.is_none_or(|since| at.saturating_sub(since) < KEPT_HIDDEN)
            });
            self.hide_covered(at);
            self.frames.push_back(seen);
            if self.frames.len() > MOST_FRAMES {
                self.frames.pop_front();
            }
        }
        self.shown(at)
    }

    /// Forgets all lines, as at a scene cut. Ids go on.
    pub fn reset(&mut self) {
        self.tracks.clear();
        self.frames.clear();
        self.need = Need::default();
        (self.since, self.size, self.disorder) = (None, None, 0);
    }

    /// Notes a frame: scenes, jumps of the clock and another size of the picture begin anew.
    fn begin_frame(&mut self, at: Duration, small: &Small, look: &Look) {
        let size = (small.width, small.height, small.factor);
        let last = self.frames.back().map(|f| f.at);
        let jumped = last.is_some_and(|last| at < last || at - last > LONGEST_GAP);
        let resized = self.size.is_some_and(|s| s != size) && is_usable(small);
        let cut = look.cut && self.since != Some(at);
        if jumped || resized || cut {
            self.reset();
        }
        self.since.get_or_insert(at);
        if is_usable(small) {
            self.size = Some(size);
        }
    }

    /// Merges a line into a track; whether that told something new.
    fn merge(&mut self, line: &ReadLine, track: usize, of: Duration, small_of: &Small) -> bool {
        let frames = &self.frames;
        let own = &mut self.tracks[track];
        let taken = own.read(line, of, small_of, frames);
        if taken == Taken::Other {
            self.next_id += 1;
            *own = TextTrack::new(self.next_id, line, of, small_of, frames);
        }
        taken != Taken::Agreed
    }

    /// Begins tracks for lines that are none yet, each after the line before it.
    fn insert_new(
        &mut self,
        lines: &[ReadLine],
        track_of: &[Option<usize>],
        rank_of: &mut Vec<Option<usize>>,
        of: Duration,
        small_of: &Small,
    ) -> bool {
        let mut any = false;
        for (line, _) in lines.iter().zip(track_of).filter(|(_, track)| track.is_none()) {
            let twice = self
                .tracks
                .iter()
                .zip(rank_of.iter())
                .any(|(t, rank)| rank.is_some() && overlap(&t.place(of), &line.quad) >= TWICE);
            if twice {
                continue;
            }
            self.next_id += 1;
            let track = TextTrack::new(self.next_id, line, of, small_of, &self.frames);
            let before = (0..self.tracks.len())
                .filter(|&i| rank_of[i].is_some_and(|rank| rank <= line.rank))
                .max_by_key(|&i| (rank_of[i], i));
            let at = match before {
                Some(before) => before + 1,
                None => rank_of.iter().position(Option::is_some).unwrap_or(self.tracks.len()),
            };
            self.tracks.insert(at, track);
            rank_of.insert(at, Some(line.rank));
            any = true;
        }
        any
    }

    /// Orders the lines as the readings do once several in a row say so.
    fn keep_order(&mut self, rank_of: &[Option<usize>]) {
        let known = rank_of.iter().flatten();
        let sorted = known.clone().zip(known.skip(1)).all(|(a, b)| a <= b);
        self.disorder = if sorted { 0 } else { self.disorder + 1 };
        if self.disorder < ORDERED_OTHERWISE {
            return;
        }
        self.disorder = 0;
        let mut last = 0;
        let keys: Vec<usize> = rank_of
            .iter()
            .map(|rank| {
                last = rank.unwrap_or(last);
                last
            })
            .collect();
        let mut keyed: Vec<(usize, TextTrack)> =
            keys.into_iter().zip(std::mem::take(&mut self.tracks)).collect();
        keyed.sort_by_key(|&(key, _)| key);
        self.tracks = keyed.into_iter().map(|(_, track)| track).collect();
    }

    /// Drops what is too much: hidden lines first, then those that were read longest ago.
    fn bound(&mut self) {
        while self.tracks.len() > MOST_TRACKS {
            let least = (0..self.tracks.len())
                .min_by_key(|&i| (self.tracks[i].hidden_since.is_none(), self.tracks[i].last_read));
            match least {
                Some(least) => self.tracks.remove(least),
                None => return,
            };
        }
    }

    /// A line that came back in sight over another one stays hidden.
    fn hide_covered(&mut self, at: Duration) {
        for i in 0..self.tracks.len() {
            let own = &self.tracks[i];
            if own.hidden_since.is_some() {
                continue;
            }
            let newer = self.tracks.iter().any(|t| {
                t.hidden_since.is_none()
                    && t.last_read > own.last_read
                    && overlap(&t.quad, &own.quad) >= TWICE
            });
            if newer {
                self.tracks[i].end(at);
            }
        }
    }

    fn shown(&self, at: Duration) -> Vec<LiveText> {
        self.tracks
            .iter()
            .filter(|t| t.is_shown())
            .map(|t| LiveText {
                id: t.id,
                text: t.votes.text(),
                confidence: t.votes.confidence(),
                quad: t.quad,
                readings: t.readings,
                unread_ms: at.saturating_sub(t.last_read).as_secs_f64() * 1e3,
            })
            .filter(|t| !t.text.is_empty())
            .collect()
    }
}

/// Counts that a reading did not find a line, and hides it if that is no accident.
fn miss(track: &mut TextTrack, of: Duration, small_of: &Small) -> bool {
    if track.hidden_since.is_some() || track.last_read >= of {
        return false;
    }
    track.missed += 1;
    track.agreed = 0;
    match track.compare(of, small_of) {
        Place::Lost => track.hide(of),
        Place::Differs if track.missed >= MOST_MISSED_DIFFERING => track.end(of),
        _ if track.missed >= MOST_MISSED => track.end(of),
        _ => {}
    }
    true
}

#[cfg(test)]
mod tests;
