//! Motion JPEG in AVI: chunks in lists in lists, of which only the order counts here. The pieces that
//! OpenDML adds to long files (`AVIX`) are lists like the first, so they are found the same way.

use std::io::{BufRead, Seek, SeekFrom};

use super::input::{Origin, Reader, failed, read_array, read_up_to};
use super::timing::Rate;
use super::{ClipInfo, Container, Decode, Opened};
use crate::frame::is_bearable;
use crate::{CameraError, Colour, Frame, PixelFormat, jpeg};

/// Largest frame in bytes.
const LARGEST_FRAME: u32 = 64 << 20;

/// Bytes of a header that are looked at.
const LARGEST_HEADER: usize = 64;

/// Names of motion JPEG.
const MJPEG: [&[u8; 4]; 5] = [b"MJPG", b"JPEG", b"AVRN", b"DMB1", b"LJPG"];

pub(super) fn open(origin: Origin) -> Result<Opened, CameraError> {
    let mut chunks = Chunks::new(&origin)?;
    let stream = Stream::find(&mut chunks)?;
    let Stream { width, height, rate, .. } = stream;
    // Every frame has a chunk's eight bytes.
    let frames = Some(u64::from(stream.frames)).filter(|&n| n > 0 && n.saturating_mul(8) <= chunks.length);
    let info = ClipInfo {
        container: Container::Avi,
        codec: "mjpeg".into(),
        width,
        height,
        fps: rate.per_second(),
        frames,
        duration: frames.map(|frames| rate.at(frames)),
    };
    let first = chunks.at;
    let frames = Frames { origin, chunks, first, stream, number: 0, over: false };
    Ok(Opened { info, pixels: PixelFormat::Mjpeg, frames: Box::new(frames) })
}

/// Walks over chunks, into the lists that hold others.
struct Chunks {
    reader: Reader,
    at: u64,
    length: u64,
}

/// A chunk's name, and how many bytes it says that it has.
#[derive(Debug, Clone, Copy)]
struct Chunk {
    name: [u8; 4],
    size: u32,
}

impl Chunks {
    fn new(origin: &Origin) -> Result<Self, CameraError> {
        Ok(Self { reader: origin.open()?, at: 0, length: origin.length()? })
    }

    /// The next chunk; [`None`] at the end. Lists of lists are gone into; of other lists the type takes
    /// the place of the name.
    fn next(&mut self) -> Result<Option<Chunk>, CameraError> {
        let Some(head) = read_array::<8>(&mut self.reader)? else { return Ok(None) };
        self.at += 8;
        let [a, b, c, d, size @ ..] = head;
        let (name, size) = ([a, b, c, d], u32::from_le_bytes(size));
        if !matches!(&name, b"RIFF" | b"LIST") {
            return Ok(Some(Chunk { name, size }));
        }
        let Some(name) = read_array::<4>(&mut self.reader)? else { return Ok(None) };
        self.at += 4;
        let size = if matches!(&name, b"AVI " | b"AVIX" | b"hdrl" | b"strl" | b"movi" | b"rec ") {
            0
        } else {
            size.saturating_sub(4)
        };
        Ok(Some(Chunk { name, size }))
    }

    fn left(&self) -> u64 {
        self.length.saturating_sub(self.at)
    }

    /// The next bytes, fewer at the end.
    fn read(&mut self, length: usize) -> Result<Vec<u8>, CameraError> {
        let bytes = read_up_to(&mut self.reader, length)?;
        self.at += bytes.len() as u64;
        Ok(bytes)
    }

    /// Goes over bytes, to the end at most.
    fn skip(&mut self, bytes: u64) -> Result<(), CameraError> {
        let bytes = bytes.min(self.left());
        self.reader.seek_relative(bytes.cast_signed()).map_err(failed)?;
        self.at += bytes;
        Ok(())
    }

    fn seek(&mut self, at: u64) -> Result<(), CameraError> {
        self.reader.seek(SeekFrom::Start(at)).map_err(failed)?;
        self.at = at;
        Ok(())
    }
}

/// Chunks begin at even places.
fn padded(size: u32) -> u64 {
    u64::from(size) + u64::from(size % 2)
}

/// The stream of pictures.
#[derive(Debug, Clone, Copy)]
struct Stream {
    /// Its number in the names of its chunks.
    digits: [u8; 2],
    width: u32,
    height: u32,
    rate: Rate,
    frames: u32,
}

impl Stream {
    /// Finds it in the headers, and goes to the frames.
    fn find(chunks: &mut Chunks) -> Result<Self, CameraError> {
        let damaged = |why: &str| CameraError::BadClip(why.into());
        let (mut number, mut header, mut usual) = (0u32, Vec::new(), None);
        let (mut found, mut other) = (None, None);
        loop {
            let chunk = chunks.next()?.ok_or_else(|| damaged("there are no frames in it"))?;
            if &chunk.name == b"movi" {
                break;
            }
            let wanted = matches!(&chunk.name, b"avih" | b"strh" | b"strf");
            let bytes = chunks.read(if wanted { LARGEST_HEADER.min(chunk.size as usize) } else { 0 })?;
            chunks.skip(padded(chunk.size).saturating_sub(bytes.len() as u64))?;
            match &chunk.name {
                b"avih" => usual = long(&bytes, 0).and_then(|us| Rate::new(1_000_000, us.into())),
                b"strh" => {
                    number += 1;
                    header = bytes;
                }
                b"strf" if header.starts_with(b"vids") && found.is_none() => match name_of(&header, &bytes) {
                    Ok(()) => found = Self::of(number - 1, &header, &bytes, usual),
                    Err(name) => other = Some(name),
                },
                _ => {}
            }
        }
        let stream = match (found, other) {
            (Some(stream), _) => stream,
            (None, Some(name)) => return Err(CameraError::Unsupported(format!("AVI with {name}"))),
            (None, None) => return Err(damaged("there is no stream of pictures in it")),
        };
        if !is_bearable(stream.width, stream.height) {
            let (width, height) = (stream.width.into(), stream.height.into());
            return Err(CameraError::TooLarge { width, height });
        }
        Ok(stream)
    }

    fn of(number: u32, header: &[u8], format: &[u8], usual: Option<Rate>) -> Option<Self> {
        let rate = long(header, 24).zip(long(header, 20)).and_then(|(r, s)| Rate::new(r.into(), s.into()));
        let digits = [b'0' + u8::try_from(number / 10 % 10).ok()?, b'0' + u8::try_from(number % 10).ok()?];
        Some(Self {
            digits,
            width: long(format, 4)?,
            // Rows from the top have a negative height.
            height: long(format, 8)?.cast_signed().unsigned_abs(),
            rate: rate.or(usual).unwrap_or(Rate::USUAL),
            frames: long(header, 32).unwrap_or(0),
        })
    }
}

/// Whether it is motion JPEG; else its name.
fn name_of(header: &[u8], format: &[u8]) -> Result<(), String> {
    let names = [format.get(16..20).unwrap_or_default(), header.get(4..8).unwrap_or_default()];
    if names.iter().any(|name| MJPEG.iter().any(|m| name.eq_ignore_ascii_case(*m))) {
        return Ok(());
    }
    Err(names[0].escape_ascii().to_string())
}

/// The number in the four bytes at `at`.
fn long(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

struct Frames {
    origin: Origin,
    chunks: Chunks,
    /// Where the frames begin.
    first: u64,
    stream: Stream,
    /// Frames so far, damaged ones among them.
    number: u64,
    over: bool,
}

impl Frames {
    fn is_frame(&self, name: [u8; 4]) -> bool {
        name[..2] == self.stream.digits && matches!(&name[2..], b"dc" | b"db")
    }

    /// Goes on to the next chunk with a frame behind `from`, or to the end.
    fn find_again(&mut self, from: u64) -> Result<(), CameraError> {
        self.chunks.seek(from)?;
        let mut window = [0; 4];
        loop {
            let bytes = self.chunks.reader.fill_buf().map_err(failed)?;
            if bytes.is_empty() {
                return Ok(());
            }
            let mut used = 0;
            let mut found = false;
            for &byte in bytes {
                used += 1;
                window = [window[1], window[2], window[3], byte];
                found = window[..2] == self.stream.digits && matches!(&window[2..], b"dc" | b"db");
                if found {
                    break;
                }
            }
            self.chunks.reader.consume(used);
            self.chunks.at += used as u64;
            if found {
                return self.chunks.seek(self.chunks.at - 4);
            }
        }
    }

    /// The frame in a chunk of so many bytes.
    fn frame(&mut self, size: u32) -> Result<Frame, CameraError> {
        self.number += 1;
        let damaged = |why: &str| CameraError::BadFrame(format!("frame {} {why}", self.number));
        let data = self.chunks.read(size as usize)?;
        if data.len() < size as usize {
            return Err(damaged("is cut short"));
        }
        self.chunks.skip(u64::from(size % 2))?;
        let head = jpeg::head(&data).ok_or_else(|| damaged("is no whole JPEG"))?;
        if !is_bearable(head.width, head.height) {
            return Err(damaged("is too large"));
        }
        Ok(Frame {
            pixels: PixelFormat::Mjpeg,
            width: head.width,
            height: head.height,
            stride: 0,
            colour: Colour::default(),
            data: data.into(),
            at: self.stream.rate.at(self.number - 1),
            sequence: self.number,
        })
    }
}

impl Decode for Frames {
    fn next_frame(&mut self) -> Result<Option<Frame>, CameraError> {
        while !self.over {
            let start = self.chunks.at;
            let Some(Chunk { name, size }) = self.chunks.next()? else {
                self.over = true;
                break;
            };
            let is_frame = self.is_frame(name);
            let fits = u64::from(size) <= self.chunks.left();
            if is_frame && size == 0 {
                // The frame before is shown for longer.
                self.number += 1;
            } else if is_frame && size <= LARGEST_FRAME && fits {
                return self.frame(size).map(Some);
            } else if !is_frame && fits && name.iter().all(|b| matches!(b, b' '..=b'~')) {
                self.chunks.skip(padded(size))?;
            } else {
                self.find_again(start + 1)?;
                self.number += u64::from(is_frame);
                return Err(CameraError::BadFrame(format!("there is damage behind frame {}", self.number)));
            }
        }
        Ok(None)
    }

    fn rewind(&mut self) -> Result<(), CameraError> {
        self.chunks = Chunks::new(&self.origin)?;
        self.chunks.seek(self.first)?;
        (self.number, self.over) = (0, false);
        Ok(())
    }
}
