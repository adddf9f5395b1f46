//! Seeing: one pass of the encoder gives tags, an embedding and the features that captions are
//! made from.

mod classes;
mod types;

use std::time::Instant;

use glimpse_kernels::image::{Resampling, RgbView};
use image::RgbImage;

pub use classes::Tag;
pub(crate) use classes::rank;
pub use types::{TagOptions, TagTimings, Tags, View};

use crate::clock::{CallClock, Work, milliseconds};
use crate::exec::{Output, Pool, Wanted};
use crate::network::{Network, PackFolder};
use crate::read::{CancelToken, Picture};
use crate::{Receipt, Result};

/// Side of the square that the encoder sees.
pub(crate) const SIDE: usize = 224;
/// Height and width of the features.
pub(crate) const FEATURES_SHAPE: [usize; 2] = [14, 14];
/// Length of the embedding.
pub(crate) const EMBEDDING: usize = 1280;
/// Tags of a result unless the caller says otherwise.
pub(crate) const TOP: usize = 5;
/// Scores from which a tag is more likely right than not.
pub(crate) const SURE: f32 = 0.5;
/// Scores mean little where a picture is enlarged from fewer pixels along a side, or where it is so
/// long that little of it is seen, or all of it out of shape: the longer side over the shorter.
const LEAST_SIDE: u32 = 32;
const LONGEST: u32 = 3;

/// Outputs of the encoder's graph.
const PROBABILITIES: usize = 0;
const POOLED: usize = 1;
const FEATURES: usize = 2;

/// What tags and the embedding need.
pub(crate) const TAGS: Wanted = Wanted::only([PROBABILITIES, POOLED]);
/// The features as well.
pub(crate) const EVERYTHING: Wanted = Wanted::only([PROBABILITIES, POOLED, FEATURES]);

/// The encoder: EfficientNet-Lite0.
#[derive(Debug)]
pub(crate) struct See {
    pub(crate) network: Network,
}

/// What one pass of the encoder gives.
#[derive(Debug, Clone)]
pub(crate) struct SeeOutput {
    /// Of each ImageNet-1k class.
    pub(crate) probabilities: Vec<f32>,
    /// Of length 1.
    pub(crate) embedding: Vec<f32>,
    /// `[14, 14, 112]`, where it was asked for.
    pub(crate) features: Option<Features>,
}

/// A value of the encoder, as its pack holds it.
#[derive(Debug, Clone)]
pub(crate) enum Features {
    /// On the grid of the graph's value.
    Bytes(Vec<u8>),
    /// In real numbers.
    Reals(Vec<f32>),
}

impl See {
    /// Opens the encoder.
    ///
    /// # Errors
    /// Those of [`PackFolder::network`]; [`Error::Model`](crate::Error::Model) where its outputs are
    /// not those of an encoder.
    pub(crate) fn open(packs: &PackFolder) -> Result<Self> {
        let network = packs.network("see")?;
        let graph = network.model.graph();
        let channels: Vec<usize> = graph.outputs.iter().map(|v| graph.values[*v].channels).collect();
        if channels[..] != [classes::CLASSES, EMBEDDING, 112] || graph.values[0].channels != 4 {
            return Err(network.error("its outputs are not those of an encoder"));
        }
        Ok(Self { network })
    }

    /// Looks at `image`, of any size. What passes on `clock` from here on is this look's.
    pub(crate) fn look(
        &self,
        image: &RgbImage,
        view: View,
        wanted: Wanted,
        pool: &Pool,
        cancel: &CancelToken,
        clock: &CallClock,
    ) -> Result<SeeOutput> {
        cancel.check()?;
        let square = self.square(image, view, pool);
        clock.lap(Work::Pre);
        self.network.run_picture(&square, wanted, None, pool, cancel, |finished| {
            clock.lap(Work::Infer);
            let features = match wanted.has(FEATURES) {
                false => None,
                true => Some(match finished.output(FEATURES)?.0 {
                    Output::U8(bytes) => Features::Bytes(bytes.to_vec()),
                    Output::F32(reals) => Features::Reals(reals.to_vec()),
                }),
            };
            Ok(SeeOutput {
                probabilities: finished.reals(PROBABILITIES)?.to_vec(),
                embedding: unit(finished.reals(POOLED)?),
                features,
            })
        })
    }

    /// What the encoder sees of `image`.
    fn square(&self, image: &RgbImage, view: View, pool: &Pool) -> RgbImage {
        let (w, h) = (image.width(), image.height());
        let mut out = vec![0; SIDE * SIDE * 3];
        if w > 0 && h > 0 {
            let size = [w as usize, h as usize];
            let plan = match view {
                View::Whole => Resampling::whole(size, [SIDE, SIDE]),
                View::Centre => {
                    let half = w.min(h) as f32 * 0.4375;
                    let (x, y) = (w as f32 / 2.0, h as f32 / 2.0);
                    Resampling::new(size, [x - half, y - half, x + half, y + half], [SIDE, SIDE])
                }
            };
            let source = RgbView::new(image.as_raw(), size);
            let kernels = self.network.model.kernels();
            pool.install(|| {
                pool.rows(&mut out, SIDE * 3, 28, |first, rows| {
                    let mut scratch = vec![0.0; plan.scratch_len()];
                    let range = first..first + rows.len() / (SIDE * 3);
                    kernels.resample_rgb(&plan, source, range, &mut scratch, rows);
                });
            });
        }
        RgbImage::from_raw(SIDE as u32, SIDE as u32, out).unwrap_or_default()
    }

    /// Names what `picture` shows. The timings but `tag` are the caller's to fill.
    pub(crate) fn tags(
        &self,
        picture: &Picture<'_>,
        options: &TagOptions,
        pool: &Pool,
        clock: &CallClock,
    ) -> Result<Tags> {
        let started = Instant::now();
        let seen = self.look(picture.image(), options.view, TAGS, pool, &options.cancel, clock)?;
        let tags = rank(&seen.probabilities, options.top.unwrap_or(TOP));
        let tag = milliseconds(started.elapsed());
        let stage = self.network.receipt("see", TAGS, [([SIDE, SIDE], 1)]);
        Ok(Tags {
            width: picture.width(),
            height: picture.height(),
            sure: well_seen(picture) && tags.first().is_some_and(|best| best.score >= SURE),
            tags,
            embedding: seen.embedding,
            timings: TagTimings { tag, ..TagTimings::default() },
            receipt: Receipt { stages: vec![stage], ..Receipt::default() },
        })
    }
}

/// Whether the encoder sees a picture as it saw those that its scores were fitted on.
fn well_seen(picture: &Picture<'_>) -> bool {
    let [width, height] = [picture.width(), picture.height()];
    let (short, long) = (width.min(height), width.max(height));
    short >= LEAST_SIDE && long <= short.saturating_mul(LONGEST)
}

/// `x` at length 1; as it is where it has none.
fn unit(x: &[f32]) -> Vec<f32> {
    let length = x.iter().map(|v| f64::from(*v).powi(2)).sum::<f64>().sqrt();
    let factor = if length > 0.0 { 1.0 / length } else { 1.0 };
    x.iter().map(|v| (f64::from(*v) * factor) as f32).collect()
}
