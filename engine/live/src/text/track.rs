//! One line of text through time.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use glimpse_engine::Quad;

use super::carry::{Match, Patch};
use super::geometry::{
    Point, add, area, between, bounds, centre, height, length, moved, overlap, reach, shared_area, sub, width,
};
use super::matching::ReadLine;
use super::vote::{Consensus, Extent, Symbol, is_part, likeness, mean_confidence};
use crate::scene::Small;

/// Places that are remembered, one a frame.
const MOST_PLACES: usize = 64;
/// Correlation from which a place looks like what was read there.
const LOOKS_ALIKE: f32 = 0.45;
/// Correlation from which one that was lost is found again.
const FOUND_AGAIN: f32 = 0.7;
/// Correlation from which the place of a line that moves looks the same.
const LOOKS_MOVED: f32 = 0.6;
/// Slower than this, in pixels a second, a line stands.
const STANDS: f32 = 8.0;
/// Share of the newest step in the velocity.
const NEWEST_STEP: f32 = 0.3;
/// What is left of the velocity after a frame in which the place was not found.
const COASTING: f32 = 0.9;
/// A place may be lost for so long before the line is hidden.
const MOST_LOST: Duration = Duration::from_millis(350);
/// A line that is shorter than before, with nothing new in it, may be covered: so long it is not believed.
const COVERED: Duration = Duration::from_millis(700);
/// From this confidence a single reading is shown.
const SHOWN_AT_ONCE: f32 = 0.75;
/// Likeness below which a text is another one.
const OTHER_TEXT: f32 = 0.5;
/// Share of a new reading's box in the box that is shown.
const NEWEST_BOX: f32 = 0.5;

/// A frame that was seen.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) at: Duration,
    pub(super) small: Arc<Small>,
    /// Global motion since the frame before it, in pixels.
    pub(super) shift: Point,
}

#[derive(Debug, Clone)]
struct Anchor {
    patch: Patch,
    /// Centre of the box when the patch is where it was cut.
    centre: Point,
}

/// A text that was read instead of what is shown, again and again.
#[derive(Debug, Clone)]
struct Rival {
    text: Vec<Box<str>>,
    count: u32,
    since: Duration,
}

/// What a reading did to a track.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// It says what is shown.
    Agreed,
    /// It was merged with the others.
    Merged,
    /// It waits to be confirmed.
    Waits,
    /// What is shown is now this reading's.
    Adopted,
    /// Another text is in the place: the line ends and one with this reading begins.
    Other,
}

/// How a line's place at the time of a reading compares with that of the reading before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Same,
    Differs,
    Lost,
    /// There is nothing to compare.
    Unknown,
}

/// A line of text.
#[derive(Debug, Clone)]
pub(super) struct TextTrack {
    pub(super) id: u64,
    /// Its box in the newest frame.
    pub(super) quad: Quad,
    /// Its centre, frame by frame.
    path: VecDeque<(Duration, Point)>,
    /// Pixels a second.
    pub(super) velocity: Point,
    anchor: Option<Anchor>,
    pub(super) votes: Consensus,
    pub(super) readings: u32,
    /// Readings in a row that said what is shown.
    pub(super) agreed: u32,
    /// Time of the frame of the newest reading.
    pub(super) last_read: Duration,
    /// Readings in a row without it.
    pub(super) missed: u32,
    /// Readings in a row that cut the picture's lines otherwise.
    pub(super) otherwise: u32,
    pub(super) lost_since: Option<Duration>,
    pub(super) hidden_since: Option<Duration>,
    /// Only a reading can bring it back.
    ended: bool,
    /// Since when its place differs in part from what was read.
    pub(super) differs_since: Option<Duration>,
    rival: Option<Rival>,
}

impl TextTrack {
    /// A line that was read first in the frame at `of`, now in the newest of `frames`.
    pub(super) fn new(
        id: u64,
        line: &ReadLine,
        of: Duration,
        small_of: &Small,
        frames: &VecDeque<Seen>,
    ) -> Self {
        let mut track = Self {
            id,
            quad: line.quad,
            path: VecDeque::from([(of, centre(&line.quad))]),
            velocity: [0.0, 0.0],
            anchor: None,
            votes: Consensus::new(&line.symbols),
            readings: 1,
            agreed: 0,
            last_read: of,
            missed: 0,
            otherwise: 0,
            lost_since: None,
            hidden_since: None,
            ended: false,
            differs_since: None,
            rival: None,
        };
        track.anchor(&line.quad, small_of);
        for seen in frames.iter().filter(|f| f.at > of) {
            track.follow(seen);
        }
        track
    }

    /// Whether it is shown.
    pub(super) fn is_shown(&self) -> bool {
        self.hidden_since.is_none() && (self.readings >= 2 || self.votes.confidence() >= SHOWN_AT_ONCE)
    }

    /// Whether its readings agree for now.
    pub(super) fn is_stable(&self) -> bool {
        self.readings >= 3 && self.agreed >= 2
    }

    /// Whether what it says has been confirmed, so that another text is another line.
    fn is_established(&self) -> bool {
        self.readings >= 3 && self.votes.confidence() >= 0.7
    }

    /// Its box in the frame at `at`.
    pub(super) fn place(&self, at: Duration) -> Quad {
        let now = centre(&self.quad);
        let after = self.path.partition_point(|&(t, _)| t < at);
        let there = match (after.checked_sub(1).and_then(|i| self.path.get(i)), self.path.get(after)) {
            (Some(&(t0, p0)), Some(&(t1, p1))) => {
                let part = at.saturating_sub(t0).as_secs_f32() / (t1 - t0).as_secs_f32().max(1e-6);
                add(p0, [(p1[0] - p0[0]) * part, (p1[1] - p0[1]) * part])
            }
            (None, Some(&(_, p))) => p,
            _ => now,
        };
        moved(&self.quad, sub(there, now))
    }

    /// Part of its box that is in a frame of this size, 0 to 1.
    pub(super) fn visible_part(&self, size: Point) -> f32 {
        let frame = [[0.0, 0.0], [size[0], 0.0], size, [0.0, size[1]]];
        shared_area(&self.quad, &frame) / area(&self.quad).max(1.0)
    }

    fn anchor(&mut self, quad: &Quad, small: &Small) {
        self.anchor = Patch::cut(small, quad).map(|patch| Anchor { patch, centre: centre(quad) });
    }

    /// Moves it to the next frame.
    pub(super) fn follow(&mut self, seen: &Seen) {
        let from = centre(&self.quad);
        let before = self.path.back().map_or(seen.at, |&(t, _)| t);
        let seconds = seen.at.saturating_sub(before).as_secs_f32();
        let own = if self.path.len() < 3 { seen.shift } else { self.velocity.map(|v| v * seconds) };
        let step = match &self.anchor {
            None => seen.shift,
            Some(anchor) => {
                let radius = (2.0 + (seconds - 0.04).max(0.0) * 30.0).min(5.0) as i32;
                let found = anchor.find(&seen.small, add(from, own), radius);
                let other = length(sub(seen.shift, own)) > 1.5 * seen.small.factor;
                let found = match other.then(|| anchor.find(&seen.small, add(from, seen.shift), radius)) {
                    Some(second) if score(&second) > score(&found) => second,
                    _ => found,
                };
                let needed = if self.hidden_since.is_some() { FOUND_AGAIN } else { LOOKS_ALIKE };
                let found = found.filter(|m| m.score >= needed);
                let differs = found.is_some_and(|m| self.differs(anchor, &seen.small, &m));
                let to = found.map(|m| anchor.at(&m, seen.small.factor));
                self.note_place(seen.at, found.is_some(), differs);
                to.map_or(own, |to| sub(to, from))
            }
        };
        self.quad = moved(&self.quad, step);
        if seconds > 0.0 {
            let keep = if self.lost_since.is_some() { COASTING } else { 1.0 - NEWEST_STEP };
            let take = if self.lost_since.is_some() { 0.0 } else { NEWEST_STEP };
            let first = self.path.len() < 2;
            self.velocity = std::array::from_fn(|i| {
                let newest = step[i] / seconds;
                if first { newest } else { self.velocity[i] * keep + newest * take }
            });
        }
        self.path.push_back((seen.at, centre(&self.quad)));
        if self.path.len() > MOST_PLACES {
            self.path.pop_front();
        }
    }

    /// Whether its place looks other than it was read. Behind a line that moves, the background changes
    /// all the time: then it must be most of the place.
    fn differs(&self, anchor: &Anchor, small: &Small, found: &Match) -> bool {
        let stands = length(self.velocity) < STANDS;
        if stands { anchor.patch.differs(small, found) } else { found.score < LOOKS_MOVED }
    }

    fn note_place(&mut self, at: Duration, found: bool, differs: bool) {
        if found && !self.ended {
            (self.lost_since, self.hidden_since) = (None, None);
            self.differs_since = if differs { self.differs_since.or(Some(at)) } else { None };
        } else if !found {
            let since = *self.lost_since.get_or_insert(at);
            if at.saturating_sub(since) >= MOST_LOST {
                self.hide(at);
            }
        }
    }

    /// Takes it from sight until a reading finds it again.
    pub(super) fn end(&mut self, at: Duration) {
        self.ended = true;
        self.hide(at);
    }

    /// Takes it from sight until its place looks as it did.
    pub(super) fn hide(&mut self, at: Duration) {
        self.lost_since.get_or_insert(at);
        self.hidden_since.get_or_insert(at);
    }

    /// How its place looked in the frame at `of`, in the light of the reading before.
    pub(super) fn compare(&self, of: Duration, small_of: &Small) -> Place {
        let Some(anchor) = &self.anchor else { return Place::Unknown };
        let should = centre(&self.place(of));
        match anchor.find(small_of, should, 2) {
            Some(found) if found.score < LOOKS_ALIKE => Place::Lost,
            Some(found) if self.differs(anchor, small_of, &found) => Place::Differs,
            Some(_) => Place::Same,
            None => Place::Lost,
        }
    }

    /// A reading of it in the frame at `of`.
    pub(super) fn read(
        &mut self,
        line: &ReadLine,
        of: Duration,
        small_of: &Small,
        frames: &VecDeque<Seen>,
    ) -> Taken {
        let there = self.place(of);
        let place = self.compare(of, small_of);
        let size = [small_of.width as f32 * small_of.factor, small_of.height as f32 * small_of.factor];
        let extent = self.extent(&there, line, place, size);
        let taken = self.take(line, of, place, extent);
        self.missed = 0;
        self.readings = self.readings.saturating_add(1);
        self.last_read = of;
        if taken != Taken::Other {
            let covered = extent.misses_start || extent.misses_end;
            if taken == Taken::Adopted || (place_holds(taken, place) && !covered) {
                self.settle(line, &there, of, small_of, frames);
            }
            (self.lost_since, self.hidden_since, self.ended) = (None, None, false);
        }
        taken
    }

    /// What of the line this reading could see.
    fn extent(&self, there: &Quad, line: &ReadLine, place: Place, size: Point) -> Extent {
        let [from, to] = reach(there, &line.quad);
        let (room, wide) = (0.6 * height(there), width(there));
        let read: Vec<&str> = line.symbols.iter().map(|s| &*s.text).collect();
        let part = is_part(&read, &self.votes.shown());
        let b = bounds(there);
        let at_edge = b[0] < 2.0 || b[1] < 2.0 || b[2] > size[0] - 2.0 || b[3] > size[1] - 2.0;
        let may_miss = part && (at_edge || (place != Place::Same && !self.is_believed(&read, line.of)));
        Extent {
            misses_start: may_miss && from > room,
            misses_end: may_miss && to < wide - room,
            more_at_start: from < -room,
            more_at_end: to > wide + room,
            doubtful: part && matches!(place, Place::Differs | Place::Lost),
        }
    }

    /// Whether a shorter text has been read for so long that it is no cover over the line.
    fn is_believed(&self, read: &[&str], of: Duration) -> bool {
        self.rival
            .as_ref()
            .is_some_and(|r| same(&r.text, read) && r.count >= 3 && of.saturating_sub(r.since) >= COVERED)
    }

    fn take(&mut self, line: &ReadLine, of: Duration, place: Place, extent: Extent) -> Taken {
        let read: Vec<&str> = line.symbols.iter().map(|s| &*s.text).collect();
        let shown = self.votes.shown();
        if shown == read {
            self.rival = None;
            self.agreed = self.agreed.saturating_add(1);
            self.votes.add(&line.symbols, extent);
            return Taken::Agreed;
        }
        let (like, part) = (likeness(&shown, &read), is_part(&read, &shown));
        let covered = extent.misses_start || extent.misses_end;
        self.challenge(&read, like, of);
        let adopt = !covered && self.must_adopt(&line.symbols, like, part, place, of);
        if !covered {
            self.agreed = 0;
        }
        if !adopt && (like >= OTHER_TEXT || part) {
            self.votes.add(&line.symbols, extent);
            return Taken::Merged;
        }
        if !adopt {
            return Taken::Waits;
        }
        let other = like < OTHER_TEXT && self.is_established();
        self.rival = None;
        if other {
            return Taken::Other;
        }
        self.votes = Consensus::new(&line.symbols);
        Taken::Adopted
    }

    /// Counts a text that is not the one that is shown. A wholly other one need not be read twice in
    /// the same way.
    fn challenge(&mut self, read: &[&str], like: f32, of: Duration) {
        let again = self.rival.as_ref().is_some_and(|r| {
            let before: Vec<&str> = r.text.iter().map(|s| &**s).collect();
            before == read || (like < OTHER_TEXT && likeness(&before, read) >= 0.75)
        });
        let text = read.iter().map(|&s| s.into()).collect();
        match &mut self.rival {
            Some(rival) if again => {
                rival.count += 1;
                rival.text = text;
            }
            _ => self.rival = Some(Rival { text, count: 1, since: of }),
        }
    }

    /// Whether a reading takes the place of what is shown, without a vote.
    fn must_adopt(&self, read: &[Symbol], like: f32, part: bool, place: Place, of: Duration) -> bool {
        let confidence = mean_confidence(read);
        let least = read.iter().map(|s| s.confidence).fold(1.0, f32::min);
        let shown = self.votes.confidence();
        if like < OTHER_TEXT && !part && confidence >= shown + 0.2 {
            return true;
        }
        if read.is_empty() || confidence < 0.75 || least < 0.4 {
            return false;
        }
        let Some(rival) = &self.rival else { return false };
        let changed = matches!(place, Place::Differs | Place::Lost);
        if part {
            return rival.count >= 4 && of.saturating_sub(rival.since) >= COVERED;
        }
        let needed = match (like < OTHER_TEXT, changed) {
            (true, true) if confidence >= 0.85 => 1,
            (true, _) | (false, true) => 2,
            (false, false) => 4,
        };
        rival.count >= needed
    }

    /// Takes over the box of a reading, moved to the newest frame.
    fn settle(
        &mut self,
        line: &ReadLine,
        there: &Quad,
        of: Duration,
        small_of: &Small,
        frames: &VecDeque<Seen>,
    ) {
        let now = centre(&self.quad);
        let carried = sub(now, centre(there));
        self.anchor(&line.quad, small_of);
        let newest = frames.back().filter(|f| f.at > of);
        let to = match (&self.anchor, newest) {
            (Some(anchor), Some(seen)) => {
                let found = anchor.find(&seen.small, add(anchor.centre, carried), 2);
                found.filter(|m| m.score >= LOOKS_ALIKE).map(|m| anchor.at(&m, seen.small.factor))
            }
            _ => None,
        };
        let by = to.map_or(carried, |to| sub(to, centre(&line.quad)));
        let read = moved(&line.quad, by);
        let shown =
            if overlap(&self.quad, &read) >= 0.5 { between(&self.quad, &read, NEWEST_BOX) } else { read };
        let correction = sub(centre(&shown), now);
        self.path.iter_mut().for_each(|(_, p)| *p = add(*p, correction));
        self.quad = shown;
        if let Some(anchor) = &mut self.anchor {
            anchor.centre = sub(centre(&shown), by);
        }
        self.differs_since = None;
    }
}

impl Anchor {
    /// Looks for the patch where the box's centre `should` be.
    fn find(&self, small: &Small, should: Point, radius: i32) -> Option<Match> {
        self.patch.find(small, sub(should, self.centre).map(|v| v / small.factor), radius)
    }

    /// The box's centre.
    fn at(&self, found: &Match, factor: f32) -> Point {
        add(self.centre, found.by.map(|v| v * factor))
    }
}

/// Whether the box and the patch of a reading may be taken over: not while another text or something
/// in front of the line is waiting to be confirmed, which is told by comparing with the patch before.
fn place_holds(taken: Taken, place: Place) -> bool {
    taken == Taken::Agreed || (taken == Taken::Merged && matches!(place, Place::Same | Place::Unknown))
}

fn score(found: &Option<Match>) -> f32 {
    found.map_or(f32::NEG_INFINITY, |m| m.score)
}

fn same(kept: &[Box<str>], read: &[&str]) -> bool {
    kept.len() == read.len() && kept.iter().zip(read).all(|(a, b)| **a == **b)
}
