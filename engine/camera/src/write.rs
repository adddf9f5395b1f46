//! Writing clips.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use image::RgbImage;
use tempfile::NamedTempFile;
use y4m::{Colorspace, Encoder, Frame as Planes, Ratio, VendorExtensionString};

use crate::frame::is_bearable;
use crate::{CameraError, Colour, yuv};

/// Writes frames as Y4M: 4:2:0, BT.601, limited range.
///
/// ```
/// use glimpse_camera::{Clip, Y4mWriter};
/// use image::{Rgb, RgbImage};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("red.y4m");
/// let mut writer = Y4mWriter::create(&path, 64, 48, (30, 1))?;
/// for _ in 0..3 {
///     writer.write(&RgbImage::from_pixel(64, 48, Rgb([255, 0, 0])))?;
/// }
/// writer.finish()?;
/// assert_eq!(Clip::open(&path)?.about().frames, Some(3));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Y4mWriter {
    encoder: Encoder<Out>,
    out: Out,
    /// The file under its temporary name, and the name that it gets when it is whole.
    file: Option<(NamedTempFile, PathBuf)>,
    width: u32,
    height: u32,
}

impl std::fmt::Debug for Y4mWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Y4mWriter")
            .field("width", &self.width)
            .field("height", &self.height)
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}

impl Y4mWriter {
    /// A clip in the file `path`, with `fps.0` frames in `fps.1` seconds. The file has another name in
    /// the same folder until it is whole; dropped before, it is removed. What is no usual file, such
    /// as a pipe, is written to as it is.
    ///
    /// # Errors
    /// [`CameraError::TooLarge`], [`CameraError::BadClip`] for a side or a rate of 0,
    /// [`CameraError::Failed`] where the file cannot be made.
    pub fn create(
        path: impl AsRef<Path>,
        width: u32,
        height: u32,
        fps: (u32, u32),
    ) -> Result<Self, CameraError> {
        let path = path.as_ref();
        let failed = |e: std::io::Error| CameraError::Failed(format!("{}: {e}", path.display()));
        if path.metadata().is_ok_and(|about| !about.is_file() && !about.is_dir()) {
            let out = File::options().write(true).open(path).map_err(failed)?;
            return Self::to(out, width, height, fps);
        }
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        builder.prefix(".glimpse-").suffix(".tmp");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // The bits of an ordinary new file; the system takes the umask off.
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        let file = builder.tempfile_in(folder).map_err(failed)?;
        let out = file.as_file().try_clone().map_err(failed)?;
        let mut writer = Self::to(out, width, height, fps)?;
        writer.file = Some((file, path.to_owned()));
        Ok(writer)
    }

    /// A clip that is written to `out`, such as the standard output.
    ///
    /// # Errors
    /// [`CameraError::TooLarge`], [`CameraError::BadClip`] for a side or a rate of 0,
    /// [`CameraError::Failed`] where it cannot be written.
    pub fn to(
        out: impl Write + Send + 'static,
        width: u32,
        height: u32,
        fps: (u32, u32),
    ) -> Result<Self, CameraError> {
        if width == 0 || height == 0 || fps.0 == 0 || fps.1 == 0 {
            return Err(CameraError::BadClip("a side or a rate of 0".into()));
        }
        if !is_bearable(width, height) {
            return Err(CameraError::TooLarge { width: width.into(), height: height.into() });
        }
        let out = Out(Arc::new(Mutex::new(BufWriter::with_capacity(1 << 16, Box::new(out)))));
        let range = VendorExtensionString::new(b"COLORRANGE=LIMITED".to_vec()).map_err(|e| failed(&e))?;
        let encoder =
            y4m::encode(width as usize, height as usize, Ratio::new(fps.0 as usize, fps.1 as usize))
                .with_colorspace(Colorspace::C420jpeg)
                .append_vendor_extension(range)
                .write_header(out.clone())
                .map_err(|e| failed(&e))?;
        Ok(Self { encoder, out, file: None, width, height })
    }

    /// Appends a frame.
    ///
    /// # Errors
    /// [`CameraError::BadFrame`] where it has another size; [`CameraError::Failed`] where it cannot be
    /// written.
    pub fn write(&mut self, image: &RgbImage) -> Result<(), CameraError> {
        if image.dimensions() != (self.width, self.height) {
            let (width, height) = image.dimensions();
            let why = format!("{width} × {height} pixels instead of {} × {}", self.width, self.height);
            return Err(CameraError::BadFrame(why));
        }
        let data = yuv::i420_from_rgb(image, Colour::default());
        let (luma, chroma) = data.split_at(self.width as usize * self.height as usize);
        let (u, v) = chroma.split_at(chroma.len() / 2);
        self.encoder.write_frame(&Planes::new([luma, u, v], None)).map_err(|e| failed(&e))
    }

    /// Completes the clip.
    ///
    /// # Errors
    /// [`CameraError::Failed`] where it cannot be written or renamed.
    pub fn finish(mut self) -> Result<(), CameraError> {
        self.out.flush().map_err(|e| failed(&e))?;
        let Some((file, path)) = self.file.take() else { return Ok(()) };
        file.as_file().sync_all().map_err(|e| failed(&e))?;
        file.persist(&path).map(drop).map_err(|e| failed(&e.error))
    }
}

/// Where the bytes go. The encoder does not give back what it writes to.
#[derive(Clone)]
struct Out(Arc<Mutex<BufWriter<Box<dyn Write + Send>>>>);

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).flush()
    }
}

fn failed(why: &dyn std::fmt::Display) -> CameraError {
    CameraError::Failed(why.to_string())
}
