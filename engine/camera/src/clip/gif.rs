//! GIF.

use std::time::Duration;

use gif::{ColorOutput, DecodeOptions, Decoder, DisposalMethod, MemoryLimit};

use super::canvas::{Canvas, Damage, Disposal, Part};
use super::input::{Origin, Reader};
use super::timing::{average, shown_for};
use super::{ClipInfo, Container, Decode, Opened};
use crate::frame::is_bearable;
use crate::{CameraError, Frame, PixelFormat};

/// Largest file whose frames are counted before it is shown, in bytes.
const COUNTED: u64 = 64 << 20;

pub(super) fn open(origin: Origin) -> Result<Opened, CameraError> {
    let decoder = decoder(&origin, false)?;
    let (width, height) = (u32::from(decoder.width()), u32::from(decoder.height()));
    if !is_bearable(width, height) {
        return Err(CameraError::TooLarge { width: width.into(), height: height.into() });
    }
    // The same file's place is shared, so one decoder must be gone before the next one reads.
    drop(decoder);
    let counted = if origin.length()? <= COUNTED { count(&origin) } else { None };
    let info = ClipInfo {
        container: Container::Gif,
        codec: "gif".into(),
        width,
        height,
        fps: counted.map_or(10.0, |(frames, duration)| average(frames, duration)),
        frames: counted.map(|(frames, _)| frames),
        duration: counted.map(|(_, duration)| duration),
    };
    let frames = Frames::new(origin)?;
    Ok(Opened { info, pixels: PixelFormat::Rgb, frames: Box::new(frames) })
}

fn decoder(origin: &Origin, skip: bool) -> Result<Decoder<Reader>, CameraError> {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::RGBA);
    options.set_memory_limit(MemoryLimit::Bytes(std::num::NonZeroU64::MIN.saturating_add(512 << 20)));
    options.skip_frame_decoding(skip);
    options.read_info(origin.open()?).map_err(|e| CameraError::BadClip(e.to_string()))
}

/// Number and duration of the frames; [`None`] where it is damaged.
fn count(origin: &Origin) -> Option<(u64, Duration)> {
    let mut decoder = decoder(origin, true).ok()?;
    let mut total = (0, Duration::ZERO);
    while let Some(frame) = decoder.next_frame_info().ok()? {
        total = (total.0 + 1, total.1 + delay(frame));
    }
    Some(total)
}

fn delay(frame: &gif::Frame<'_>) -> Duration {
    shown_for(Duration::from_millis(u64::from(frame.delay) * 10))
}

struct Frames {
    origin: Origin,
    decoder: Decoder<Reader>,
    canvas: Canvas,
    pixels: Vec<u8>,
    /// When the next frame is shown.
    at: Duration,
    number: u64,
    damage: Damage,
}

impl Frames {
    fn new(origin: Origin) -> Result<Self, CameraError> {
        let decoder = decoder(&origin, false)?;
        let canvas = Canvas::new(decoder.width().into(), decoder.height().into());
        let pixels = Vec::new();
        Ok(Self { origin, decoder, canvas, pixels, at: Duration::ZERO, number: 0, damage: Damage::default() })
    }

    /// Draws the next frame and says for how long it is shown; [`None`] after the last.
    fn draw(&mut self) -> Result<Option<Duration>, String> {
        let Some(frame) = self.decoder.next_frame_info().map_err(|e| e.to_string())? else {
            return Ok(None);
        };
        let part = Part {
            left: frame.left.into(),
            top: frame.top.into(),
            width: frame.width.into(),
            height: frame.height.into(),
        };
        let disposal = match frame.dispose {
            DisposalMethod::Any | DisposalMethod::Keep => Disposal::Keep,
            DisposalMethod::Background => Disposal::Clear,
            DisposalMethod::Previous => Disposal::Restore,
        };
        let delay = delay(frame);
        if !is_bearable(part.width, part.height) {
            return Err(format!("{} × {} pixels", part.width, part.height));
        }
        self.pixels.clear();
        self.pixels.resize(self.decoder.buffer_size(), 0);
        self.decoder.read_into_buffer(&mut self.pixels).map_err(|e| e.to_string())?;
        self.canvas.draw(part, &self.pixels, false, disposal);
        Ok(Some(delay))
    }
}

impl Decode for Frames {
    fn next_frame(&mut self) -> Result<Option<Frame>, CameraError> {
        if self.damage.over {
            return Ok(None);
        }
        match self.draw() {
            Ok(Some(delay)) => {
                self.damage.none();
                self.number += 1;
                let frame = self.canvas.frame(self.at, self.number);
                self.at += delay;
                Ok(Some(frame))
            }
            Ok(None) => {
                self.damage.over = true;
                Ok(None)
            }
            Err(why) => {
                self.number += 1;
                Err(self.damage.one(self.number, &why))
            }
        }
    }

    fn rewind(&mut self) -> Result<(), CameraError> {
        self.decoder = decoder(&self.origin, false)?;
        self.canvas = Canvas::new(self.decoder.width().into(), self.decoder.height().into());
        (self.at, self.number, self.damage) = (Duration::ZERO, 0, Damage::default());
        Ok(())
    }
}
