//! The detector's network, and a call of it.

use std::sync::Mutex;
use std::sync::PoisonError;

use glimpse_kernels::image::{Resampling, RgbView};
use image::RgbImage;

use super::decode::{CHANNELS, CLASSES, Head, STRIDES};
use super::fit::working_size;
use super::score::{logit, probability};
use super::suppress::{Candidate, suppress};
use super::types::{FindOptions, Found, MIN_SCORE, Object};
use crate::clock::{CallClock, Work, milliseconds};
use crate::exec::{Finished, Pool, Wanted};
use crate::network::{Network, PackFolder};
use crate::pack::TensorData;
use crate::read::Picture;
use crate::{Error, Result};

/// Candidates that suppression looks at; the likeliest are taken.
const MOST_CANDIDATES: usize = 2000;
/// Objects of one picture.
const MOST_OBJECTS: usize = 100;
/// Boxes that are thinner, in pixels of the picture, are none.
const LEAST_SIDE: f32 = 1.0;
/// Scores below this are never asked for: nearly every position would be a candidate.
const LEAST_SCORE: f32 = 1e-4;

/// The graph's outputs, one a stride.
pub(crate) const HEADS: Wanted = Wanted::only([0, 1, 2]);

/// The detector, compiled, and the names of its classes.
#[derive(Debug)]
pub(crate) struct Objects {
    pub(crate) network: Network,
    labels: Vec<String>,
}

impl Objects {
    /// Opens the network; its pack carries the names of the classes.
    ///
    /// # Errors
    /// Those of [`PackFolder::network`].
    pub(crate) fn open(packs: &PackFolder) -> Result<Self> {
        let network = packs.network("find")?;
        let pack = network.model.pack();
        let damaged = |reason: &str| Error::PackDamaged { path: pack.path().into(), reason: reason.into() };
        let TensorData::U8(bytes) = pack.tensor("labels")?.data else {
            return Err(damaged("the labels are not bytes"));
        };
        let text = std::str::from_utf8(bytes).map_err(|_| damaged("the labels are not UTF-8"))?;
        let labels: Vec<String> = text.split('\n').map(str::to_owned).collect();
        if labels.len() != CLASSES {
            return Err(damaged("the labels are not of 80 classes"));
        }
        Ok(Self { network, labels })
    }

    /// Looks for objects on `picture`; leaves what only the engine knows of timings and receipt. What
    /// passes on `clock` from here on is this call's.
    ///
    /// # Errors
    /// [`Error::Cancelled`], [`Error::InvalidOption`], [`Error::Model`].
    pub(crate) fn find(
        &self,
        picture: &Picture<'_>,
        options: &FindOptions,
        pool: &Pool,
        clock: &CallClock,
    ) -> Result<Found> {
        let least = options.min_score.unwrap_or(MIN_SCORE);
        if !(0.0..=1.0).contains(&least) {
            let reason = format!("{least} is not between 0 and 1");
            return Err(Error::InvalidOption { option: "min_score", reason });
        }
        let share = options.scale.unwrap_or(1.0);
        if !(share > 0.0 && share <= FindOptions::MAX_SCALE) {
            let reason = format!("{share} is not above 0 and at most {}", FindOptions::MAX_SCALE);
            return Err(Error::InvalidOption { option: "scale", reason });
        }
        let mut found = Found {
            width: picture.width(),
            height: picture.height(),
            objects: Vec::new(),
            timings: super::FindTimings::default(),
            receipt: crate::Receipt::default(),
        };
        let image = picture.image();
        if image.width() == 0 || image.height() == 0 {
            return Ok(found);
        }
        let started = std::time::Instant::now();
        let scaled = scaled(image, share, pool, &self.network);
        clock.lap(Work::Pre);
        let floor = logit(least.max(LEAST_SCORE));
        let candidates =
            self.network.run_picture(&scaled, HEADS, None, pool, &options.cancel, |finished| {
                clock.lap(Work::Infer);
                self.candidates(finished, floor)
            })?;
        found.objects = self.objects(candidates, [scaled.width(), scaled.height()], picture);
        found.timings.find = milliseconds(started.elapsed());
        let shape = [scaled.height() as usize, scaled.width() as usize];
        found.receipt.stages = vec![self.network.receipt("find", HEADS, [(shape, 1)])];
        Ok(found)
    }

    fn candidates(&self, finished: &Finished<'_>, floor: f32) -> Result<Vec<Candidate>> {
        let mut candidates = Vec::new();
        for (index, stride) in STRIDES.into_iter().enumerate() {
            let (_, [h, w]) = finished.output(index)?;
            let values = finished.reals(index)?;
            if values.len() != h * w * CHANNELS {
                return Err(self.network.error("its heads have other channels than 124"));
            }
            Head { values, width: w, stride }.candidates(floor, &mut candidates);
        }
        if candidates.len() > MOST_CANDIDATES {
            candidates.select_nth_unstable_by(MOST_CANDIDATES, |a, b| b.logit.total_cmp(&a.logit));
            candidates.truncate(MOST_CANDIDATES);
        }
        Ok(candidates)
    }

    /// The candidates that remain, in pixels of the whole picture.
    fn objects(&self, candidates: Vec<Candidate>, seen: [u32; 2], picture: &Picture<'_>) -> Vec<Object> {
        let size = [picture.width() as f32, picture.height() as f32];
        let factor = [size[0] / seen[0] as f32, size[1] / seen[1] as f32];
        let object = |c: Candidate| {
            let at = |i: usize| (c.corners[i] * factor[i % 2]).clamp(0.0, size[i % 2]);
            let [x, y] = [at(0), at(1)];
            let bounds = [x, y, at(2) - x, at(3) - y];
            let thick = bounds[2] >= LEAST_SIDE && bounds[3] >= LEAST_SIDE;
            let label = self.labels.get(c.class)?.clone();
            thick.then(|| Object { label, score: probability(c.logit), bounds })
        };
        suppress(candidates, MOST_OBJECTS).into_iter().filter_map(object).collect()
    }
}

/// The picture at the size at which the network looks at it.
fn scaled(image: &RgbImage, share: f32, pool: &Pool, network: &Network) -> RgbImage {
    let source = [image.width() as usize, image.height() as usize];
    let target = working_size(source, share);
    let plan = Resampling::whole(source, target);
    let mut out = RgbImage::new(target[0] as u32, target[1] as u32);
    let row = 3 * target[0];
    let kernels = network.model.kernels();
    let spare: Mutex<Vec<Vec<f32>>> = Mutex::default();
    pool.install(|| {
        pool.rows(&mut out, row, 16, |first, piece| {
            let taken = spare.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let mut scratch = taken.unwrap_or_else(|| vec![0.0; plan.scratch_len()]);
            let rows = first..first + piece.len() / row;
            kernels.resample_rgb(&plan, RgbView::new(image.as_raw(), source), rows, &mut scratch, piece);
            spare.lock().unwrap_or_else(PoisonError::into_inner).push(scratch);
        });
    });
    out
}
