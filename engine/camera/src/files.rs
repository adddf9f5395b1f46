//! Pictures in the place of a camera.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageReader, RgbImage};

use crate::{CameraError, Colour, Format, Frame, FrameSource, PixelFormat};

/// Gives ticks at a rate, without drifting.
#[derive(Debug)]
pub(crate) struct Clock {
    start: Instant,
    step: Duration,
    ticks: u32,
}

impl Clock {
    pub(crate) fn new(fps: u32) -> Self {
        Self { start: Instant::now(), step: Duration::from_secs(1) / fps.max(1), ticks: 0 }
    }

    /// Sleeps until the next tick, and says when it was and its number from 1.
    pub(crate) fn tick(&mut self, timeout: Duration) -> Result<(Duration, u64), CameraError> {
        let due = self.step * (self.ticks + 1);
        let wait = due.saturating_sub(self.start.elapsed());
        if wait > timeout {
            std::thread::sleep(timeout);
            return Err(CameraError::Stalled);
        }
        std::thread::sleep(wait);
        // Ticks that nobody waited for are skipped, as a camera's frames are.
        let passed = self.start.elapsed().as_nanos() / self.step.as_nanos().max(1);
        self.ticks = u32::try_from(passed).unwrap_or(u32::MAX).max(self.ticks + 1);
        Ok((self.step * self.ticks, u64::from(self.ticks)))
    }
}

pub(crate) fn rgb_frame(image: RgbImage, at: Duration, sequence: u64) -> Frame {
    let (width, height) = image.dimensions();
    Frame {
        pixels: PixelFormat::Rgb,
        width,
        height,
        stride: width as usize * 3,
        colour: Colour::default(),
        data: image.into_raw().into(),
        at,
        sequence,
    }
}

/// The picture in `path`, upright.
pub(crate) fn read(path: &Path) -> Result<RgbImage, CameraError> {
    let bad = |e: &dyn std::fmt::Display| CameraError::BadFrame(format!("{}: {e}", path.display()));
    let reader = ImageReader::open(path).and_then(ImageReader::with_guessed_format).map_err(|e| bad(&e))?;
    let mut decoder = reader.into_decoder().map_err(|e| bad(&e))?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(|e| bad(&e))?;
    image.apply_orientation(orientation);
    Ok(image.into_rgb8())
}

/// One picture (JPEG, PNG, WebP or GIF), again and again.
#[derive(Debug)]
pub struct FileSource {
    path: PathBuf,
    fps: u32,
    open: Option<(RgbImage, Clock)>,
}

impl FileSource {
    /// The picture in `path`, `fps` times a second (1 at least).
    pub fn new(path: impl Into<PathBuf>, fps: u32) -> Self {
        Self { path: path.into(), fps: fps.max(1), open: None }
    }
}

impl FrameSource for FileSource {
    fn open(&mut self) -> Result<Vec<Format>, CameraError> {
        if !self.path.is_file() {
            return Err(CameraError::NoCamera(self.path.display().to_string()));
        }
        let image = read(&self.path)?;
        let (width, height) = image.dimensions();
        self.open = Some((image, Clock::new(self.fps)));
        Ok(vec![Format { width, height, pixels: PixelFormat::Rgb, fps: self.fps }])
    }

    fn start(&mut self, _format: Format) -> Result<(), CameraError> {
        let (_, clock) = self.open.as_mut().ok_or(CameraError::Closed)?;
        *clock = Clock::new(self.fps);
        Ok(())
    }

    fn next_frame(&mut self, timeout: Duration) -> Result<Frame, CameraError> {
        let (image, clock) = self.open.as_mut().ok_or(CameraError::Closed)?;
        let (at, sequence) = clock.tick(timeout)?;
        Ok(rgb_frame(image.clone(), at, sequence))
    }

    fn close(&mut self) {
        self.open = None;
    }
}

/// The pictures of a folder (JPEG, PNG, WebP and GIF) in the order of their names, one a frame, again and again.
#[derive(Debug)]
pub struct FolderSource {
    folder: PathBuf,
    fps: u32,
    open: Option<(Vec<PathBuf>, Clock)>,
}

impl FolderSource {
    /// The pictures in `folder`, `fps` of them a second (1 at least).
    pub fn new(folder: impl Into<PathBuf>, fps: u32) -> Self {
        Self { folder: folder.into(), fps: fps.max(1), open: None }
    }
}

impl FrameSource for FolderSource {
    /// Looks for pictures; the format is that of the first that decodes.
    fn open(&mut self) -> Result<Vec<Format>, CameraError> {
        let none = || CameraError::NoCamera(self.folder.display().to_string());
        let files = pictures(&self.folder).map_err(|_| none())?;
        let (width, height) =
            files.iter().find_map(|path| read(path).ok()).map(|i| i.dimensions()).ok_or_else(none)?;
        self.open = Some((files, Clock::new(self.fps)));
        Ok(vec![Format { width, height, pixels: PixelFormat::Rgb, fps: self.fps }])
    }

    fn start(&mut self, _format: Format) -> Result<(), CameraError> {
        let (_, clock) = self.open.as_mut().ok_or(CameraError::Closed)?;
        *clock = Clock::new(self.fps);
        Ok(())
    }

    fn next_frame(&mut self, timeout: Duration) -> Result<Frame, CameraError> {
        let (files, clock) = self.open.as_mut().ok_or(CameraError::Closed)?;
        let (at, sequence) = clock.tick(timeout)?;
        let path = &files[(sequence as usize - 1) % files.len()];
        Ok(rgb_frame(read(path)?, at, sequence))
    }

    fn close(&mut self) {
        self.open = None;
    }
}

/// The pictures in a folder, by their endings, in the order of their names.
pub(crate) fn pictures(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder)?;
    let mut files: Vec<PathBuf> =
        entries.filter_map(Result::ok).map(|e| e.path()).filter(|p| is_picture(p)).collect();
    files.sort();
    Ok(files)
}

fn is_picture(path: &Path) -> bool {
    let ending = path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
    matches!(ending.as_deref(), Some("jpg" | "jpeg" | "png" | "webp" | "gif"))
}
