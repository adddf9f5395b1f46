//! What goes in and out.

use serde::{Deserialize, Serialize};

use crate::Receipt;
use crate::clock::Spent;
use crate::read::{CancelToken, ReadLimits};

/// An object on a picture.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Object {
    /// Its class, by the name that COCO gives it, for example `"dining table"`.
    pub label: String,
    /// Probability that there is such an object at this place, 0 to 1.
    pub score: f32,
    /// Left, top, width and height in pixels of the picture as displayed (after EXIF orientation),
    /// wholly inside of it.
    #[serde(rename = "box")]
    pub bounds: [f32; 4],
}

/// The objects of a picture.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Found {
    /// Width of the picture as displayed, in pixels.
    pub width: u32,
    /// Height of the picture as displayed, in pixels.
    pub height: u32,
    /// The objects, the likeliest first; at most 100.
    pub objects: Vec<Object>,
    /// Wall time of each stage.
    pub timings: FindTimings,
    /// What ran where.
    pub receipt: Receipt,
}

/// Wall time of a call, in milliseconds, cut by what is looked for (`decode`, `find`) and by the kind
/// of work (`decode`, `pre`, `infer`, `post`). Either adds up to `total`, but for the opening of the pack
/// by the first call, which `total` alone counts. It is time on the thread of the call: what several
/// threads do at once counts once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FindTimings {
    /// Reading and decoding the file; 0 where a decoded picture was given.
    pub decode: f64,
    /// Scaling, network and boxes.
    pub find: f64,
    /// Scaling.
    pub pre: f64,
    /// The network.
    pub infer: f64,
    /// From its outputs to objects.
    pub post: f64,
    /// The whole call, decoding included.
    pub total: f64,
}

impl FindTimings {
    pub(crate) fn set(&mut self, spent: Spent) {
        let Spent { decode, pre, infer, post, total } = spent;
        *self = Self { decode, pre, infer, post, total, ..*self };
    }
}

/// How objects are looked for.
#[derive(Debug, Clone, Default)]
pub struct FindOptions {
    /// Bounds on the input.
    pub limits: ReadLimits,
    /// Objects below this score are dropped, 0 to 1. `None` is the default of 0.3, at which about
    /// one picture in ten of the calibration pictures has an object of a class that is not there.
    pub min_score: Option<f32>,
    /// Sides at which the network looks, as a share of the usual ones; above 0, at most [`FindOptions::MAX_SCALE`].
    /// Less is faster and misses small objects; more is slower and finds smaller ones. `None` is 1.
    pub scale: Option<f32>,
    /// Cancels the call from another thread.
    pub cancel: CancelToken,
}

impl FindOptions {
    /// The most that [`FindOptions::scale`] may be.
    pub const MAX_SCALE: f32 = 2.0;
}

/// [`FindOptions::min_score`] where it is [`None`].
pub(crate) const MIN_SCORE: f32 = 0.3;
