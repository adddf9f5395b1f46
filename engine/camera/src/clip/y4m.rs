//! Y4M: a line of text, then raw frames, each behind a line of its own.

use std::io::{BufRead, BufReader, Read};
use std::time::Duration;

use y4m::{Colorspace, Decoder, Limits};

use super::input::{Origin, failed, read_array, read_up_to};
use super::timing::Rate;
use super::{ClipInfo, Container, Decode, Opened};
use crate::frame::is_bearable;
use crate::{CameraError, Colour, Frame, Matrix, PixelFormat, Range};

/// Longest line, with its end, in bytes.
const LONGEST_LINE: u64 = 1024;

/// Before each frame.
const MARK: &[u8; 5] = b"FRAME";

type Stream = BufReader<Box<dyn Read + Send>>;

pub(super) fn open(origin: Origin) -> Result<Opened, CameraError> {
    let stream = stream_of(&origin)?;
    let length = origin.length()?;
    opened(stream, Some(origin), Some(length))
}

pub(super) fn open_stream(stream: Box<dyn Read + Send>) -> Result<Opened, CameraError> {
    opened(BufReader::with_capacity(1 << 16, stream), None, None)
}

fn stream_of(origin: &Origin) -> Result<Stream, CameraError> {
    Ok(BufReader::new(Box::new(origin.open()?)))
}

fn opened(mut stream: Stream, origin: Option<Origin>, length: Option<u64>) -> Result<Opened, CameraError> {
    let (header, line) = Header::read(&mut stream)?;
    // Frames without parameters of their own, as all known writers write them.
    let each = (MARK.len() + 1 + header.bytes()) as u64;
    let frames = length.map(|l| l.saturating_sub(line as u64)).filter(|l| l % each == 0).map(|l| l / each);
    let info = ClipInfo {
        container: Container::Y4m,
        codec: header.name().into(),
        width: header.width,
        height: header.height,
        fps: header.rate.per_second(),
        frames,
        duration: frames.map(|frames| header.rate.at(frames)),
    };
    let pixels = header.pixels();
    let frames = Frames { header, stream, origin, number: 0, at_pixels: false, over: false };
    Ok(Opened { info, pixels, frames: Box::new(frames) })
}

/// Which samples of chroma there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Chroma {
    None,
    /// Halved along both axes.
    Quarter,
    /// Halved along rows.
    Half,
    Full,
}

#[derive(Debug, Clone, Copy)]
struct Header {
    width: u32,
    height: u32,
    chroma: Chroma,
    rate: Rate,
    colour: Colour,
}

impl Header {
    /// Reads the first line and says how many bytes it has.
    fn read(stream: &mut Stream) -> Result<(Self, usize), CameraError> {
        let mut line = Vec::new();
        stream.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line).map_err(failed)?;
        let fields = || line.trim_ascii_end().split(|&b| b == b' ').skip(1);
        // The crate multiplies sides as they are.
        let side = |name: u8| {
            let digits = fields().filter_map(|f| f.strip_prefix(&[name])).last();
            digits.and_then(|d| std::str::from_utf8(d).ok()?.parse::<u64>().ok())
        };
        let damaged = |why: &str| CameraError::BadClip(format!("its first line is damaged: {why}"));
        let (width, height) =
            side(b'W').zip(side(b'H')).ok_or_else(|| damaged("there is no width or no height"))?;
        let (narrow, low) =
            (u32::try_from(width).unwrap_or(u32::MAX), u32::try_from(height).unwrap_or(u32::MAX));
        if width > 0 && height > 0 && !is_bearable(narrow, low) {
            return Err(CameraError::TooLarge { width, height });
        }
        let decoder = Decoder::new_with_limits(line.as_slice(), Limits::default()).map_err(|e| match e {
            y4m::Error::UnknownColorspace => unsupported(&line),
            other => damaged(&other.to_string()),
        })?;
        let chroma = match decoder.get_colorspace() {
            Colorspace::Cmono => Chroma::None,
            Colorspace::C420 | Colorspace::C420jpeg | Colorspace::C420paldv | Colorspace::C420mpeg2 => {
                Chroma::Quarter
            }
            Colorspace::C422 => Chroma::Half,
            Colorspace::C444 => Chroma::Full,
            _ => return Err(unsupported(&line)),
        };
        let rate = decoder.get_framerate();
        let rate = Rate::new(rate.num as u64, rate.den as u64).unwrap_or(Rate::USUAL);
        let full = fields().any(|f| f.eq_ignore_ascii_case(b"XCOLORRANGE=FULL"));
        let range = if full { Range::Full } else { Range::Limited };
        let colour = Colour { matrix: Matrix::Bt601, range };
        Ok((Self { width: narrow, height: low, chroma, rate, colour }, line.len()))
    }

    fn name(&self) -> &'static str {
        match self.chroma {
            Chroma::None => "raw mono",
            Chroma::Quarter => "raw 4:2:0",
            Chroma::Half => "raw 4:2:2",
            Chroma::Full => "raw 4:4:4",
        }
    }

    fn pixels(&self) -> PixelFormat {
        match self.chroma {
            Chroma::None | Chroma::Quarter => PixelFormat::I420,
            Chroma::Half => PixelFormat::Yuyv,
            Chroma::Full => PixelFormat::Rgb,
        }
    }

    fn sides(&self) -> [usize; 2] {
        [self.width as usize, self.height as usize]
    }

    /// Bytes of each plane of chroma.
    fn chroma_bytes(&self) -> usize {
        let [width, height] = self.sides();
        match self.chroma {
            Chroma::None => 0,
            Chroma::Quarter => width.div_ceil(2) * height.div_ceil(2),
            Chroma::Half => width.div_ceil(2) * height,
            Chroma::Full => width * height,
        }
    }

    /// Bytes of a frame.
    fn bytes(&self) -> usize {
        let [width, height] = self.sides();
        width * height + 2 * self.chroma_bytes()
    }

    /// The frame of these planes, without loss but for 4:4:4, which becomes RGB.
    fn frame(&self, mut data: Vec<u8>, at: Duration, sequence: u64) -> Frame {
        let [width, height] = self.sides();
        let stride = match self.chroma {
            Chroma::None => {
                data.resize(width * height + 2 * width.div_ceil(2) * height.div_ceil(2), 128);
                width
            }
            Chroma::Quarter => width,
            Chroma::Half => {
                data = yuyv(&data, [width, height]);
                width.div_ceil(2) * 4
            }
            Chroma::Full => {
                let table = self.colour.to_rgb();
                let (luma, chroma) = data.split_at(width * height);
                let (u, v) = chroma.split_at(width * height);
                let pixels = luma.iter().zip(u).zip(v);
                data = pixels.flat_map(|((&y, &u), &v)| table.pixel(y, u, v)).collect();
                width * 3
            }
        };
        let Self { width, height, colour, .. } = *self;
        Frame { pixels: self.pixels(), width, height, stride, colour, data: data.into(), at, sequence }
    }
}

/// What the header asks for and is not decoded.
fn unsupported(line: &[u8]) -> CameraError {
    let mut fields = line.trim_ascii_end().split(|&b| b == b' ');
    let kind = fields.find(|f| f.first() == Some(&b'C')).unwrap_or_default();
    CameraError::Unsupported(format!("Y4M of the kind {}", String::from_utf8_lossy(kind)))
}

/// Three planes of 4:2:2 as groups of four bytes.
fn yuyv(planes: &[u8], [width, height]: [usize; 2]) -> Vec<u8> {
    let half = width.div_ceil(2);
    let (luma, chroma) = planes.split_at(width * height);
    let (u, v) = chroma.split_at(half * height);
    let mut out = Vec::with_capacity(half * 4 * height);
    for ((luma, u), v) in luma.chunks(width).zip(u.chunks(half)).zip(v.chunks(half)) {
        for ((pair, u), v) in luma.chunks(2).zip(u).zip(v) {
            out.extend([pair[0], *u, pair[pair.len() - 1], *v]);
        }
    }
    out
}

struct Frames {
    header: Header,
    stream: Stream,
    origin: Option<Origin>,
    /// Frames so far, damaged ones among them.
    number: u64,
    /// A frame's line was read already.
    at_pixels: bool,
    over: bool,
}

impl Frames {
    /// Reads a frame's line. [`None`] at the end, false where something else is there.
    fn mark(&mut self) -> Result<Option<bool>, CameraError> {
        if std::mem::take(&mut self.at_pixels) {
            return Ok(Some(true));
        }
        if self.stream.fill_buf().map_err(failed)?.is_empty() {
            return Ok(None);
        }
        let is_mark = read_array(&mut self.stream)?.is_some_and(|mark: [u8; 5]| &mark == MARK);
        Ok(Some(is_mark && self.rest_of_line()?))
    }

    fn rest_of_line(&mut self) -> Result<bool, CameraError> {
        match read_array(&mut self.stream)? {
            Some([b'\n']) => Ok(true),
            Some([b' ']) => {
                let mut rest = Vec::new();
                self.stream.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut rest).map_err(failed)?;
                Ok(rest.last() == Some(&b'\n'))
            }
            _ => Ok(false),
        }
    }

    /// Goes on to behind the next frame's line, or to the end. The crate y4m cannot.
    fn find_mark(&mut self) -> Result<(), CameraError> {
        let mut matched = 0;
        loop {
            let Some([byte]) = read_array(&mut self.stream)? else { return Ok(()) };
            matched = match byte {
                _ if matched < MARK.len() && byte == MARK[matched] => matched + 1,
                b'\n' if matched == MARK.len() => {
                    self.at_pixels = true;
                    return Ok(());
                }
                b'F' => 1,
                _ => 0,
            };
        }
    }
}

impl Decode for Frames {
    fn next_frame(&mut self) -> Result<Option<Frame>, CameraError> {
        if self.over {
            return Ok(None);
        }
        let Some(is_mark) = self.mark()? else {
            self.over = true;
            return Ok(None);
        };
        self.number += 1;
        if !is_mark {
            self.find_mark()?;
            return Err(CameraError::BadFrame(format!("frame {} has no beginning", self.number)));
        }
        let data = read_up_to(&mut self.stream, self.header.bytes())?;
        if data.len() < self.header.bytes() {
            self.over = true;
            return Err(CameraError::BadFrame(format!("frame {} is cut short", self.number)));
        }
        Ok(Some(self.header.frame(data, self.header.rate.at(self.number - 1), self.number)))
    }

    fn rewind(&mut self) -> Result<(), CameraError> {
        let origin = self.origin.as_ref().ok_or(CameraError::Ended)?;
        self.stream = stream_of(origin)?;
        Header::read(&mut self.stream)?;
        (self.number, self.at_pixels, self.over) = (0, false, false);
        Ok(())
    }
}
