//! From samples to frames.

use std::collections::{BTreeSet, VecDeque};
use std::io::{Seek, SeekFrom};

use openh264::OpenH264API;
use openh264::decoder::{DecodedYUV, Decoder, DecoderConfig, Flush};
use openh264::formats::YUVSource;

use super::samples::Sample;
use super::{Decode, Origin, Reader, Track, failed, read_up_to};
use crate::frame::is_bearable;
use crate::{CameraError, Frame, PixelFormat};

/// Before each unit of a stream.
pub(super) const START: [u8; 4] = [0, 0, 0, 1];

/// Largest sample in bytes.
const LARGEST_SAMPLE: u32 = 64 << 20;

/// Most pictures that the decoder keeps to put them in order, and one.
const MOST_INSIDE: usize = 17;

/// Type of a unit that nothing before is needed for, and that ends what came before.
const INSTANT: u8 = 5;

pub(super) struct Frames {
    origin: Origin,
    reader: Reader,
    track: Track,
    decoder: Decoder,
    /// Index of the next sample.
    next: usize,
    /// Samples that went into the decoder and did not come out, in the order in which they are shown.
    inside: BTreeSet<(i64, usize)>,
    ready: VecDeque<Frame>,
    /// Number of the last frame that was handed out.
    last: u64,
    /// What is inside and what will come out may differ.
    is_broken: bool,
    is_flushed: bool,
}

impl Frames {
    pub(super) fn new(origin: Origin, track: Track) -> Result<Self, CameraError> {
        let (reader, decoder) = (origin.open()?, decoder()?);
        let (inside, ready) = (BTreeSet::new(), VecDeque::new());
        let (is_broken, is_flushed) = (false, false);
        Ok(Self { origin, reader, track, decoder, next: 0, inside, ready, last: 0, is_broken, is_flushed })
    }

    /// Gives the next sample to the decoder.
    fn feed(&mut self) -> Result<(), CameraError> {
        let fed = self.feed_next();
        self.is_broken |= fed.is_err() || self.inside.len() > MOST_INSIDE;
        fed
    }

    fn feed_next(&mut self) -> Result<(), CameraError> {
        let index = self.next;
        self.next += 1;
        let sample = self.track.samples[index];
        let damaged = |why: &str| CameraError::BadFrame(format!("sample {} {why}", index + 1));
        if sample.size > LARGEST_SAMPLE {
            return Err(damaged("is too large"));
        }
        self.reader.seek(SeekFrom::Start(sample.offset)).map_err(failed)?;
        let bytes = read_up_to(&mut self.reader, sample.size as usize)?;
        if bytes.len() < sample.size as usize {
            return Err(damaged("is cut short"));
        }
        let mut stream = self.track.head.clone();
        let starts = annex(&bytes, self.track.length_size, &mut stream);
        let is_instant = starts.ok_or_else(|| damaged("has lengths that do not fit"))?;
        if is_instant && self.is_broken {
            // Nothing before is needed any more. A decoder that was flushed leaks its pictures.
            self.flush();
            self.inside.clear();
            self.decoder = decoder()?;
            self.is_broken = false;
        } else if index > 0 {
            stream.drain(..self.track.head.len());
        }
        self.inside.insert((sample.order, index));
        match self.decoder.decode(&stream) {
            Ok(Some(yuv)) => {
                let frame = frame_of(&self.track, &mut self.inside, &yuv)?;
                self.ready.extend(frame);
                Ok(())
            }
            Ok(None) => Ok(()),
            Err(why) => {
                self.inside.remove(&(sample.order, index));
                Err(damaged(&why.to_string()))
            }
        }
    }

    /// Takes what is left in the decoder.
    fn flush(&mut self) {
        match self.decoder.flush_remaining() {
            Ok(left) => {
                for yuv in &left {
                    // One that is too large is one less.
                    self.ready.extend(frame_of(&self.track, &mut self.inside, yuv).ok().flatten());
                }
            }
            Err(why) => tracing::debug!(%why, "the decoder keeps its last frames"),
        }
    }
}

fn decoder() -> Result<Decoder, CameraError> {
    // It flushes by itself after each sample else, which breaks the order of what it gives.
    let config = DecoderConfig::new().flush_after_decode(Flush::NoFlush);
    Decoder::with_api_config(OpenH264API::from_source(), config)
        .map_err(|e| CameraError::Failed(e.to_string()))
}

/// The frame that came out, which is the first to be shown of those inside; [`None`] where it is only
/// decoded.
fn frame_of(
    track: &Track,
    inside: &mut BTreeSet<(i64, usize)>,
    yuv: &DecodedYUV<'_>,
) -> Result<Option<Frame>, CameraError> {
    let Some((_, index)) = inside.pop_first() else { return Ok(None) };
    let Sample { at: Some(at), number, .. } = track.samples[index] else { return Ok(None) };
    let damaged = || CameraError::BadFrame(format!("frame {number} has too few pixels"));
    let (width, height) = yuv.dimensions();
    let (narrow, low) = (u32::try_from(width).unwrap_or(0), u32::try_from(height).unwrap_or(0));
    if !is_bearable(narrow, low) {
        return Err(damaged());
    }
    let (luma, blue, red) = yuv.strides();
    let half = [width.div_ceil(2), height.div_ceil(2)];
    let mut data = Vec::with_capacity(width * height + 2 * half[0] * half[1]);
    let planes = [(yuv.y(), luma, [width, height]), (yuv.u(), blue, half), (yuv.v(), red, half)];
    for (plane, stride, size) in planes {
        track.turn.plane(plane, stride, size, &mut data).ok_or_else(damaged)?;
    }
    let [width, height] = track.turn.size([narrow, low]);
    let (stride, colour) = (width as usize, track.colour);
    Ok(Some(Frame {
        pixels: PixelFormat::I420,
        width,
        height,
        stride,
        colour,
        data: data.into(),
        at,
        sequence: number,
    }))
}

/// Appends a sample's units to `stream`, each behind a start code, and says whether one of them is
/// instant; [`None`] where their lengths do not fit.
fn annex(sample: &[u8], length_size: usize, stream: &mut Vec<u8>) -> Option<bool> {
    let (mut rest, mut is_instant) = (sample, false);
    while !rest.is_empty() {
        let (length, after) = rest.split_at_checked(length_size)?;
        let length = length.iter().fold(0, |value, &byte| value << 8 | usize::from(byte));
        let (unit, after) = after.split_at_checked(length)?;
        is_instant |= unit.first().is_some_and(|head| head & 0x1f == INSTANT);
        stream.extend(START);
        stream.extend(unit);
        rest = after;
    }
    Some(is_instant)
}

impl Decode for Frames {
    fn next_frame(&mut self) -> Result<Option<Frame>, CameraError> {
        loop {
            if let Some(frame) = self.ready.pop_front() {
                // Behind damage one may come out in another's place.
                if frame.sequence > self.last {
                    self.last = frame.sequence;
                    return Ok(Some(frame));
                }
                continue;
            }
            if self.next < self.track.samples.len() {
                self.feed()?;
            } else if !self.is_flushed {
                self.is_flushed = true;
                self.flush();
            } else {
                return Ok(None);
            }
        }
    }

    fn rewind(&mut self) -> Result<(), CameraError> {
        self.reader = self.origin.open()?;
        self.decoder = decoder()?;
        (self.next, self.last) = (0, 0);
        (self.is_broken, self.is_flushed) = (false, false);
        self.inside.clear();
        self.ready.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_get_start_codes() {
        let mut stream = Vec::new();
        assert_eq!(annex(&[0, 2, 0x65, 7, 0, 1, 0x41], 2, &mut stream), Some(true));
        assert_eq!(stream, [0, 0, 0, 1, 0x65, 7, 0, 0, 0, 1, 0x41]);
        assert_eq!(annex(&[1, 0x41], 1, &mut Vec::new()), Some(false));
        for bad in [&[0][..], &[0, 5, 1], &[0xff, 0xff, 0, 0]] {
            assert_eq!(annex(bad, 2, &mut Vec::new()), None);
        }
    }
}
