//! H.264 in MP4 and QuickTime files, whole and in fragments.
//!
//! Boxes and the order of samples are those of ISO/IEC 14496-12, the samples themselves those of
//! ISO/IEC 14496-15. The crate mp4-atom reads the boxes; what they say is checked here.

use std::io::{Seek, SeekFrom};

use mp4_atom::{Atom, Avcc, Codec, Colr, FourCC, Moof, Mvex, Mvhd, Trak, Trex};

use super::input::{Origin, Reader, failed, read_array, read_up_to};
use super::timing::average;
use super::{ClipInfo, Container, Decode, Opened};
use crate::frame::is_bearable;
use crate::{CameraError, Colour, Matrix, PixelFormat, Range};

mod decode;
mod parameters;
mod samples;
mod turn;

use decode::Frames;
use parameters::Parameters;
use samples::{Sample, Samples};
use turn::Turn;

/// Largest box of headers that is read, in bytes.
const LARGEST_HEADER: u64 = 64 << 20;

/// Most boxes at the top of a file.
const MOST_BOXES: usize = 1 << 20;

/// The track that is shown.
pub(super) struct Track {
    /// In the order in which they are decoded.
    samples: Vec<Sample>,
    /// Parameter sets, each behind a start code.
    head: Vec<u8>,
    /// Bytes of the length before each unit of a sample.
    length_size: usize,
    turn: Turn,
    colour: Colour,
}

pub(super) fn open(origin: Origin) -> Result<Opened, CameraError> {
    let Headers { moov, fragments } = Headers::read(&origin)?;
    let movie = Movie::of(&moov)?;
    let (avcc, colr) = movie.codec()?;
    let parameters = match avcc.sequence_parameter_sets.first() {
        Some(set) => Parameters::read(set).ok_or_else(|| damaged("its sequence parameters"))?,
        None => return Err(CameraError::Unsupported("H.264 without parameters in its header".into())),
    };
    parameters.check()?;
    let [width, height] = parameters.size();
    if !is_bearable(width, height) {
        return Err(CameraError::TooLarge { width: width.into(), height: height.into() });
    }
    let mut samples = Samples::of(&movie.trak.mdia.minf.stbl)?;
    let trex =
        movie.trex.iter().find(|t| t.track_id == movie.trak.tkhd.track_id).cloned().unwrap_or_default();
    for (start, moof) in &fragments {
        samples.add(*start, moof, &trex)?;
    }
    let edits = movie.trak.edts.as_ref().and_then(|e| e.elst.as_ref());
    let scale = movie.trak.mdia.mdhd.timescale;
    let is_whole = fragments.is_empty();
    let shown = samples.show(edits, u64::from(movie.scale), u64::from(scale), is_whole)?;
    let turn = Turn::of(&movie.trak.tkhd.matrix);
    let [width, height] = turn.size([width, height]);
    let info = ClipInfo {
        container: Container::Mp4,
        codec: format!("h264 {}", parameters.profile()),
        width,
        height,
        fps: average(shown.frames, shown.duration),
        frames: Some(shown.frames),
        duration: Some(shown.duration),
    };
    let track = Track {
        samples: shown.samples,
        head: annexed(avcc),
        length_size: usize::from(avcc.length_size),
        turn,
        colour: colour_of(colr, &parameters),
    };
    let frames = Frames::new(origin, track)?;
    Ok(Opened { info, pixels: PixelFormat::I420, frames: Box::new(frames) })
}

fn damaged(what: &str) -> CameraError {
    CameraError::BadClip(format!("{what} cannot be read"))
}

/// The sets of parameters as they stand in a stream.
fn annexed(avcc: &Avcc) -> Vec<u8> {
    let sets = avcc.sequence_parameter_sets.iter().chain(&avcc.picture_parameter_sets);
    sets.flat_map(|set| [&decode::START[..], set].concat()).collect()
}

/// What the file says counts more than what the stream says; where neither does, it is as players have
/// it: BT.709 from 720 rows on.
fn colour_of(colr: Option<&Colr>, parameters: &Parameters) -> Colour {
    let (mut matrix, mut full) = (parameters.matrix, parameters.full_range);
    match colr {
        Some(Colr::Nclx { matrix_coefficients, full_range_flag, .. }) => {
            (matrix, full) = (Some(*matrix_coefficients), *full_range_flag);
        }
        Some(Colr::Nclc { matrix_coefficients, .. }) => matrix = Some(*matrix_coefficients),
        _ => {}
    }
    let matrix = match matrix {
        Some(1) => Matrix::Bt709,
        Some(4..=7) => Matrix::Bt601,
        _ if parameters.size()[1] >= 720 => Matrix::Bt709,
        _ => Matrix::Bt601,
    };
    Colour { matrix, range: if full { Range::Full } else { Range::Limited } }
}

/// The headers of a file, wherever in it they are.
struct Headers {
    moov: Vec<u8>,
    /// Where each fragment begins, and what it says.
    fragments: Vec<(u64, Moof)>,
}

impl Headers {
    fn read(origin: &Origin) -> Result<Self, CameraError> {
        let (mut reader, length) = (origin.open()?, origin.length()?);
        let (mut moov, mut fragments) = (None, Vec::new());
        let mut at = 0;
        for _ in 0..MOST_BOXES {
            let Some((name, head, size)) = next_box(&mut reader, length - at)? else { break };
            if &name == b"moov" && moov.is_none() {
                moov = Some(body(&mut reader, size)?);
            } else if &name == b"moof" {
                let bytes = body(&mut reader, size)?;
                // What cannot be read costs its own frames.
                if let Ok(moof) = Moof::decode_body(&mut bytes.as_slice()) {
                    fragments.push((at, moof));
                }
            }
            at += head + size;
            reader.seek(SeekFrom::Start(at)).map_err(failed)?;
        }
        let moov = moov.ok_or_else(|| CameraError::BadClip("it has no header (moov)".into()))?;
        Ok(Self { moov, fragments })
    }
}

/// Name of the next box, bytes of its head, and bytes of its body, which may be cut short by the end.
fn next_box(reader: &mut Reader, left: u64) -> Result<Option<([u8; 4], u64, u64)>, CameraError> {
    let Some([a, b, c, d, name @ ..]) = read_array::<8>(reader)? else { return Ok(None) };
    let (head, whole) = match u32::from_be_bytes([a, b, c, d]) {
        0 => (8, left),
        1 => match read_array(reader)? {
            Some(size) => (16, u64::from_be_bytes(size)),
            None => return Ok(None),
        },
        size => (8, u64::from(size)),
    };
    // A size that is no size leaves no way to go on.
    Ok(whole.min(left).checked_sub(head).map(|size| (name, head, size)))
}

fn body(reader: &mut Reader, size: u64) -> Result<Vec<u8>, CameraError> {
    if size > LARGEST_HEADER {
        return Err(CameraError::BadClip(format!("a header of {size} bytes")));
    }
    read_up_to(reader, size as usize)
}

/// What the movie's header says of the track that is shown.
struct Movie {
    trak: Trak,
    trex: Vec<Trex>,
    /// Units a second of what the edits say.
    scale: u32,
}

impl Movie {
    /// Reads the boxes of a header one by one: damage in a track that is not shown does not matter.
    fn of(moov: &[u8]) -> Result<Self, CameraError> {
        let (mut scale, mut trex, mut trak, mut other) = (0, Vec::new(), None, None);
        let mut rest = moov;
        while let [a, b, c, d, n0, n1, n2, n3, after @ ..] = rest {
            let size = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
            let Some((mut body, behind)) = size.checked_sub(8).and_then(|s| after.split_at_checked(s)) else {
                break;
            };
            rest = behind;
            match &[*n0, *n1, *n2, *n3] {
                b"mvhd" => scale = Mvhd::decode_body(&mut body).map_or(0, |mvhd| mvhd.timescale),
                b"mvex" => trex = Mvex::decode_body(&mut body).map_or(Vec::new(), |mvex| mvex.trex),
                b"trak" if trak.is_none() => match Trak::decode_body(&mut body) {
                    Ok(found) if is_shown(&found) => trak = Some(found),
                    Ok(found) => other = other.or_else(|| name_of(&found)),
                    Err(why) => tracing::debug!(%why, "a track cannot be read"),
                },
                _ => {}
            }
        }
        match (trak, other) {
            (Some(trak), _) => Ok(Self { trak, trex, scale: scale.max(1) }),
            (None, Some(name)) => Err(CameraError::Unsupported(format!("MP4 with {name}"))),
            (None, None) => Err(CameraError::BadClip("it has no track of pictures that can be read".into())),
        }
    }

    fn codec(&self) -> Result<(&Avcc, Option<&Colr>), CameraError> {
        let codecs = &self.trak.mdia.minf.stbl.stsd.codecs;
        let found = codecs.iter().find_map(|codec| match codec {
            Codec::Avc1(avc) => Some((&avc.avcc, avc.colr.as_ref())),
            Codec::Avc3(avc) => Some((&avc.avcc, avc.colr.as_ref())),
            _ => None,
        });
        found.ok_or_else(|| damaged("its codec"))
    }
}

fn is_shown(trak: &Trak) -> bool {
    let codecs = &trak.mdia.minf.stbl.stsd.codecs;
    codecs.iter().any(|codec| matches!(codec, Codec::Avc1(_) | Codec::Avc3(_)))
}

/// The codec of another track of pictures.
fn name_of(trak: &Trak) -> Option<String> {
    if trak.mdia.hdlr.handler != FourCC::new(b"vide") {
        return None;
    }
    Some(match trak.mdia.minf.stbl.stsd.codecs.first()? {
        Codec::Hev1(_) | Codec::Hvc1(_) => "H.265".into(),
        Codec::Vp08(_) => "VP8".into(),
        Codec::Vp09(_) => "VP9".into(),
        Codec::Av01(_) => "AV1".into(),
        Codec::Jpeg(_) => "JPEG".into(),
        Codec::Uncv(_) => "raw frames".into(),
        Codec::Unknown(name, _) => format!("{name}"),
        _ => "another codec than H.264".into(),
    })
}
