//! Beam search against a slow one that keeps whole sequences, on a small random model.

use std::collections::HashMap;

use glimpse_kernels::Kernels;

use super::search::{FoundToken, NextToken, SearchOptions, search};
use super::vocabulary::{BOS, EOS};
use crate::Error;
use crate::read::CancelToken;

const VOCABULARY: usize = 70;
const PIECE: usize = 33;

/// Logits that depend on the whole row.
struct Toy {
    seed: u64,
    rows: Vec<Vec<u32>>,
    logits: Vec<Vec<f32>>,
}

impl Toy {
    fn new(seed: u64) -> Self {
        Self { seed, rows: vec![Vec::new()], logits: Vec::new() }
    }

    fn of(&self, row: &[u32]) -> Vec<f32> {
        let mut state =
            row.iter().fold(self.seed, |s, t| (s ^ u64::from(*t)).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f32 / (1u64 << 24) as f32
        };
        let mut logits: Vec<f32> = (0..VOCABULARY).map(|_| 6.0 * next()).collect();
        [0, 1, 3].iter().for_each(|never| logits[*never] = f32::NEG_INFINITY);
        logits[EOS as usize] += row.len() as f32 * 0.6;
        logits
    }
}

impl NextToken for Toy {
    fn step(&mut self, parents: &[usize], tokens: &[u32]) {
        let continued = parents.iter().zip(tokens).map(|(p, t)| [&self.rows[*p][..], &[*t]].concat());
        self.rows = continued.collect();
        self.logits = self.rows.iter().map(|row| self.of(row)).collect();
    }

    fn logits(&self, row: usize) -> impl Iterator<Item = (usize, &[f32])> {
        self.logits[row].chunks(PIECE).enumerate().map(|(i, piece)| (i * PIECE, piece))
    }

    fn places(&self) -> usize {
        2
    }

    fn attention(&self, row: usize, out: &mut [f32]) {
        out.copy_from_slice(&[self.rows[row].len() as f32, self.rows[row].iter().sum::<u32>() as f32]);
    }
}

/// The documented search, with every continuation of every hypothesis in one sorted list.
fn slow(toy: &Toy, o: &SearchOptions) -> Vec<u32> {
    let mut live: Vec<(Vec<u32>, f64)> = vec![(vec![BOS], 0.0)];
    let mut finished: Vec<(Vec<u32>, f64)> = Vec::new();
    for _ in 0..o.max_tokens {
        let mut all: Vec<(Vec<u32>, f64)> = Vec::new();
        for (row, total) in &live {
            let logits = toy.of(row);
            let sum: f64 = logits.iter().map(|l| f64::from(*l).exp()).sum();
            for (token, logit) in logits.iter().enumerate().filter(|(_, l)| l.is_finite()) {
                let next = [&row[..], &[token as u32]].concat();
                let n = o.no_repeat_ngram;
                let end = &next[next.len().saturating_sub(n)..];
                if o.forbidden.contains(&(token as u32)) {
                    continue;
                }
                if n > 0 && next.len() > n && next[1..next.len() - 1].windows(n).any(|w| w == end) {
                    continue;
                }
                all.push((next, total + f64::from(*logit) - sum.ln()));
            }
        }
        all.sort_by(|a, b| b.1.total_cmp(&a.1));
        live.clear();
        for (rank, (row, total)) in all.into_iter().take(2 * o.beam).enumerate() {
            if row.last() == Some(&EOS) {
                if rank < o.beam && finished.len() < o.beam {
                    finished.push((row, total));
                }
            } else if live.len() < o.beam {
                live.push((row, total));
            }
        }
        if finished.len() >= o.beam {
            break;
        }
    }
    if finished.len() < o.beam {
        finished.extend(live);
    }
    let score = |h: &(Vec<u32>, f64)| h.1 / ((h.0.len() - 1) as f64).powf(f64::from(o.alpha));
    let best = finished.iter().max_by(|a, b| score(a).total_cmp(&score(b))).expect("a hypothesis");
    best.0[1..].to_vec()
}

#[test]
fn finds_what_the_slow_search_finds_and_tells_of_it_in_order() {
    let cancel = CancelToken::new();
    let mut ended = 0;
    for seed in 0..120 {
        let o = SearchOptions {
            beam: 1 + seed as usize % 5,
            alpha: [0.0, 0.7, 1.0][seed as usize % 3],
            no_repeat_ngram: [0, 1, 2][seed as usize / 3 % 3],
            max_tokens: 4 + seed as usize % 9,
            attention: seed % 2 == 0,
            forbidden: [&[][..], &[4], &[3, 5]][seed as usize / 9 % 3],
        };
        let expected = slow(&Toy::new(seed), &o);
        let mut toy = Toy::new(seed);
        let mut told: Vec<FoundToken> = Vec::new();
        let kernels = Kernels::best();
        let found = search(&mut toy, kernels, o, &mut |t| told.push(t.clone()), &cancel).expect("a caption");
        let tokens: Vec<u32> = found.iter().map(|t| t.token).collect();
        assert_eq!(tokens, expected, "seed {seed}, {o:?}");
        ended += usize::from(tokens.last() == Some(&EOS));
        let words: Vec<FoundToken> = found.iter().filter(|t| t.token != EOS).cloned().collect();
        assert_eq!(told, words, "seed {seed}");
        check_tokens(&Toy::new(seed), &found, o.attention);
    }
    assert!(ended > 60, "{ended} of 120 ended by themselves");
}

/// Log-probabilities and attention are those of the rows that the tokens follow.
fn check_tokens(toy: &Toy, found: &[FoundToken], attention: bool) {
    let mut row = vec![BOS];
    for t in found {
        let logits = toy.of(&row);
        let sum: f64 = logits.iter().map(|l| f64::from(*l).exp()).sum();
        let e = f64::from(logits[t.token as usize]) - sum.ln();
        assert!((f64::from(t.log_prob) - e).abs() < 1e-4);
        let places = [row.len() as f32, row.iter().sum::<u32>() as f32];
        assert_eq!(t.attention, if attention { places.to_vec() } else { Vec::new() });
        row.push(t.token);
    }
}

#[test]
fn greedy_search_tells_of_each_token_at_once() {
    struct Counted(Toy, std::rc::Rc<std::cell::Cell<usize>>);
    impl NextToken for Counted {
        fn step(&mut self, parents: &[usize], tokens: &[u32]) {
            self.1.set(self.1.get() + 1);
            self.0.step(parents, tokens);
        }
        fn logits(&self, row: usize) -> impl Iterator<Item = (usize, &[f32])> {
            self.0.logits(row)
        }
        fn places(&self) -> usize {
            0
        }
        fn attention(&self, _: usize, _: &mut [f32]) {}
    }
    let o = SearchOptions {
        beam: 1,
        alpha: 0.0,
        no_repeat_ngram: 0,
        max_tokens: 9,
        attention: false,
        forbidden: &[],
    };
    let mut longest = 0;
    for seed in 0..20 {
        let steps = std::rc::Rc::new(std::cell::Cell::new(0));
        let mut model = Counted(Toy::new(seed), steps.clone());
        let mut told = HashMap::new();
        let mut tell = |t: &FoundToken| {
            told.insert(steps.get(), t.token);
        };
        let found =
            search(&mut model, Kernels::best(), o, &mut tell, &CancelToken::new()).expect("a caption");
        for (i, t) in found.iter().enumerate().filter(|(_, t)| t.token != EOS) {
            assert_eq!(told.get(&(i + 1)), Some(&t.token));
        }
        longest = longest.max(told.len());
    }
    assert!(longest > 2);
}

#[test]
fn a_cancelled_search_stops_and_no_numbers_are_an_error() {
    let o = SearchOptions {
        beam: 3,
        alpha: 0.7,
        no_repeat_ngram: 0,
        max_tokens: 9,
        attention: false,
        forbidden: &[],
    };
    let greedy = SearchOptions { beam: 1, ..o };
    let long = |seed: &u64| {
        let found = search(&mut Toy::new(*seed), Kernels::best(), greedy, &mut |_| (), &CancelToken::new());
        found.expect("a caption").len() > 2
    };
    let seed = (0..99).find(long).expect("a caption of more than two tokens");
    let cancel = CancelToken::new();
    let mut tell = |_: &FoundToken| cancel.cancel();
    let stopped = search(&mut Toy::new(seed), Kernels::best(), greedy, &mut tell, &cancel);
    assert!(matches!(stopped, Err(Error::Cancelled)));

    struct Bad([f32; 8]);
    impl NextToken for Bad {
        fn step(&mut self, _: &[usize], _: &[u32]) {}
        fn logits(&self, _: usize) -> impl Iterator<Item = (usize, &[f32])> {
            [(0, &self.0[..])].into_iter()
        }
        fn places(&self) -> usize {
            0
        }
        fn attention(&self, _: usize, _: &mut [f32]) {}
    }
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let got = search(&mut Bad([bad; 8]), Kernels::best(), o, &mut |_| (), &CancelToken::new());
        assert!(matches!(got, Err(Error::Model { .. })), "{bad}");
    }
}
