//! The captioner: tail, decoder and vocabulary of a caption pack.

use std::sync::{Arc, Mutex, PoisonError};

use super::articles::{Articles, fitted};
use super::decoder::Decoder;
use super::search::{FoundToken, NextToken, SearchOptions, search};
use super::settings::{CaptionSettings, MAX_BEAM};
use super::state::State;
use super::types::{Caption, CaptionOptions, CaptionToken};
use super::vocabulary::{EOS, Vocabulary, sentence};
use crate::exec::{Feed, Fusion, Model, Output, Pool, Request, Wanted};
use crate::graph::Quant;
use crate::network::{Network, PackFolder};
use crate::pack::Pack;
use crate::read::CancelToken;
use crate::{Error, Result, StageReceipt};

/// A caption pack, laid out for this machine.
#[derive(Debug)]
pub(crate) struct Captioner {
    tail: Network,
    decoder: Decoder,
    vocabulary: Vocabulary,
    settings: CaptionSettings,
    states: Mutex<Vec<State>>,
}

/// Captions that may wait for their next use with their memory.
const KEPT_STATES: usize = 4;

impl Captioner {
    /// Opens the caption pack of `packs`.
    ///
    /// # Errors
    /// Those of [`Manifest::open`](crate::pack::Manifest::open), and [`Error::PackDamaged`] and
    /// [`Error::Model`] where the pack does not hold together.
    pub(crate) fn open(packs: &PackFolder) -> Result<Self> {
        let id = format!("caption-{}", packs.precision.as_str());
        Self::load(packs.source.open(&id)?, packs.kernels)
    }

    /// Lays out `pack` for `kernels`.
    ///
    /// # Errors
    /// [`Error::PackDamaged`], [`Error::PackVersion`], [`Error::Model`].
    pub(crate) fn load(pack: Pack, kernels: &'static glimpse_kernels::Kernels) -> Result<Self> {
        let pack = Arc::new(pack);
        let settings = CaptionSettings::read(&pack)?;
        let vocabulary = Vocabulary::load(&pack)?;
        let decoder = Decoder::load(pack.clone(), &settings, vocabulary.len(), kernels)?;
        let tail = Network::new(Model::compile(pack, kernels, Fusion::On)?);
        let graph = tail.model.graph();
        let memory = graph.outputs.first().and_then(|v| graph.values.get(*v));
        let [h, w] = graph.input.fixed;
        let places =
            graph.outputs.first().zip(graph.shapes(h, w)).and_then(|(v, shapes)| shapes.get(*v).copied());
        if memory.is_none_or(|m| m.channels != decoder.shape().width || m.quant.is_some())
            || places.is_none_or(|[h, w]| h.checked_mul(w) != Some(decoder.shape().places))
        {
            return Err(tail.error("its tail does not give the memory that its decoder takes"));
        }
        Ok(Self { tail, decoder, vocabulary, settings, states: Mutex::default() })
    }

    /// Channels of the features that it takes and, where they are bytes, their grid.
    pub(crate) fn features(&self) -> (usize, Option<Quant>) {
        let value = &self.tail.model.graph().values[0];
        (value.channels, value.quant)
    }

    /// The tokens that begin a word, with the piece that they begin it with.
    pub(crate) fn words(&self) -> impl Iterator<Item = (u32, &str)> {
        self.vocabulary.words()
    }

    /// The pack's settings.
    pub(crate) fn settings(&self) -> &CaptionSettings {
        &self.settings
    }

    /// A sentence about the picture that an encoder saw as `features`, of height and width `shape`.
    ///
    /// `on_token` is told of each token as soon as it is certain: with a beam of one as soon as it is
    /// chosen, else when all hypotheses that can still win agree on it, so that the last ones come
    /// together. An article waits for the word after it, which may make an "an" of it. It may run on
    /// another thread.
    ///
    /// # Errors
    /// [`Error::Cancelled`]; [`Error::InvalidOption`]; [`Error::Model`] where the features are not
    /// what the tail takes.
    pub(crate) fn caption(
        &self,
        features: Output<'_>,
        shape: [usize; 2],
        options: &CaptionOptions,
        pool: &Pool,
        on_token: &mut (dyn FnMut(&CaptionToken) + Send),
        cancel: &CancelToken,
    ) -> Result<Caption> {
        let mut forbidden = options.forbidden.clone();
        forbidden.sort_unstable();
        let search = SearchOptions { forbidden: &forbidden, ..self.search_options(options)? };
        let feed = match features {
            Output::U8(bytes) => Feed::Bytes(bytes),
            Output::F32(reals) => Feed::Reals(reals),
        };
        let mut state = self.take(search.beam);
        let request = Request { shape, feed, wanted: Wanted::FIRST, allowed: None };
        self.tail.run(&request, pool, cancel, |finished| {
            let memory = finished.reals(0)?;
            if memory.len() != state.memory.len() {
                return Err(self.tail.error("its tail gives another number of places"));
            }
            self.decoder.prepare(&mut state, memory);
            Ok(())
        })?;
        let parallel = pool.threads() > 1;
        let caption = pool.install(|| self.write(&mut state, search, parallel, on_token, cancel))?;
        self.put(state);
        Ok(caption)
    }

    fn write(
        &self,
        state: &mut State,
        options: SearchOptions<'_>,
        parallel: bool,
        on_token: &mut dyn FnMut(&CaptionToken),
        cancel: &CancelToken,
    ) -> Result<Caption> {
        let (mut first, mut articles) = (true, Articles::default());
        let mut tell = |found: &FoundToken| {
            articles.take(self.token(found, first), &mut |token| on_token(&token));
            first = false;
        };
        let mut running = Running { decoder: &self.decoder, state, parallel };
        let found = search(&mut running, self.decoder.kernels(), options, &mut tell, cancel)?;
        articles.end(&mut |token| on_token(&token));
        let sum: f32 = found.iter().map(|t| t.log_prob).sum();
        let confidence = (sum / found.len().max(1) as f32).exp();
        let complete = found.last().is_some_and(|t| t.token == EOS);
        let words = found.iter().filter(|t| t.token != EOS).enumerate();
        let tokens = fitted(words.map(|(i, t)| self.token(t, i == 0)));
        let text = sentence(tokens.iter().map(|t| t.text.as_str()));
        Ok(Caption { text, tokens, confidence, complete, steps: running.state.at })
    }

    fn token(&self, found: &FoundToken, first: bool) -> CaptionToken {
        CaptionToken {
            text: self.vocabulary.text(found.token, first),
            id: found.token,
            confidence: found.log_prob.exp(),
            attention: found.attention.clone(),
        }
    }

    /// As `options` say, but for the forbidden tokens.
    fn search_options(&self, options: &CaptionOptions) -> Result<SearchOptions<'static>> {
        let beam = options.beam.unwrap_or(self.settings.beam);
        if !(1..=MAX_BEAM).contains(&beam) {
            let reason = format!("{beam} is not 1 to {MAX_BEAM}");
            return Err(Error::InvalidOption { option: "beam", reason });
        }
        let most = self.settings.max_tokens;
        let max_tokens = options.max_tokens.map_or(most, |n| n.min(most));
        if max_tokens == 0 {
            return Err(Error::InvalidOption { option: "max_tokens", reason: "at least one".into() });
        }
        Ok(SearchOptions {
            beam,
            alpha: self.settings.alpha,
            no_repeat_ngram: self.settings.no_repeat_ngram,
            max_tokens,
            attention: options.attention,
            forbidden: &[],
        })
    }

    /// What ran for `caption`, written with a beam of `beam`: the tail on features of `shape`, and
    /// the steps of the decoder.
    pub(crate) fn receipts(&self, caption: &Caption, shape: [usize; 2], beam: usize) -> [StageReceipt; 2] {
        let tail = self.tail.receipt("caption-tail", Wanted::FIRST, [(shape, 1)]);
        let [memory, step] = self.decoder.macs();
        let rows = (1 + caption.steps.saturating_sub(1) * beam) as u64;
        let mut decoder = tail.clone();
        decoder.stage = "caption-decoder".into();
        decoder.macs = memory + step * rows;
        decoder.shapes = vec![(format!("{}x{beam}", caption.steps), 1)];
        [tail, decoder]
    }

    /// Bytes that the decoder holds while it writes with a beam of `beam`.
    pub(crate) fn state_bytes(&self, beam: usize) -> usize {
        let state = self.take(beam);
        let bytes = state.bytes();
        self.put(state);
        bytes
    }

    fn take(&self, rows: usize) -> State {
        let mut waiting = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        match waiting.iter().position(|s| s.rows() == rows) {
            Some(i) => waiting.swap_remove(i),
            None => State::new(&self.decoder, rows),
        }
    }

    fn put(&self, state: State) {
        let mut waiting = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < KEPT_STATES {
            waiting.push(state);
        }
    }
}

/// A decoder at work on one picture.
pub(super) struct Running<'a> {
    pub(super) decoder: &'a Decoder,
    pub(super) state: &'a mut State,
    pub(super) parallel: bool,
}

impl NextToken for Running<'_> {
    fn step(&mut self, parents: &[usize], tokens: &[u32]) {
        self.decoder.step(self.state, parents, tokens, self.parallel);
    }

    fn logits(&self, row: usize) -> impl Iterator<Item = (usize, &[f32])> {
        self.state.logits(row)
    }

    fn places(&self) -> usize {
        self.decoder.shape().places
    }

    fn attention(&self, row: usize, out: &mut [f32]) {
        self.state.attention(row, out);
    }
}
