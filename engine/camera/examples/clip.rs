//! Says what a clip is and how fast its frames are decoded and become RGB:
//! `cargo run --release -p glimpse-camera --no-default-features --features h264 --example clip -- FILE`.

use std::error::Error;
use std::io::{Write, stdout};
use std::time::{Duration, Instant};

use glimpse_camera::{CameraError, Clip};

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = stdout();
    let path = std::env::args().nth(1).ok_or("which file?")?;
    let mut clip = Clip::open(path)?;
    writeln!(out, "{:?}", clip.about())?;
    let (mut frames, mut damaged) = (0_u32, 0_u32);
    let (mut decoding, mut converting) = (Duration::ZERO, Duration::ZERO);
    loop {
        let start = Instant::now();
        let frame = match clip.next_frame() {
            Ok(Some(frame)) => frame,
            Ok(None) => break,
            Err(CameraError::BadFrame(_)) => {
                damaged += 1;
                continue;
            }
            Err(why) => return Err(why.into()),
        };
        decoding += start.elapsed();
        let start = Instant::now();
        frame.to_rgb()?;
        converting += start.elapsed();
        frames += 1;
    }
    let each = |total: Duration| total.as_secs_f64() * 1000.0 / f64::from(frames.max(1));
    writeln!(
        out,
        "{frames} frames, {damaged} damaged; {:.2} ms to decode one, {:.2} ms to make it RGB",
        each(decoding),
        each(converting)
    )?;
    Ok(())
}
