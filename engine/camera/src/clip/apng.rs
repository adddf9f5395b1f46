//! Animated PNG.

use std::io::{BufRead, Seek};
use std::time::Duration;

use png::{BlendOp, ColorType, Decoder, DisposeOp, FrameControl, Limits, Transformations};

use super::canvas::{Canvas, Damage, Disposal, Part};
use super::input::{Origin, Reader};
use super::timing::{average, shown_for};
use super::{ClipInfo, Container, Decode, Opened};
use crate::frame::is_bearable;
use crate::{CameraError, Frame, PixelFormat};

/// Most bytes that the decoder may take.
const MEMORY: usize = 512 << 20;

/// Whether a PNG is animated; false where it is damaged.
pub(super) fn moves(reader: impl BufRead + Seek) -> bool {
    read(reader).is_ok_and(|png| png.info().animation_control.is_some())
}

fn read<R: BufRead + Seek>(reader: R) -> Result<png::Reader<R>, png::DecodingError> {
    let mut decoder = Decoder::new_with_limits(reader, Limits { bytes: MEMORY });
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    decoder.set_ignore_text_chunk(true);
    decoder.read_info()
}

fn decoder(origin: &Origin) -> Result<png::Reader<Reader>, CameraError> {
    let png = read(origin.open()?).map_err(|e| CameraError::BadClip(e.to_string()))?;
    let (width, height) = png.info().size();
    if !is_bearable(width, height) {
        return Err(CameraError::TooLarge { width: width.into(), height: height.into() });
    }
    Ok(png)
}

pub(super) fn open(origin: Origin) -> Result<Opened, CameraError> {
    let png = decoder(&origin)?;
    let (width, height) = png.info().size();
    let frames = png.info().animation_control.map_or(0, |c| u64::from(c.num_frames));
    let first = png.info().frame_control.map_or(Duration::ZERO, |control| delay(&control));
    let info = ClipInfo {
        container: Container::Apng,
        codec: "png".into(),
        width,
        height,
        fps: average(1, first),
        frames: Some(frames),
        duration: None,
    };
    Ok(Opened { info, pixels: PixelFormat::Rgb, frames: Box::new(Frames::new(origin, png)) })
}

fn delay(control: &FrameControl) -> Duration {
    // The format's words: a denominator of 0 is 100.
    let parts = if control.delay_den == 0 { 100 } else { control.delay_den };
    shown_for(Duration::from_secs(control.delay_num.into()) / parts.into())
}

struct Frames {
    origin: Origin,
    png: png::Reader<Reader>,
    canvas: Canvas,
    left: u32,
    /// The first picture is for programs that do not know animations.
    has_substitute: bool,
    /// When the next frame is shown.
    at: Duration,
    number: u64,
    damage: Damage,
}

impl Frames {
    fn new(origin: Origin, png: png::Reader<Reader>) -> Self {
        let info = png.info();
        Self {
            origin,
            canvas: Canvas::new(info.width, info.height),
            left: info.animation_control.map_or(0, |c| c.num_frames),
            has_substitute: info.frame_control.is_none(),
            at: Duration::ZERO,
            number: 0,
            damage: Damage::default(),
            png,
        }
    }

    /// Draws the next frame and says for how long it is shown.
    fn draw(&mut self) -> Result<Duration, String> {
        let size = self.png.output_buffer_size().ok_or("it is too large")?;
        let mut pixels = vec![0; size];
        if std::mem::take(&mut self.has_substitute) {
            self.png.next_frame(&mut pixels).map_err(|e| e.to_string())?;
        }
        let output = self.png.next_frame(&mut pixels).map_err(|e| e.to_string())?;
        let control = *self.png.info().frame_control().ok_or("it has no place")?;
        let (width, height) = (output.width, output.height);
        let part = Part { left: control.x_offset, top: control.y_offset, width, height };
        let disposal = match control.dispose_op {
            DisposeOp::None => Disposal::Keep,
            DisposeOp::Background => Disposal::Clear,
            // Before the first frame there is nothing to go back to.
            DisposeOp::Previous if self.number == 0 => Disposal::Clear,
            DisposeOp::Previous => Disposal::Restore,
        };
        let pixels = pixels.get(..output.buffer_size()).ok_or("it has too few pixels")?;
        let rgba = rgba(output.color_type, pixels);
        self.canvas.draw(part, &rgba, control.blend_op == BlendOp::Source, disposal);
        Ok(delay(&control))
    }
}

/// Pixels with four bytes each.
fn rgba(kind: ColorType, pixels: &[u8]) -> Vec<u8> {
    match kind {
        ColorType::Grayscale => pixels.iter().flat_map(|&g| [g, g, g, 255]).collect(),
        ColorType::GrayscaleAlpha => pixels.chunks_exact(2).flat_map(|p| [p[0], p[0], p[0], p[1]]).collect(),
        ColorType::Rgb | ColorType::Indexed => {
            pixels.chunks_exact(3).flat_map(|p| [p[0], p[1], p[2], 255]).collect()
        }
        ColorType::Rgba => pixels.to_vec(),
    }
}

impl Decode for Frames {
    fn next_frame(&mut self) -> Result<Option<Frame>, CameraError> {
        if self.damage.over || self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        let drawn = self.draw();
        self.number += 1;
        match drawn {
            Ok(delay) => {
                self.damage.none();
                let frame = self.canvas.frame(self.at, self.number);
                self.at += delay;
                Ok(Some(frame))
            }
            Err(why) => Err(self.damage.one(self.number, &why)),
        }
    }

    fn rewind(&mut self) -> Result<(), CameraError> {
        let png = decoder(&self.origin)?;
        let origin = std::mem::replace(&mut self.origin, Origin::Bytes([].into()));
        *self = Self::new(origin, png);
        Ok(())
    }
}
