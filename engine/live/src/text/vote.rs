//! Several readings of one line, merged.
//!
//! Recognizer output voting error reduction (ROVER; Fiscus 1997, "A post-processing system to yield
//! reduced word error rates"), on what a reader takes for one character instead of words: every reading
//! is aligned by least edit cost with a network of slots, and in each slot the candidates are voted on,
//! weighted by confidence. Two things differ. Older readings fade, so that the newest count most. And
//! what is shown in a slot changes only where another candidate is clearly ahead of it, so that two
//! equally good ones do not take turns.

use unicode_segmentation::UnicodeSegmentation;

/// Longer lines are not voted on: the most confident reading of late is shown.
const MOST_SLOTS: usize = 256;
/// Candidates of a slot.
const MOST_CANDIDATES: usize = 6;
/// What is left of a vote's weight at the next reading.
const FADE: f32 = 0.93;
/// Most weight in a slot: so much inertia is enough, and a change in place must get through.
const MOST_WEIGHT: f32 = 3.0;
/// A candidate takes over with so many times the weight of what is shown, and …
const AHEAD_TIMES: f32 = 1.25;
/// … so much more.
const AHEAD_BY: f32 = 0.2;
/// "There is nothing" is the commonest error, so its vote counts for so much of the line's confidence.
const NOTHING: f32 = 0.8;
/// Slots in which so little speaks for a character are given up.
const NEGLIGIBLE: f32 = 0.1;
/// Weight of "there is nothing" before a character that the earlier readings could not have seen.
const UNSEEN: f32 = 0.1;

/// What a reader takes for one character (an extended grapheme cluster), as it was read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Symbol {
    /// It.
    pub(super) text: Box<str>,
    /// How sure, 0 to 1.
    pub(super) confidence: f32,
}

/// A line's text as symbols. `confidences` belong to its scalar values; where they are missing or no
/// numbers, `line` is taken.
pub(super) fn symbols(text: &str, confidences: &[f32], line: f32) -> Vec<Symbol> {
    let line = if line.is_finite() { line.clamp(0.0, 1.0) } else { 0.0 };
    let known = confidences.len() == text.chars().count();
    let mut at = 0;
    text.graphemes(true)
        .map(|grapheme| {
            let count = grapheme.chars().count();
            let own = if known { &confidences[at..at + count] } else { &[] };
            at += count;
            let least = own.iter().copied().filter(|c| c.is_finite()).reduce(f32::min);
            let confidence = least.map_or(line, |c| c.clamp(0.0, 1.0));
            Symbol { text: grapheme.into(), confidence }
        })
        .collect()
}

/// Mean confidence, 0 to 1; 0 where there is nothing.
pub(super) fn mean_confidence(symbols: &[Symbol]) -> f32 {
    symbols.iter().map(|s| s.confidence).sum::<f32>() / symbols.len().max(1) as f32
}

/// How alike two texts are, 0 to 1: 1 less the edit distance as part of the longer one's length.
pub(super) fn likeness<T: PartialEq>(a: &[T], b: &[T]) -> f32 {
    let longer = a.len().max(b.len());
    if longer == 0 {
        return 1.0;
    }
    let (a, b) = (&a[..a.len().min(MOST_SLOTS)], &b[..b.len().min(MOST_SLOTS)]);
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = corner + usize::from(x != y);
            corner = row[j + 1];
            row[j + 1] = replaced.min(corner + 1).min(row[j] + 1);
        }
    }
    1.0 - row[b.len()] as f32 / a.len().max(b.len()) as f32
}

/// Whether `part` is left of `whole` when characters are taken out of it.
pub(super) fn is_part(part: &[&str], whole: &[&str]) -> bool {
    let mut rest = whole.iter();
    part.len() < whole.len() && part.iter().all(|p| rest.any(|w| w == p))
}

/// How a reading's box lies on that of the line: what it could not have seen, it does not vote on.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Extent {
    /// It begins later than the line.
    pub(super) misses_start: bool,
    /// It ends before the line.
    pub(super) misses_end: bool,
    /// It begins before what the earlier readings saw.
    pub(super) more_at_start: bool,
    /// It ends after that.
    pub(super) more_at_end: bool,
    /// Something may be in front of it, so that missing characters say little.
    pub(super) doubtful: bool,
}

#[derive(Debug, Clone)]
struct Candidate {
    /// Empty: there is nothing here.
    text: Box<str>,
    weight: f32,
    confidence: f32,
}

#[derive(Debug, Clone)]
struct Slot {
    candidates: Vec<Candidate>,
    shown: Box<str>,
}

impl Slot {
    fn new(symbol: &Symbol, nothing: f32) -> Self {
        let mut slot = Self { candidates: Vec::with_capacity(2), shown: Box::default() };
        if nothing > 0.0 {
            slot.vote("", nothing, nothing.min(1.0));
        } else {
            slot.shown = symbol.text.clone();
        }
        slot.vote(&symbol.text, weight(symbol.confidence), symbol.confidence);
        slot
    }

    fn total(&self) -> f32 {
        self.candidates.iter().map(|c| c.weight).sum()
    }

    fn weight_of(&self, text: &str) -> f32 {
        self.candidates.iter().find(|c| &*c.text == text).map_or(0.0, |c| c.weight)
    }

    /// Share of the votes, 0 to 1.
    fn share(&self, text: &str) -> f32 {
        let total = self.total();
        if total > 0.0 { self.weight_of(text) / total } else { 0.0 }
    }

    fn vote(&mut self, text: &str, weight: f32, confidence: f32) {
        match self.candidates.iter_mut().find(|c| &*c.text == text) {
            Some(c) => {
                let all = c.weight + weight;
                if all > 0.0 {
                    c.confidence = (c.confidence * c.weight + confidence * weight) / all;
                }
                c.weight = all;
            }
            None => {
                if self.candidates.len() == MOST_CANDIDATES {
                    let least = (0..MOST_CANDIDATES)
                        .filter(|&i| self.candidates[i].text != self.shown)
                        .min_by(|&a, &b| self.candidates[a].weight.total_cmp(&self.candidates[b].weight));
                    if let Some(least) = least {
                        self.candidates.swap_remove(least);
                    }
                }
                self.candidates.push(Candidate { text: text.into(), weight, confidence });
            }
        }
    }

    /// Lets the shown candidate give way to one that is clearly ahead.
    fn settle(&mut self) {
        let total = self.total();
        if total > MOST_WEIGHT {
            self.candidates.iter_mut().for_each(|c| c.weight *= MOST_WEIGHT / total);
        }
        let held = self.weight_of(&self.shown);
        let best = self.candidates.iter().max_by(|a, b| a.weight.total_cmp(&b.weight));
        if let Some(best) = best
            && best.text != self.shown
            && best.weight > held * AHEAD_TIMES + AHEAD_BY
        {
            self.shown = best.text.clone();
        }
    }
}

fn weight(confidence: f32) -> f32 {
    confidence * confidence
}

/// Where a symbol of a reading goes.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    /// Into this slot.
    Into,
    /// Into a slot of its own.
    New,
    /// The slot gets no symbol.
    Skip,
}

/// What the readings of a line say together.
#[derive(Debug, Clone)]
pub(super) struct Consensus {
    slots: Vec<Slot>,
    /// Weight that a slot which every reading voted on would have.
    weight: f32,
    /// Of a line that is too long to be voted on.
    long: Option<(Vec<Symbol>, f32)>,
}

impl Consensus {
    /// What one reading says.
    pub(super) fn new(symbols: &[Symbol]) -> Self {
        if symbols.len() > MOST_SLOTS {
            let confidence = mean_confidence(symbols);
            return Self { slots: Vec::new(), weight: 0.0, long: Some((symbols.to_vec(), confidence)) };
        }
        let slots = symbols.iter().map(|s| Slot::new(s, 0.0)).collect();
        Self { slots, weight: weight(mean_confidence(symbols)), long: None }
    }

    /// What is shown.
    pub(super) fn text(&self) -> String {
        self.shown().concat()
    }

    /// What is shown, character by character.
    pub(super) fn shown(&self) -> Vec<&str> {
        match &self.long {
            Some((symbols, _)) => symbols.iter().map(|s| &*s.text).collect(),
            None => self.slots.iter().map(|s| &*s.shown).filter(|s| !s.is_empty()).collect(),
        }
    }

    /// Confidence of what is shown, 0 to 1: of the readings that say so, by their share of the votes.
    pub(super) fn confidence(&self) -> f32 {
        if let Some((symbols, _)) = &self.long {
            return mean_confidence(symbols);
        }
        let (mut sum, mut count) = (0.0, 0);
        for slot in self.slots.iter().filter(|s| !s.shown.is_empty()) {
            let own = slot.candidates.iter().find(|c| c.text == slot.shown).map_or(0.0, |c| c.confidence);
            sum += own * slot.share(&slot.shown);
            count += 1;
        }
        (sum / count.max(1) as f32).clamp(0.0, 1.0)
    }

    /// Lets a reading vote.
    pub(super) fn add(&mut self, symbols: &[Symbol], extent: Extent) {
        if self.long.is_some() || symbols.len() > MOST_SLOTS {
            self.add_long(symbols);
            return;
        }
        let own = mean_confidence(symbols);
        for slot in &mut self.slots {
            slot.candidates.iter_mut().for_each(|c| c.weight *= FADE);
        }
        self.weight = (self.weight * FADE).min(MOST_WEIGHT);
        let steps = self.align(symbols);
        let unseen = unseen(&steps, extent);
        let nothing = weight(own) * if extent.doubtful { NOTHING / 3.0 } else { NOTHING };
        let old = std::mem::take(&mut self.slots);
        let (mut slots, mut rest, mut read) = (old.into_iter(), Vec::new(), symbols.iter());
        for (i, step) in steps.iter().enumerate() {
            if *step == Step::New {
                if let Some(symbol) = read.next() {
                    rest.push(Slot::new(symbol, if unseen[i] { UNSEEN } else { self.weight }));
                }
                continue;
            }
            let Some(mut slot) = slots.next() else { continue };
            match (step, read.as_slice().first()) {
                (Step::Into, Some(symbol)) => {
                    slot.vote(&symbol.text, weight(symbol.confidence), symbol.confidence);
                    read.next();
                }
                _ if unseen[i] => {}
                _ => slot.vote("", nothing, own),
            }
            rest.push(slot);
        }
        self.slots = rest;
        self.weight += weight(own);
        self.slots.iter_mut().for_each(Slot::settle);
        self.slots.retain(|s| !s.shown.is_empty() || s.share("") < 1.0 - NEGLIGIBLE);
        self.slots.truncate(2 * MOST_SLOTS);
    }

    fn add_long(&mut self, symbols: &[Symbol]) {
        let own = mean_confidence(symbols);
        let held = match &mut self.long {
            Some((_, confidence)) => {
                *confidence *= FADE;
                *confidence
            }
            None => self.confidence() * FADE,
        };
        if own > held {
            *self = Self { slots: Vec::new(), weight: 0.0, long: Some((symbols.to_vec(), own)) };
        }
    }

    /// The cheapest way to lay a reading's symbols into the slots. A symbol costs the share of a slot's
    /// votes that say otherwise, one that no reading had there costs 1.
    fn align(&self, symbols: &[Symbol]) -> Vec<Step> {
        let (n, m) = (self.slots.len(), symbols.len());
        let at = |i: usize, j: usize| i * (m + 1) + j;
        let mut cost = vec![0.0f32; (n + 1) * (m + 1)];
        let mut steps = vec![Step::Into; (n + 1) * (m + 1)];
        let skips: Vec<f32> = self.slots.iter().map(|s| 1.0 - s.share("")).collect();
        for j in 1..=m {
            cost[at(0, j)] = j as f32;
            steps[at(0, j)] = Step::New;
        }
        for i in 1..=n {
            let slot = &self.slots[i - 1];
            let total = slot.total();
            cost[at(i, 0)] = cost[at(i - 1, 0)] + skips[i - 1];
            steps[at(i, 0)] = Step::Skip;
            for j in 1..=m {
                let known = slot.weight_of(&symbols[j - 1].text);
                let into = cost[at(i - 1, j - 1)] + if known > 0.0 { 1.0 - known / total } else { 1.0 };
                let skip = cost[at(i - 1, j)] + skips[i - 1];
                let new = cost[at(i, j - 1)] + 1.0;
                let (least, step) = if into <= skip && into <= new {
                    (into, Step::Into)
                } else if skip <= new {
                    (skip, Step::Skip)
                } else {
                    (new, Step::New)
                };
                cost[at(i, j)] = least;
                steps[at(i, j)] = step;
            }
        }
        let (mut i, mut j, mut path) = (n, m, Vec::with_capacity(n.max(m)));
        while i > 0 || j > 0 {
            let step = steps[at(i, j)];
            path.push(step);
            i -= usize::from(step != Step::New);
            j -= usize::from(step != Step::Skip);
        }
        path.reverse();
        path
    }
}

/// Which steps are at an end that the reading, or the earlier ones, could not see.
fn unseen(steps: &[Step], extent: Extent) -> Vec<bool> {
    let ends = |step: Step, missed: bool, more: bool| match step {
        Step::Into => false,
        Step::Skip => missed,
        Step::New => more,
    };
    let mut unseen = vec![false; steps.len()];
    for (i, &step) in steps.iter().enumerate().take_while(|(_, s)| **s != Step::Into) {
        unseen[i] = ends(step, extent.misses_start, extent.more_at_start);
    }
    for (i, &step) in steps.iter().enumerate().rev().take_while(|(_, s)| **s != Step::Into) {
        unseen[i] |= ends(step, extent.misses_end, extent.more_at_end);
    }
    unseen
}

#[cfg(test)]
mod tests;
