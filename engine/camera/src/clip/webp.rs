//! Animated WebP.

use std::io::{Seek, SeekFrom};
use std::time::Duration;

use image_webp::{DecodingError, WebPDecoder};

use super::canvas::{Damage, mix};
use super::input::{Origin, Reader, failed, read_array};
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
    if !is_consistent(origin)? {
        return Err(CameraError::BadClip("the sizes of its frames do not agree".into()));
    }
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

/// Whether frames with transparency have the size that they say. The decoder takes it for granted.
fn is_consistent(origin: &Origin) -> Result<bool, CameraError> {
    let (mut reader, length) = (origin.open()?, origin.length()?);
    let mut at = 12;
    while at < length {
        reader.seek(SeekFrom::Start(at)).map_err(failed)?;
        let Some([a, b, c, d, size @ ..]) = read_array::<8>(&mut reader)? else { break };
        let size = u64::from(u32::from_le_bytes(size));
        if [a, b, c, d] == *b"ANMF" {
            let Some(frame) = read_array::<24>(&mut reader)? else { break };
            let side = |at: usize| u32::from_le_bytes([frame[at], frame[at + 1], frame[at + 2], 0]) + 1;
            if frame[16..20] == *b"ALPH" {
                let alpha = u64::from(u32::from_le_bytes([frame[20], frame[21], frame[22], frame[23]]));
                reader.seek(SeekFrom::Start(at + 32 + alpha + alpha % 2)).map_err(failed)?;
                // A chunk's head, a frame's tag, its start code, and its sides of 14 bits.
                let Some(head) = read_array::<18>(&mut reader)? else { break };
                let stored = |at: usize| u32::from(u16::from_le_bytes([head[at], head[at + 1]]) & 0x3fff);
                if [stored(14), stored(16)] != [side(6), side(9)] {
                    return Ok(false);
                }
            }
        }
        at += 8 + size + size % 2;
    }
    Ok(true)
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
            data: data.into(),
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
