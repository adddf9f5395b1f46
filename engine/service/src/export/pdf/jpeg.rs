//! What a JPEG file consists of, and how much of it a PDF needs.

use image::metadata::Orientation;

/// A JPEG that a PDF can hold as it is.
#[derive(Debug)]
pub(super) struct Jpeg {
    /// The file without metadata and without what follows its end.
    pub(super) data: Vec<u8>,
    /// Width as stored.
    pub(super) width: u16,
    /// Height as stored.
    pub(super) height: u16,
    /// 1 or 3.
    pub(super) components: u8,
    /// How it is to be turned for display.
    pub(super) orientation: Orientation,
    /// Its ICC profile, if it has one for as many components.
    pub(super) profile: Option<Vec<u8>>,
}

const SOI: u8 = 0xd8;
const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;

/// Takes `file` apart. [`None`] where it is none, is cut short, or is of a kind that readers of
/// PDF do not all know: arithmetic, lossless, of more than eight bits, CMYK, RGB without a mark.
pub(super) fn parse(file: &[u8]) -> Option<Jpeg> {
    let mut rest = file.strip_prefix(&[0xff, SOI])?;
    let mut data = vec![0xff, SOI];
    let mut frame: Option<(u16, u16, u8, bool)> = None;
    let (mut orientation, mut adobe) = (Orientation::NoTransforms, false);
    let mut profile: Vec<(u8, &[u8])> = Vec::new();
    loop {
        let (marker, segment, after) = next_segment(rest)?;
        match marker {
            0xe1 => {
                if let Some(o) = segment.strip_prefix(b"Exif\0\0").and_then(Orientation::from_exif_chunk) {
                    orientation = o;
                }
            }
            0xe2 => {
                if let Some([number, _, part @ ..]) = segment.strip_prefix(b"ICC_PROFILE\0") {
                    profile.push((*number, part));
                }
            }
            0xe3..=0xed | 0xef | 0xfe => {}
            _ => {
                if let 0xc0..=0xc2 = marker {
                    frame = Some(read_frame(segment)?);
                } else if is_other_frame(marker) {
                    return None;
                }
                adobe |= marker == 0xee && segment.starts_with(b"Adobe");
                data.extend(&rest[..rest.len() - after.len()]);
            }
        }
        rest = after;
        if marker == SOS {
            break;
        }
    }
    let (width, height, components, named_rgb) = frame?;
    if (components != 1 && components != 3) || (named_rgb && !adobe) {
        return None;
    }
    data.extend(&rest[..end_of_image(rest)?]);
    let profile = joined(profile, components);
    Some(Jpeg { data, width, height, components, orientation, profile })
}

/// The next marker, its segment, and what follows. Markers may be padded with further 0xff.
fn next_segment(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (0xff, rest) = bytes.split_first().map(|(b, rest)| (*b, rest))? else { return None };
    let padding = rest.iter().take_while(|b| **b == 0xff).count();
    let [marker @ 0xc0..=0xfe, high, low, rest @ ..] = &rest[padding..] else { return None };
    if let 0xd0..=0xd9 = *marker {
        return None;
    }
    let length = usize::from(u16::from_be_bytes([*high, *low])).checked_sub(2)?;
    let (segment, rest) = rest.split_at_checked(length)?;
    Some((*marker, segment, rest))
}

/// Width, height, number of components, and whether these are named R, G and B.
fn read_frame(segment: &[u8]) -> Option<(u16, u16, u8, bool)> {
    let [8, h1, h0, w1, w0, count, components @ ..] = segment else { return None };
    let names: Vec<u8> = components.chunks_exact(3).map(|c| c[0]).collect();
    let (width, height) = (u16::from_be_bytes([*w1, *w0]), u16::from_be_bytes([*h1, *h0]));
    let whole = names.len() == usize::from(*count) && width > 0 && height > 0;
    whole.then_some((width, height, *count, names == *b"RGB"))
}

/// Frames of kinds that are not taken.
fn is_other_frame(marker: u8) -> bool {
    matches!(marker, 0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf)
}

/// Length of all scans and what is between them, with the closing marker.
fn end_of_image(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += bytes.get(at..)?.iter().position(|b| *b == 0xff)?;
        match *bytes.get(at + 1)? {
            EOI => return Some(at + 2),
            // A stuffed byte or a restart.
            0 | 0xd0..=0xd7 => at += 2,
            0xff => at += 1,
            _ => {
                let (.., after) = next_segment(&bytes[at..])?;
                at = bytes.len() - after.len();
            }
        }
    }
}

/// A profile from its parts, if it is for this many components.
fn joined(mut parts: Vec<(u8, &[u8])>, components: u8) -> Option<Vec<u8>> {
    parts.sort_by_key(|(number, _)| *number);
    if parts.iter().enumerate().any(|(i, (number, _))| usize::from(*number) != i + 1) {
        return None;
    }
    let profile: Vec<u8> = parts.iter().flat_map(|(_, part)| part.iter().copied()).collect();
    let stated = profile.get(..4).map(|b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]) as usize);
    let space: &[u8] = if components == 1 { b"GRAY" } else { b"RGB " };
    (stated == Some(profile.len()) && profile.get(16..20) == Some(space)).then_some(profile)
}
