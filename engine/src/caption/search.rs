//! Beam search over token sequences, with greedy search as the beam of one.

use glimpse_kernels::Kernels;
use glimpse_kernels::top1::Top1State;

use super::vocabulary::{BOS, EOS};
use crate::read::CancelToken;
use crate::{Error, Result};

/// A model that continues rows of tokens.
pub(super) trait NextToken {
    /// One more step: `tokens[i]` follows what row `parents[i]` of the step before had seen. The
    /// first step has one row, whose parent is 0.
    fn step(&mut self, parents: &[usize], tokens: &[u32]);

    /// Pieces of the logits of `row` of the last step, each with the token that it starts at.
    fn logits(&self, row: usize) -> impl Iterator<Item = (usize, &[f32])>;

    /// Places that a step attends to.
    fn places(&self) -> usize;

    /// Attention of `row` of the last step to the places.
    fn attention(&self, row: usize, out: &mut [f32]);
}

/// How to search.
#[derive(Debug, Clone, Copy)]
pub(super) struct SearchOptions<'a> {
    /// Hypotheses kept.
    pub(super) beam: usize,
    /// Power of the number of tokens by which a log-probability is divided.
    pub(super) alpha: f32,
    /// No sequence of this many tokens comes twice; 0 for no such rule.
    pub(super) no_repeat_ngram: usize,
    /// Most tokens, [`EOS`] included.
    pub(super) max_tokens: usize,
    /// Keep where each token looked.
    pub(super) attention: bool,
    /// Tokens that are never chosen, in rising order.
    pub(super) forbidden: &'a [u32],
}

/// A token of a hypothesis.
#[derive(Debug, Clone, Copy)]
struct Link {
    /// Index of the link before; its own index at the first.
    before: usize,
    token: u32,
    log_prob: f32,
    /// Sum of the log-probabilities up to here.
    total: f32,
    /// Tokens up to here.
    length: usize,
    /// Index of its attention.
    attention: usize,
}

/// A continuation that is considered.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    row: usize,
    token: u32,
    log_prob: f32,
    total: f32,
}

/// A token that was found.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct FoundToken {
    pub(super) token: u32,
    pub(super) log_prob: f32,
    /// Attention to the places, empty where it was not asked for.
    pub(super) attention: Vec<f32>,
}

/// A search under way. Everything it needs is reserved at the start.
struct Search<'a, M> {
    model: &'a mut M,
    kernels: &'static Kernels,
    options: SearchOptions<'a>,
    links: Vec<Link>,
    /// Last links of the hypotheses that go on, best first; none before the first step.
    live: Vec<usize>,
    /// Last links of those that ended.
    finished: Vec<usize>,
    candidates: Vec<Candidate>,
    attention: Vec<f32>,
    parents: Vec<usize>,
    tokens: Vec<u32>,
    /// Tokens of the row that is looked at.
    row: Vec<u32>,
    /// Tokens given to the listener.
    given: Vec<u32>,
}

/// The best sequence of tokens, [`EOS`] included where it ended by itself.
///
/// Each step ranks all continuations of the live hypotheses by summed log-probability. Of the first
/// `2·beam`, those that end count as finished if they rank among the first `beam`; of the others the
/// first `beam` go on. The search is over with `beam` finished hypotheses or at `max_tokens`, where
/// the unfinished ones count too. The result maximises `sum / tokens^alpha` (Wu et al. 2016,
/// arXiv:1609.08144, with the plainer penalty).
///
/// `on_token` is told of every token but [`EOS`] as soon as it is certain: with a beam of one at once,
/// else when all hypotheses that can still win agree on it.
///
/// # Errors
/// [`Error::Cancelled`]; [`Error::Model`] where the model gives no probabilities.
pub(super) fn search<M: NextToken>(
    model: &mut M,
    kernels: &'static Kernels,
    options: SearchOptions<'_>,
    on_token: &mut dyn FnMut(&FoundToken),
    cancel: &CancelToken,
) -> Result<Vec<FoundToken>> {
    let beam = options.beam;
    let places = if options.attention { model.places() } else { 0 };
    let mut search = Search {
        model,
        kernels,
        options,
        links: Vec::with_capacity(2 * beam * options.max_tokens),
        live: Vec::with_capacity(beam),
        finished: Vec::with_capacity(beam),
        candidates: Vec::with_capacity(2 * beam + 1),
        attention: Vec::with_capacity(beam * options.max_tokens * places),
        parents: vec![0],
        tokens: vec![BOS],
        row: Vec::with_capacity(options.max_tokens),
        given: Vec::with_capacity(options.max_tokens),
    };
    for _ in 0..options.max_tokens {
        cancel.check()?;
        search.model.step(&search.parents, &search.tokens);
        search.rank();
        search.choose();
        search.tell(on_token);
        if search.finished.len() >= beam || search.live.is_empty() {
            break;
        }
    }
    search.result(on_token)
}

impl<M: NextToken> Search<'_, M> {
    /// Fills [`candidates`](Self::candidates), best first.
    fn rank(&mut self) {
        self.candidates.clear();
        for row in 0..self.parents.len() {
            let mut state = [Top1State::default()];
            for (first, piece) in self.model.logits(row) {
                self.kernels.top1_scan(piece, piece.len(), first, None, &mut state);
            }
            let log_sum = state[0].score + state[0].sum.ln();
            let before = self.live.get(row).map_or(0.0, |link| self.links[*link].total);
            self.read_row(row);
            for (first, piece) in self.model.logits(row) {
                let row = RowScores { row, before, log_sum, first };
                row.take(piece, &self.row, &self.options, &mut self.candidates);
            }
        }
    }

    /// The tokens of live hypothesis `row` into [`row`](Self::row).
    fn read_row(&mut self, row: usize) {
        self.row.clear();
        if let Some(link) = self.live.get(row) {
            read(&self.links, *link, &mut self.row);
        }
    }

    /// Finished and live hypotheses from the candidates.
    fn choose(&mut self) {
        let beam = self.options.beam;
        let kept = if self.options.attention { self.attention.len() } else { 0 };
        let places = self.model.places();
        if self.options.attention {
            for row in 0..self.parents.len() {
                let at = self.attention.len();
                self.attention.resize(at + places, 0.0);
                self.model.attention(row, &mut self.attention[at..]);
            }
        }
        let first_new = self.links.len();
        self.parents.clear();
        self.tokens.clear();
        for (rank, c) in self.candidates.iter().enumerate() {
            let ends = c.token == EOS;
            let room =
                if ends { rank < beam && self.finished.len() < beam } else { self.tokens.len() < beam };
            if !room {
                continue;
            }
            let at = self.links.len();
            let before = self.live.get(c.row).copied();
            self.links.push(Link {
                before: before.unwrap_or(at),
                token: c.token,
                log_prob: c.log_prob,
                total: c.total,
                length: before.map_or(0, |b| self.links[b].length) + 1,
                attention: kept + c.row * places,
            });
            if ends {
                self.finished.push(at);
            } else {
                self.parents.push(c.row);
                self.tokens.push(c.token);
            }
        }
        self.live.clear();
        self.live.extend((first_new..self.links.len()).filter(|i| self.links[*i].token != EOS));
    }

    fn score(&self, link: usize) -> f32 {
        let link = &self.links[link];
        link.total / (link.length as f32).powf(self.options.alpha)
    }

    /// The finished hypothesis of the best score, the first one of equals.
    fn best(&self, links: impl Iterator<Item = usize>) -> Option<usize> {
        links.fold(None, |best, link| match best {
            Some(b) if self.score(link) <= self.score(b) => Some(b),
            _ => Some(link),
        })
    }

    /// Tells of the tokens that all hypotheses share which can still win.
    fn tell(&mut self, on_token: &mut dyn FnMut(&FoundToken)) {
        let best = self.best(self.finished.iter().copied());
        // With all its captions finished, the search is over and the best of them has won.
        let over = self.finished.len() >= self.options.beam;
        let live = if over { &[] } else { &self.live[..] };
        let mut shared = usize::MAX;
        let mut witness = None;
        for link in best.into_iter().chain(live.iter().copied()) {
            match witness {
                None => {
                    self.row.clear();
                    read(&self.links, link, &mut self.row);
                    shared = self.row.len();
                    witness = Some(link);
                }
                Some(_) => shared = shared.min(common(&self.links, link, &self.row)),
            }
        }
        if let Some(link) = witness {
            self.give(link, shared, on_token);
        }
    }

    /// Tells of the tokens up to the first `count` of the hypothesis that ends in `link`.
    fn give(&mut self, link: usize, count: usize, on_token: &mut dyn FnMut(&FoundToken)) {
        if count <= self.given.len() || count == usize::MAX {
            return;
        }
        let mut new: Vec<usize> = Vec::with_capacity(count);
        let mut at = link;
        while self.links[at].length > self.given.len() {
            if self.links[at].length <= count && self.links[at].token != EOS {
                new.push(at);
            }
            if self.links[at].before == at {
                break;
            }
            at = self.links[at].before;
        }
        for at in new.into_iter().rev() {
            self.given.push(self.links[at].token);
            on_token(&self.found(at));
        }
    }

    fn found(&self, link: usize) -> FoundToken {
        let link = &self.links[link];
        let places = if self.options.attention { self.model.places() } else { 0 };
        let attention = self.attention.get(link.attention..link.attention + places).unwrap_or_default();
        FoundToken { token: link.token, log_prob: link.log_prob, attention: attention.to_vec() }
    }

    fn result(mut self, on_token: &mut dyn FnMut(&FoundToken)) -> Result<Vec<FoundToken>> {
        let unfinished: &[usize] = if self.finished.len() < self.options.beam { &self.live } else { &[] };
        let all = self.finished.iter().chain(unfinished).copied();
        let best = self.best(all).ok_or_else(|| Error::Model {
            model: "caption".into(),
            reason: "its decoder gives no probabilities".into(),
        })?;
        self.give(best, self.links[best].length, on_token);
        let mut tokens = Vec::with_capacity(self.links[best].length);
        let mut at = best;
        loop {
            tokens.push(self.found(at));
            if self.links[at].before == at {
                break;
            }
            at = self.links[at].before;
        }
        tokens.reverse();
        Ok(tokens)
    }
}

/// The tokens of the hypothesis that ends in `link`, into `out`.
fn read(links: &[Link], link: usize, out: &mut Vec<u32>) {
    let length = links[link].length;
    out.resize(length, 0);
    let mut at = link;
    for out in out.iter_mut().rev() {
        *out = links[at].token;
        at = links[at].before;
    }
}

/// How many tokens the hypothesis that ends in `link` shares with `row` from the start.
fn common(links: &[Link], link: usize, row: &[u32]) -> usize {
    let mut shared = links[link].length.min(row.len());
    let mut at = link;
    for i in (0..links[link].length).rev() {
        if i < row.len() && links[at].token != row[i] {
            shared = shared.min(i);
        }
        at = links[at].before;
    }
    shared
}

/// What the scores of one piece of a row's logits are taken with.
struct RowScores {
    row: usize,
    before: f32,
    log_sum: f32,
    first: usize,
}

/// Logits whose greatest is looked at first.
const BLOCK: usize = 64;

impl RowScores {
    /// Puts the best of `piece` among `candidates`, of which there are at most `2·beam`.
    fn take(&self, piece: &[f32], row: &[u32], options: &SearchOptions<'_>, candidates: &mut Vec<Candidate>) {
        let most = 2 * options.beam;
        for (block, values) in piece.chunks(BLOCK).enumerate() {
            // The least logit that gets in, a little less for the rounding of the sums.
            let bound = match candidates.last() {
                Some(last) if candidates.len() == most => last.total - self.before + self.log_sum - 1e-3,
                _ => f32::NEG_INFINITY,
            };
            if values.iter().fold(f32::NEG_INFINITY, |a, v| if *v > a { *v } else { a }) < bound {
                continue;
            }
            for (i, logit) in values.iter().enumerate() {
                let log_prob = logit - self.log_sum;
                let total = self.before + log_prob;
                let worse = candidates.len() == most && candidates.last().is_some_and(|l| total <= l.total);
                if worse || !total.is_finite() {
                    continue;
                }
                let token = (self.first + block * BLOCK + i) as u32;
                if repeats(row, token, options.no_repeat_ngram)
                    || options.forbidden.binary_search(&token).is_ok()
                {
                    continue;
                }
                let at = candidates.partition_point(|c| c.total >= total);
                candidates.insert(at, Candidate { row: self.row, token, log_prob, total });
                candidates.truncate(most);
            }
        }
    }
}

/// Whether `token` after `row` would end a sequence of `size` tokens that is in `row` already.
fn repeats(row: &[u32], token: u32, size: usize) -> bool {
    if size == 0 || row.len() < size {
        return false;
    }
    let end = &row[row.len() - (size - 1)..];
    row.windows(size).any(|w| w[size - 1] == token && w[..size - 1] == *end)
}
