//! Timing the captioner by itself.

use std::time::{Duration, Instant};

use super::CaptionOptions;
use crate::exec::Output;
use crate::read::CancelToken;
use crate::{Engine, Error, ModelTiming, Result};

/// Height and width of the features.
const SHAPE: [usize; 2] = [14, 14];
/// Steps that are timed: a caption of twelve tokens and its end.
const STEPS: usize = 13;

impl Engine {
    /// Times the captioner `runs` times after three warm-up runs, without the encoder: the tail and
    /// up to thirteen steps of the decoder, with the pack's beam. The features are random, so that
    /// captions seldom end before; `shape` says how many steps there were.
    pub(crate) fn bench_captioner(&self, runs: usize) -> Result<ModelTiming> {
        if runs == 0 {
            return Err(Error::InvalidOption { option: "runs", reason: "at least one".into() });
        }
        let captioner = self.captioner()?;
        let (channels, quant) = captioner.features();
        let bytes = noise(SHAPE[0] * SHAPE[1] * channels);
        let reals: Vec<f32> = bytes.iter().map(|b| f32::from(*b) / 64.0 - 2.0).collect();
        let features = if quant.is_some() { Output::U8(&bytes) } else { Output::F32(&reals) };
        let options = CaptionOptions { max_tokens: Some(STEPS), ..CaptionOptions::default() };
        let run = || -> Result<(Duration, super::Caption)> {
            let started = Instant::now();
            let cancel = CancelToken::new();
            let caption = captioner.caption(features, SHAPE, &options, &self.pool, &mut |_| (), &cancel)?;
            Ok((started.elapsed(), caption))
        };
        for _ in 0..3 {
            run()?;
        }
        let (_, caption) = run()?;
        let mut times = (0..runs).map(|_| run().map(|r| r.0)).collect::<Result<Vec<_>>>()?;
        times.sort();
        let beam = captioner.settings().beam;
        let receipts = captioner.receipts(&caption, SHAPE, beam);
        Ok(ModelTiming {
            model: "caption".into(),
            shape: format!("{}x{beam}", caption.steps),
            precision: self.options().precision.as_str().into(),
            isa: receipts[0].isa.clone(),
            threads: self.pool.threads(),
            ms_median: times[runs / 2].as_secs_f64() * 1e3,
            ms_min: times[0].as_secs_f64() * 1e3,
            runs,
            macs: receipts.iter().map(|r| r.macs).sum(),
            arena_bytes: captioner.state_bytes(beam),
        })
    }
}

/// Bytes that look like features of no picture in particular.
fn noise(len: usize) -> Vec<u8> {
    let mut state = 1u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..len).map(|_| next() / 4 + 96).collect()
}
