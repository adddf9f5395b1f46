//! Frames from cameras, from whoever pushes them, and from files, folders and drawings in their place.
//!
//! A [`FrameSource`] gives raw frames; a [`CameraSession`] runs one on a thread of its own, keeps the
//! newest frame only, and survives a camera that stalls, is unplugged and comes back.
//!
//! ```
//! use std::time::Duration;
//! use glimpse_camera::{CameraSession, Format, PixelFormat, SyntheticSource};
//!
//! let drawn = Format { width: 640, height: 360, pixels: PixelFormat::Nv12, fps: 30 };
//! let session = CameraSession::open(Box::new(SyntheticSource::new(drawn)))?;
//! let frame = session.newest_jpeg(0, Duration::from_secs(1))?.expect("30 frames come in a second");
//! assert_eq!((frame.width, frame.height), (640, 360));
//! let picture = session.freeze()?;
//! assert_eq!(picture.dimensions(), (640, 360));
//! session.close();
//! # Ok::<(), glimpse_camera::CameraError>(())
//! ```

mod bytes;
mod capture;
mod clip;
mod convert;
mod error;
mod files;
mod frame;
mod jpeg;
#[cfg(feature = "nokhwa")]
mod native;
mod piped;
mod play;
mod push;
mod session;
mod slot;
mod source;
mod spec;
mod synthetic;
mod write;
mod yuv;

pub use bytes::{FrameBytes, FramePool};
pub use capture::{Sink, capture};
pub use clip::{Clip, ClipInfo, Container};
pub use error::CameraError;
pub use files::{FileSource, FolderSource};
pub use frame::{Colour, Frame, Matrix, PixelFormat, Range};
#[cfg(feature = "nokhwa")]
pub use native::{CameraName, NokhwaCamera, cameras};
pub use piped::PipedSource;
pub use play::{ClipOptions, ClipSource, Pace};
pub use push::{FramePusher, PushCounts, PushSource, push_source};
pub use session::{CameraSession, JpegFrame, SessionOptions, Statistics};
pub use source::{Format, FrameSource, choose};
pub use spec::{open_source, open_source_with};
pub use synthetic::SyntheticSource;
pub use write::Y4mWriter;
