//! Which line of a reading is which track.

use std::ops::Range;
use std::time::Duration;

use glimpse_engine::{Line, Quad};
use unicode_segmentation::UnicodeSegmentation;

use super::geometry::{area, centre, height, is_sound, length, overlap, reach, shared_area, sub, width};
use super::track::TextTrack;
use super::vote::{Symbol, likeness, mean_confidence, symbols};

/// Lines of a reading that are looked at, the surest.
pub(super) const MOST_LINES: usize = 200;
/// Boxes that share less are not the same line by their place.
const LEAST_OVERLAP: f32 = 0.1;
/// Heights that differ more are not those of the same line.
const LEAST_HEIGHT_RATIO: f32 = 0.5;
/// Likeness from which a line is looked for further off …
const ALIKE: f32 = 0.75;
/// … by so many heights of it.
const FAR: f32 = 4.0;
/// What a text that says the same counts more than a place: lines may swap theirs.
const SAID: f32 = 0.3;
/// Characters of a line that are compared.
const COMPARED: usize = 64;
/// Part of a box that lies in a larger one.
const WITHIN: f32 = 0.65;
/// Readings in a row that must cut lines otherwise before the tracks follow.
const CUT_OTHERWISE: u32 = 3;

/// A line of a reading.
#[derive(Debug, Clone)]
pub(super) struct ReadLine {
    pub(super) quad: Quad,
    pub(super) symbols: Vec<Symbol>,
    /// Of which symbols its words are, and where.
    words: Vec<(Range<usize>, Quad)>,
    /// Place in the reading order.
    pub(super) rank: usize,
    /// Time of the frame.
    pub(super) of: Duration,
}

impl ReadLine {
    fn confidence(&self) -> f32 {
        mean_confidence(&self.symbols)
    }

    fn text(&self) -> Vec<&str> {
        self.symbols.iter().map(|s| &*s.text).collect()
    }
}

/// The lines that can be tracked: with a box and with text; the surest, if there are too many.
pub(super) fn usable_lines(lines: &[Line], of: Duration) -> Vec<ReadLine> {
    let mut usable: Vec<(f32, usize)> = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| is_sound(&line.quad) && !line.text.trim().is_empty())
        .map(|(rank, line)| (if line.confidence.is_finite() { line.confidence } else { 0.0 }, rank))
        .collect();
    if usable.len() > MOST_LINES {
        usable.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        usable.truncate(MOST_LINES);
        usable.sort_by_key(|&(_, rank)| rank);
    }
    usable.into_iter().map(|(_, rank)| read_line(&lines[rank], rank, of)).collect()
}

fn read_line(line: &Line, rank: usize, of: Duration) -> ReadLine {
    let all = symbols(&line.text, &line.char_confidences, line.confidence);
    let from = all.iter().take_while(|s| s.text.trim().is_empty()).count();
    let to = all.len() - all.iter().rev().take_while(|s| s.text.trim().is_empty()).count();
    let mut words = Vec::with_capacity(line.words.len());
    let mut at = from;
    for word in line.words.iter().filter(|w| is_sound(&w.quad)) {
        let own: Vec<&str> = word.text.graphemes(true).collect();
        let found = (at..=to.saturating_sub(own.len()))
            .find(|&i| all[i..i + own.len()].iter().zip(&own).all(|(s, w)| *s.text == **w));
        if let Some(begin) = found.filter(|_| !own.is_empty()) {
            at = begin + own.len();
            words.push((begin - from..at - from, word.quad));
        }
    }
    ReadLine { quad: line.quad, symbols: all[from..to].to_vec(), words, rank, of }
}

/// Which lines belong to which tracks, `pairs` of indices into `lines` and the tracks.
#[derive(Debug, Default)]
pub(super) struct Matched {
    pub(super) lines: Vec<ReadLine>,
    pub(super) pairs: Vec<(usize, usize)>,
}

/// Matches lines with tracks by the overlap of their boxes at the moment of the reading, how alike
/// their texts are, and their heights; best pairs first. A line that the detector cut in two, or two
/// that it took for one, are put back as the tracks have them, unless several readings in a row say so.
pub(super) fn match_lines(lines: Vec<ReadLine>, tracks: &mut [TextTrack], of: Duration) -> Matched {
    let places: Vec<Quad> = tracks.iter().map(|t| t.place(of)).collect();
    let mut cut = vec![false; tracks.len()];
    let lines = join(lines, tracks, &places, &mut cut);
    let lines = split(lines, tracks, &places, &mut cut);
    for (track, cut) in tracks.iter_mut().zip(cut) {
        track.otherwise = if cut { track.otherwise + 1 } else { 0 };
    }
    let pairs = best_pairs(&lines, tracks, &places);
    Matched { lines, pairs }
}

fn best_pairs(lines: &[ReadLine], tracks: &[TextTrack], places: &[Quad]) -> Vec<(usize, usize)> {
    let read: Vec<Vec<&str>> = lines.iter().map(|l| clipped(l.text())).collect();
    let shown: Vec<Vec<&str>> = tracks.iter().map(|t| clipped(t.votes.shown())).collect();
    let mut scored = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        for (j, track) in tracks.iter().enumerate() {
            let hidden = track.hidden_since.is_some();
            if let Some(score) = score(line, &read[i], &places[j], &shown[j], hidden) {
                scored.push((score, i, j));
            }
        }
    }
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let (mut used_lines, mut used_tracks) = (vec![false; lines.len()], vec![false; tracks.len()]);
    let mut pairs = Vec::new();
    for (_, i, j) in scored {
        if !used_lines[i] && !used_tracks[j] {
            (used_lines[i], used_tracks[j]) = (true, true);
            pairs.push((i, j));
        }
    }
    pairs
}

/// How well a line and a track go together; `None` where they cannot be the same.
fn score(line: &ReadLine, read: &[&str], place: &Quad, shown: &[&str], hidden: bool) -> Option<f32> {
    let (a, b) = (height(&line.quad), height(place));
    let ratio = a.min(b) / a.max(b).max(1e-3);
    let away = length(sub(centre(&line.quad), centre(place)));
    if ratio < LEAST_HEIGHT_RATIO || away > FAR * b + width(place).max(width(&line.quad)) / 2.0 {
        return None;
    }
    let shared = overlap(&line.quad, place);
    if shared < LEAST_OVERLAP && (away > FAR * b || read.len().min(shown.len()) < 3) {
        return None;
    }
    let like = likeness(read, shown);
    if like < ALIKE && (hidden || shared < LEAST_OVERLAP) {
        return None;
    }
    let said = if like >= ALIKE && shown.len() >= 3 { SAID } else { 0.0 };
    Some(0.45 * shared + 0.45 * like + 0.1 * ratio + said)
}

fn clipped(mut text: Vec<&str>) -> Vec<&str> {
    text.truncate(COMPARED);
    text
}

/// Whether two heights are those of one line.
fn as_high(a: &Quad, b: &Quad) -> bool {
    let (a, b) = (height(a), height(b));
    a.min(b) >= LEAST_HEIGHT_RATIO * a.max(b)
}

fn lies_within(small: &Quad, large: &Quad) -> bool {
    shared_area(small, large) >= WITHIN * area(small).max(1.0) && as_high(small, large)
}

/// Joins lines that lie in one track's box and say together what it says.
fn join(lines: Vec<ReadLine>, tracks: &[TextTrack], places: &[Quad], cut: &mut [bool]) -> Vec<ReadLine> {
    let mut left: Vec<Option<ReadLine>> = lines.into_iter().map(Some).collect();
    for (j, track) in tracks.iter().enumerate().filter(|(_, t)| t.hidden_since.is_none()) {
        let mut parts: Vec<(f32, usize)> = left
            .iter()
            .enumerate()
            .filter_map(|(i, line)| Some((i, line.as_ref()?)))
            .filter(|(_, line)| lies_within(&line.quad, &places[j]))
            .map(|(i, line)| (reach(&places[j], &line.quad)[0], i))
            .collect();
        if parts.len() < 2 {
            continue;
        }
        parts.sort_by(|a, b| a.0.total_cmp(&b.0));
        let own: Vec<&ReadLine> = parts.iter().filter_map(|&(_, i)| left[i].as_ref()).collect();
        let shown = track.votes.shown();
        let joined = [true, false].map(|space| joined(&own, space));
        let best = joined
            .into_iter()
            .max_by(|a, b| likeness(&a.text(), &shown).total_cmp(&likeness(&b.text(), &shown)));
        let Some(best) = best.filter(|l| likeness(&l.text(), &shown) >= ALIKE) else { continue };
        cut[j] = true;
        if track.otherwise >= CUT_OTHERWISE {
            continue;
        }
        let first = parts[0].1;
        for (_, i) in parts {
            left[i] = None;
        }
        left[first] = Some(best);
    }
    left.into_iter().flatten().collect()
}

fn joined(parts: &[&ReadLine], space: bool) -> ReadLine {
    let (first, last) = (parts[0], parts[parts.len() - 1]);
    let quad = [first.quad[0], last.quad[1], last.quad[2], first.quad[3]];
    let mut line = ReadLine { quad, symbols: Vec::new(), words: Vec::new(), rank: first.rank, of: first.of };
    for part in parts {
        if space && let Some(before) = line.symbols.last() {
            let confidence = before.confidence.min(part.confidence());
            line.symbols.push(Symbol { text: " ".into(), confidence });
        }
        let at = line.symbols.len();
        line.words.extend(part.words.iter().map(|(r, q)| (r.start + at..r.end + at, *q)));
        line.symbols.extend_from_slice(&part.symbols);
    }
    line
}

/// Splits lines that run over several tracks, by their words.
fn split(lines: Vec<ReadLine>, tracks: &[TextTrack], places: &[Quad], cut: &mut [bool]) -> Vec<ReadLine> {
    let mut out = Vec::with_capacity(lines.len());
    for line in lines {
        let mut under: Vec<(f32, usize)> = (0..tracks.len())
            .filter(|&j| tracks[j].hidden_since.is_none() && lies_within(&places[j], &line.quad))
            .map(|j| (reach(&line.quad, &places[j])[0], j))
            .collect();
        under.sort_by(|a, b| a.0.total_cmp(&b.0));
        let pieces = if under.len() < 2 { None } else { pieces(&line, &under, tracks, places) };
        match pieces {
            Some(pieces) => {
                under.iter().for_each(|&(_, j)| cut[j] = true);
                if under.iter().any(|&(_, j)| tracks[j].otherwise >= CUT_OTHERWISE) {
                    out.push(line);
                } else {
                    out.extend(pieces);
                }
            }
            None => out.push(line),
        }
    }
    out
}

/// The pieces of a line that belong to each of the tracks under it; `None` where they do not say what
/// the tracks say.
fn pieces(
    line: &ReadLine,
    under: &[(f32, usize)],
    tracks: &[TextTrack],
    places: &[Quad],
) -> Option<Vec<ReadLine>> {
    let mut spans: Vec<Option<(Range<usize>, Quad)>> = vec![None; under.len()];
    for (range, quad) in &line.words {
        let nearest = (0..under.len()).min_by(|&a, &b| {
            let far = |k: usize| apart(&places[under[k].1], quad);
            far(a).total_cmp(&far(b))
        })?;
        spans[nearest] = Some(match spans[nearest].take() {
            Some((so_far, q)) => (so_far.start..range.end, [q[0], quad[1], quad[2], q[3]]),
            None => (range.clone(), *quad),
        });
    }
    let piece = |(range, quad): (Range<usize>, Quad)| ReadLine {
        quad,
        symbols: line.symbols[range].to_vec(),
        words: Vec::new(),
        rank: line.rank,
        of: line.of,
    };
    let pieces: Option<Vec<ReadLine>> = spans.into_iter().map(|span| span.map(piece)).collect();
    pieces.filter(|p| {
        p.iter().zip(under).all(|(piece, &(_, j))| likeness(&piece.text(), &tracks[j].votes.shown()) >= 0.5)
    })
}

/// How far a word is from being within a box along its text.
fn apart(place: &Quad, word: &Quad) -> f32 {
    let [from, to] = reach(place, word);
    let middle = (from + to) / 2.0;
    (-middle).max(middle - width(place)).max(0.0)
}
