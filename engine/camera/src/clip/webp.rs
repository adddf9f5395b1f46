//! Animated WebP.

use std::time::Duration;

use image_webp::{DecodingError, WebPDecoder};

use super::canvas::{Damage, mix};
use super::input::{Origin, Reader};
use super::timing::{average, shown_for};
use super::{ClipInfo, Container, Decode, Opened};
use crate::frame::is_bearable;
use crate::{CameraError, Colour, Frame, PixelFormat};

/// Most bytes that the decoder may take at once.
const MEMORY: usize = 512 << 20;

pub(super) fn open(origin: Origin) -> Result<Opened, CameraError> {
    let decoder = decoder(&origin)?;
    let (width, height) = decoder.dimensions();
    let frames = u64::from(decoder.num_frames());
    let duration = Duration::from_millis(decoder.loop_duration());
    let info = ClipInfo {
        container: Container::Webp,
        codec: "webp".into(),
        width,
        height,
        fps: average(frames, duration),
        frames: Some(frames),
        // Frames without a delay are shown for longer than they say.
        duration: (duration > Duration::from_millis(10 * frames)).then_some(duration),
    };
    let frames = Frames { origin, decoder, at: Duration::ZERO, number: 0, damage: Damage::default() };
    Ok(Opened { info, pixels: PixelFormat::Rgb, frames: Box::new(frames) })
}

fn decoder(origin: &Origin) -> Result<WebPDecoder<Reader>, CameraError> {
    let mut decoder = WebPDecoder::new(origin.open()?).map_err(|e| CameraError::BadClip(e.to_string()))?;
    decoder.set_memory_limit(MEMORY);
    let (width, height) = decoder.dimensions();
    if !is_bearable(width, height) {
        return Err(CameraError::TooLarge { width: width.into(), height: height.into() });
    }
    if !decoder.is_animated() {
        return Err(CameraError::BadClip("it says that it moves, and does not".into()));
    }
    Ok(decoder)
}

struct Frames {
    origin: Origin,
    decoder: WebPDecoder<Reader>,
    /// When the next frame is shown.
    at: Duration,
    number: u64,
    damage: Damage,
}

impl Decode for Frames {
    fn next_frame(&mut self) -> Result<Option<Frame>, CameraError> {
        if self.damage.over {
            return Ok(None);
        }
        let (width, height) = self.decoder.dimensions();
        let size = self.decoder.output_buffer_size().unwrap_or(0);
        let mut data = vec![0; size];
        let delay = match self.decoder.read_frame(&mut data) {
            Ok(delay) => shown_for(Duration::from_millis(delay.into())),
            Err(DecodingError::NoMoreFrames) => {
                self.damage.over = true;
                return Ok(None);
            }
            Err(why) => {
                // It stays at the frame that it could not decode.
                self.damage.over = true;
                return Err(self.damage.one(self.number + 1, &why));
            }
        };
        self.number += 1;
        if self.decoder.has_alpha() {
            data = data.chunks_exact(4).flat_map(|p| [0, 1, 2].map(|c| mix(p[c], 255, p[3]))).collect();
        }
        let frame = Frame {
            pixels: PixelFormat::Rgb,
            width,
            height,
            stride: width as usize * 3,
            colour: Colour::default(),
            data,
            at: self.at,
            sequence: self.number,
        };
        self.at += delay;
        Ok(Some(frame))
    }

    fn rewind(&mut self) -> Result<(), CameraError> {
        self.decoder = decoder(&self.origin)?;
        (self.at, self.number, self.damage) = (Duration::ZERO, 0, Damage::default());
        Ok(())
    }
}
