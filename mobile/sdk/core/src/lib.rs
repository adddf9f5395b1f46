//! The interface of Glimpse for other languages: [`glimpse_engine`] and [`glimpse_live`], as UniFFI carries it
//! to Kotlin and Swift. `docs/sdk.md` says how it is built and what lies over it.
//!
//! All calls block. The layers above run them on threads of their own, and cancel them by [`CancelToken`].

uniffi::setup_scaffolding!();

#[cfg(target_os = "android")]
mod android;
pub mod c;
mod cancel;
mod engine;
mod error;
mod inspect;
mod live;
mod live_types;
mod numbers;
mod options;
mod picture;
mod pixels;
mod receipt;
mod results;
mod telemetry_types;
mod yuv;

pub use cancel::CancelToken;
pub use engine::{CaptionListener, GlimpseEngine, OpenOptions, PackFiles, PackPart};
pub use error::{GlimpseError, ListenerError};
pub use inspect::{BoxRules, LineTrace, TextMap, TextRegion, TraceChar, TraceStep};
pub use live::*;
pub use options::{DescribeOptions, FindOptions, Limits, Part, Precision, ReadOptions, TagOptions, View};
pub use picture::Picture;
pub use pixels::{PixelFormat, PixelLayout};
pub use receipt::{Note, NoteField, Receipt, ShapeCount, StageReceipt, StageTime, Timings};
pub use results::{
    Bounds, CaptionSource, CaptionToken, Colour, Description, Found, FoundObject, Paragraph, Point, Quad,
    Reading, Tag, Tags, TextLine, Word,
};
pub use yuv::{YuvCrop, YuvLayout, YuvMatrix, YuvPlane, YuvPlanes};

/// The version of the engine, for example `"0.1.0"`.
#[uniffi::export]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
