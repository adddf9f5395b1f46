//! Moving pictures in files: told by their content, decoded a frame at a time.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::{CameraError, Format, Frame, PixelFormat};

mod apng;
mod avi;
mod canvas;
mod folder;
mod gif;
mod input;
mod kind;
#[cfg(feature = "h264")]
mod mp4;
mod timing;
mod webp;
mod y4m;

use input::Origin;
use kind::Kind;

/// How a clip's frames lie in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Container {
    /// YUV4MPEG2: raw frames.
    Y4m,
    /// AVI.
    Avi,
    /// GIF.
    Gif,
    /// WebP.
    Webp,
    /// Animated PNG.
    Apng,
    /// MP4 or QuickTime.
    Mp4,
    /// A folder of pictures.
    Folder,
}

/// What a clip says of itself before its frames are decoded.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct ClipInfo {
    /// How its frames lie in its file.
    pub container: Container,
    /// What its frames are encoded with, such as `mjpeg` or `h264 high`.
    pub codec: String,
    /// Width in pixels as it is shown.
    pub width: u32,
    /// Height in pixels as it is shown.
    pub height: u32,
    /// Frames a second, on average where they differ.
    pub fps: f64,
    /// Number of its frames, as far as it says.
    pub frames: Option<u64>,
    /// How long it lasts, as far as it says.
    pub duration: Option<Duration>,
}

/// Gives a clip's frames.
pub(crate) trait Decode: Send {
    /// The next frame as it is shown, with its number and its time in the clip; [`None`] after the
    /// last, however often it is asked for.
    fn next_frame(&mut self) -> Result<Option<Frame>, CameraError>;

    /// Starts anew.
    fn rewind(&mut self) -> Result<(), CameraError>;
}

/// What opening a clip gives.
pub(crate) struct Opened {
    pub(crate) info: ClipInfo,
    pub(crate) pixels: PixelFormat,
    pub(crate) frames: Box<dyn Decode>,
}

/// A moving picture: Y4M, MJPEG AVI, H.264 MP4, GIF, animated WebP, animated PNG, or a folder of pictures.
///
/// Frames come in the order in which they are shown. [`Frame::at`] is the time from the clip's start at
/// which a frame is shown, and never goes back; [`Frame::sequence`] is its number from 1, and numbers
/// that are missing were damaged. At most a few frames are in memory, whatever the file says.
pub struct Clip {
    opened: Opened,
    /// Time stamp of the last frame.
    last: Duration,
}

impl std::fmt::Debug for Clip {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Clip").field("info", &self.opened.info).finish_non_exhaustive()
    }
}

impl Clip {
    /// Opens the clip in the file `path`, whatever its name ends with.
    ///
    /// # Errors
    /// [`CameraError::NotFound`]; [`CameraError::Unsupported`] where it is no clip, or is encoded in a
    /// way that is not decoded; [`CameraError::TooLarge`]; [`CameraError::BadClip`] where its header is
    /// damaged.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, CameraError> {
        Self::of(Origin::file(path.as_ref())?)
    }

    /// Whether the file `path` is a picture that does not move, by its content: JPEG, PNG, WebP, and
    /// GIF of one frame.
    ///
    /// # Errors
    /// Those of [`open`](Self::open).
    pub fn is_still(path: impl AsRef<Path>) -> Result<bool, CameraError> {
        let origin = Origin::file(path.as_ref())?;
        Ok(match Kind::of(&mut origin.open()?)? {
            Kind::Still => true,
            Kind::Gif => gif::open(origin)?.info.frames == Some(1),
            _ => false,
        })
    }

    /// Opens the clip that is these bytes.
    ///
    /// # Errors
    /// Those of [`open`](Self::open).
    pub fn from_bytes(bytes: impl Into<Arc<[u8]>>) -> Result<Self, CameraError> {
        Self::of(Origin::Bytes(bytes.into()))
    }

    /// The Y4M that `stream` gives, read as its frames are asked for. It cannot be rewound.
    ///
    /// # Errors
    /// Those of [`open`](Self::open).
    pub fn from_stream(stream: impl Read + Send + 'static) -> Result<Self, CameraError> {
        y4m::open_stream(Box::new(stream)).map(Self::new)
    }

    /// The pictures of a folder (JPEG, PNG, WebP and GIF by their endings) in the order of their names,
    /// `fps` of them a second (1 at least).
    ///
    /// # Errors
    /// [`CameraError::NotFound`] where there is no such folder or no picture in it.
    pub fn folder(path: impl AsRef<Path>, fps: u32) -> Result<Self, CameraError> {
        folder::open(path.as_ref(), fps).map(Self::new)
    }

    fn of(origin: Origin) -> Result<Self, CameraError> {
        let opened = match Kind::of(&mut origin.open()?)? {
            Kind::Y4m => y4m::open(origin),
            Kind::Avi => avi::open(origin),
            Kind::Gif => gif::open(origin),
            Kind::Webp => webp::open(origin),
            Kind::Apng => apng::open(origin),
            #[cfg(feature = "h264")]
            Kind::Mp4 => mp4::open(origin),
            #[cfg(not(feature = "h264"))]
            Kind::Mp4 => Err(CameraError::Unsupported("MP4: this build has no H.264 decoder".into())),
            Kind::Still => Err(CameraError::Unsupported("it is a still picture".into())),
        };
        opened.map(Self::new)
    }

    fn new(opened: Opened) -> Self {
        Self { opened, last: Duration::ZERO }
    }

    /// What it says of itself.
    pub fn about(&self) -> &ClipInfo {
        &self.opened.info
    }

    /// The format of its frames; the rate is rounded, and 1 at least.
    pub fn format(&self) -> Format {
        let ClipInfo { width, height, fps, .. } = self.opened.info;
        Format { width, height, pixels: self.opened.pixels, fps: (fps.round() as u32).max(1) }
    }

    /// The next frame; [`None`] after the last.
    ///
    /// # Errors
    /// [`CameraError::BadFrame`] where one is damaged, after which the next may be whole; any other
    /// ends the clip.
    pub fn next_frame(&mut self) -> Result<Option<Frame>, CameraError> {
        let mut frame = self.opened.frames.next_frame()?;
        if let Some(frame) = &mut frame {
            self.last = self.last.max(frame.at);
            frame.at = self.last;
        }
        Ok(frame)
    }

    /// Goes back to the first frame.
    ///
    /// # Errors
    /// [`CameraError::Ended`] where it comes from a stream; [`CameraError::Failed`] where the file
    /// cannot be read again.
    pub fn rewind(&mut self) -> Result<(), CameraError> {
        self.last = Duration::ZERO;
        self.opened.frames.rewind()
    }
}
