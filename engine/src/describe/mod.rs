//! Describing a picture: a caption that is learned where it is supported and made of certain facts
//! where it is not, with tags, objects and colours.
//!
//! One file a stage: `evidence` says what objects and tags know of each of COCO's classes, `lexicon`
//! which classes a sentence names, `familiar` whether the captioner knows such pictures, `gate` whether a learned caption may be said, `sentence` what is
//! said otherwise, `pipeline` runs them.

mod call;
mod colours;
mod evidence;
mod familiar;
mod gate;
mod lexicon;
mod pipeline;
mod sentence;
mod types;

pub use colours::Colour;
pub use sentence::one_of;
pub use types::{CaptionSource, DescribeOptions, DescribeTimings, Description};
