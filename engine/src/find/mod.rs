//! Finding objects: a picture to names with scores and boxes.
//!
//! One file a stage: `fit` chooses the size at which the network looks, `decode` turns its outputs
//! into boxes, `score` makes probabilities of its scores, `suppress` drops boxes that show what
//! another shows.

mod decode;
mod detector;
mod fit;
mod score;
mod suppress;
mod types;

pub use types::{FindOptions, FindTimings, Found, Object};

pub(crate) use detector::{HEADS, Objects};
pub(crate) use types::MIN_SCORE;
