//! Lists the cameras, or looks through one for some seconds and keeps a frame:
//! `cargo run -p glimpse-camera --example frames -- [ID [SECONDS [PICTURE.png]]]`; the ID `drawn`
//! is a drawing.

use std::error::Error;
use std::io::{Write, stdout};
use std::time::{Duration, Instant};

use glimpse_camera::{
    CameraSession, Format, FrameSource, NokhwaCamera, PixelFormat, SyntheticSource, cameras,
};

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = stdout();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(id) = arguments.first() else {
        for camera in cameras()? {
            writeln!(out, "{}\t{}", camera.id, camera.name)?;
        }
        return Ok(());
    };
    let source: Box<dyn FrameSource> = if id == "drawn" {
        Box::new(SyntheticSource::new(Format {
            width: 1280,
            height: 720,
            pixels: PixelFormat::Nv12,
            fps: 30,
        }))
    } else {
        Box::new(NokhwaCamera::new(id.as_str()))
    };
    let seconds = arguments.get(1).map_or(Ok(5), |s| s.parse())?;
    let session = CameraSession::open(source)?;
    writeln!(out, "open: {:?}", session.format())?;
    let (start, mut last, mut shown) = (Instant::now(), 0, 0);
    while start.elapsed() < Duration::from_secs(seconds) {
        match session.newest_jpeg(last, Duration::from_secs(1)) {
            Ok(Some(frame)) => (last, shown) = (frame.number, shown + 1),
            Ok(None) => writeln!(out, "no frame for a second")?,
            Err(why) => writeln!(out, "{why}")?,
        }
    }
    writeln!(out, "{shown} frames in {:?}; {:?}", start.elapsed(), session.statistics())?;
    if let Some(path) = arguments.get(2) {
        session.freeze()?.save(path)?;
    }
    session.close();
    Ok(())
}
