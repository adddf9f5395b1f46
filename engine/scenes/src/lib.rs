//! Synthetic scenes with exact ground truth, for tests and measurements of live video.
//!
//! A [`Scene`] draws frame `n` from its options and its seed alone: the same on every machine, in any
//! order. [`ObjectScene`] moves sprites that cover each other, [`TextScene`] lines of text,
//! a [`Reel`] puts shots with hard cuts and traps one after the other;
//! a [`SceneSource`] gives a scene's frames as a camera would. [`score`] says how well one was followed.
//!
//! ```
//! use glimpse_scenes::{ObjectOptions, ObjectScene, Scene};
//!
//! let scene = ObjectScene::new(&ObjectOptions { seed: 7, ..ObjectOptions::default() });
//! let (image, truth) = scene.render(30);
//! assert_eq!(image.dimensions(), (640, 480));
//! assert_eq!(truth.objects.len(), 10);
//! ```

mod noise;
mod objects;
mod paint;
mod random;
mod reel;
pub mod score;
mod source;
mod sprites;
mod text;
mod texture;
mod truth;
mod typeset;

pub use noise::{DetectorNoise, NoisyBox, NoisyDetector};
pub use objects::{ObjectOptions, ObjectScene};
pub use random::Random;
pub use reel::{Action, Reel, ReelOptions, Transition};
pub use source::SceneSource;
pub use sprites::Sprite;
pub use text::{TextLine, TextOptions, TextScene};
pub use truth::{Scene, Truth, TruthObject, TruthText};
pub use typeset::Face;
