//! Frames of phones' cameras, handed over in their own buffers.
//!
//! ```text
//! Android: FrameSink.push (JNI) ─┐
//!                                ├─► arguments checked ─► crop, turn, colour in one pass ─► SinkSource
//! iOS: glimpse_frames_push_nv12 ─┘                          into memory that is used again
//! ```
//!
//! A [`FrameSink`] is named by a number, which native code gets and hands back with each frame. The
//! conversion runs on the thread that pushes; at most one frame waits: the newest.
//!
//! ```
//! use std::time::Duration;
//! use glimpse_camera::FrameSource;
//! use glimpse_frames::{FrameSink, NativeFrame, SinkOptions};
//!
//! let (handle, mut source) = FrameSink::new(SinkOptions::default());
//! source.open()?;
//! let grey = [128; 64 * 48];
//! let sink = FrameSink::of(handle).expect("its source is there");
//! sink.push(&NativeFrame {
//!     planes: [&grey, &grey[..32 * 24], &grey[..32 * 24]],
//!     strides: [64, 32, 32],
//!     pixel_stride: 1,
//!     size: [64, 48],
//!     crop: [0, 0, 64, 48],
//!     rotation_degrees: 90,
//!     full_range: None,
//!     timestamp_nanos: 0,
//! })?;
//! let frame = source.next_frame(Duration::ZERO)?;
//! assert_eq!((frame.width, frame.height), (48, 64));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod c;
#[cfg(not(target_os = "ios"))]
mod java;
mod refusal;
mod registry;
mod sink;
mod source;

pub use c::{
    GlimpseFramesCounts, glimpse_frames_close, glimpse_frames_count_lost, glimpse_frames_counts,
    glimpse_frames_push_nv12,
};
pub use refusal::{OVERTAKEN, Refusal, TAKEN};
pub use sink::{FrameSink, NativeFrame, SinkCounts, SinkOptions, Taken};
pub use source::SinkSource;
