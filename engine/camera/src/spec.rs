//! Sources by name, as they are given on a command line.

use std::path::Path;

use crate::{
    CameraError, Clip, ClipOptions, ClipSource, FileSource, Format, FrameSource, PipedSource, PixelFormat,
    SyntheticSource,
};

/// Frames a second of still pictures.
const STILL_FPS: u32 = 30;

/// The source that `spec` names, as from a camera: at its own pace, once.
///
/// | `spec` | source |
/// |---|---|
/// | `camera:0` | the camera with this id |
/// | `camera:NAME` | the camera whose name is NAME or, if there is one only, has NAME in it |
/// | `synthetic`, `synthetic:WxH@FPS` | a drawing that moves for ever; 640 × 480 at 30 frames a second |
/// | `-` | Y4M on the standard input |
/// | a folder | its pictures in the order of their names, 30 a second |
/// | a file | what it is by its content: a [`Clip`], or a still picture 30 times a second for ever |
///
/// # Errors
/// [`CameraError::NotFound`], [`CameraError::NoCamera`], [`CameraError::BadSource`] where there is
/// nothing of that name; those of [`Clip::open`]; [`CameraError::Unsupported`] where this build has no
/// cameras.
pub fn open_source(spec: &str) -> Result<Box<dyn FrameSource>, CameraError> {
    open_source_with(spec, ClipOptions::default())
}

/// [`open_source`], with clips played as `options` say.
///
/// # Errors
/// Those of [`open_source`].
pub fn open_source_with(spec: &str, options: ClipOptions) -> Result<Box<dyn FrameSource>, CameraError> {
    if let Some(name) = spec.strip_prefix("camera:") {
        return camera(name);
    }
    if spec == "-" {
        return Ok(Box::new(PipedSource::new(std::io::stdin(), options)));
    }
    if let Some(rest) = spec.strip_prefix("synthetic")
        && (rest.is_empty() || rest.starts_with(':'))
    {
        let format = drawing(rest).ok_or_else(|| CameraError::BadSource(spec.into()))?;
        return Ok(Box::new(SyntheticSource::new(format)));
    }
    let path = Path::new(spec);
    if path.is_dir() {
        return Ok(Box::new(ClipSource::new(Clip::folder(path, STILL_FPS)?, options)));
    }
    if Clip::is_still(path)? {
        return Ok(Box::new(FileSource::new(path, STILL_FPS)));
    }
    Ok(Box::new(ClipSource::new(Clip::open(path)?, options)))
}

/// The format of nothing or of `:WxH@FPS`.
fn drawing(rest: &str) -> Option<Format> {
    let Some(rest) = rest.strip_prefix(':') else {
        return Some(Format { width: 640, height: 480, pixels: PixelFormat::Rgb, fps: 30 });
    };
    let (size, fps) = rest.split_once('@')?;
    let (width, height) = size.split_once('x')?;
    let within =
        |text: &str, least: u32, most: u32| text.parse().ok().filter(|value| (least..=most).contains(value));
    let (width, height) = (within(width, 16, 8192)?, within(height, 16, 8192)?);
    Some(Format { width, height, pixels: PixelFormat::Rgb, fps: within(fps, 1, 240)? })
}

#[cfg(feature = "nokhwa")]
fn camera(name: &str) -> Result<Box<dyn FrameSource>, CameraError> {
    use crate::{NokhwaCamera, cameras};

    if name.parse::<u32>().is_ok() {
        return Ok(Box::new(NokhwaCamera::new(name)));
    }
    let none = || CameraError::NoCamera(name.into());
    if name.is_empty() {
        return Err(none());
    }
    let (known, wanted) = (cameras()?, name.to_lowercase());
    let exact = known.iter().find(|camera| camera.name.to_lowercase() == wanted);
    let mut similar = known.iter().filter(|camera| camera.name.to_lowercase().contains(&wanted));
    let only = similar.next().filter(|_| similar.next().is_none());
    let found = exact.or(only).ok_or_else(none)?;
    Ok(Box::new(NokhwaCamera::new(found.id.as_str())))
}

#[cfg(not(feature = "nokhwa"))]
fn camera(_name: &str) -> Result<Box<dyn FrameSource>, CameraError> {
    Err(CameraError::Unsupported("this build has no cameras".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawings_have_the_size_that_is_asked_for() {
        let mut source = open_source("synthetic:320x200@15").unwrap();
        let format = source.open().unwrap()[0];
        assert_eq!((format.width, format.height, format.fps), (320, 200, 15));
        assert_eq!(open_source("synthetic").unwrap().open().unwrap()[0].width, 640);
        for bad in [
            "synthetic:",
            "synthetic:320x200",
            "synthetic:0x0@1",
            "synthetic:99999x20@5",
            "synthetic:64x64@0",
        ] {
            assert_eq!(open_source(bad).err(), Some(CameraError::BadSource(bad.into())));
        }
    }

    #[test]
    fn what_is_not_there_is_said_to_be_missing() {
        for missing in ["", "no/such/file.mp4", "synthetics"] {
            assert_eq!(open_source(missing).err(), Some(CameraError::NotFound(missing.into())));
        }
        let no_camera = open_source("camera:No Such Camera").err().unwrap();
        assert!(matches!(no_camera, CameraError::NoCamera(_) | CameraError::Unsupported(_)));
    }
}
