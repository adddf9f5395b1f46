//! What a load costs against another one, before it is tried.
//!
//! The weights are core milliseconds of this engine's stages in int8 on a desktop's core (see
//! docs/performance.md). Only ratios of neighbouring steps are used, and what is measured after the step
//! corrects them.

use glimpse_engine::Precision;

use crate::Load;

/// Conversion, looking for changes, tracks, delivery: each frame.
const FRAME: f64 = 1.5;
const FIND: f64 = 6.0;
const TAGS: f64 = 3.0;
/// Text is read when it changes, which is less often than it may be.
const READ: f64 = 40.0;
const CAPTION: f64 = 20.0;
/// What f32 costs against int8.
const F32: f64 = 2.5;

fn precision(load: &Load) -> f64 {
    if load.precision == Precision::F32 { F32 } else { 1.0 }
}

fn scale(load: &Load) -> f64 {
    let scale = f64::from(load.scale).clamp(0.01, 2.0);
    scale * scale
}

/// Frames a second that are analysed at a source of `fps`.
pub(super) fn rate(load: &Load, fps: f32) -> f64 {
    f64::from(load.fps.min(fps).max(0.01))
}

/// Core milliseconds a second.
pub(super) fn demand(load: &Load, fps: f32) -> f64 {
    let find = FIND * scale(load) / f64::from(load.find_every.max(1));
    let tags = TAGS / f64::from(load.tags_every.max(1));
    let slow = |cost: f64, every: Option<u32>| every.map_or(0.0, |ms| cost * 1000.0 / f64::from(ms.max(1)));
    rate(load, fps) * (FRAME + precision(load) * (find + tags))
        + precision(load) * (slow(READ, load.read_ms) + slow(CAPTION, load.caption_ms))
}

/// Wall time of a frame on which everything is due, in the same weights.
pub(super) fn longest_frame(load: &Load) -> f64 {
    FRAME + precision(load) * (FIND * scale(load) + TAGS) / (load.threads.max(1) as f64).sqrt()
}
