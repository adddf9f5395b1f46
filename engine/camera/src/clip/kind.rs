//! What a file is, by its first bytes.

use std::io::{Read, Seek};

use super::apng;
use super::input::{Reader, read_up_to};
use crate::CameraError;

/// Kinds of files that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Y4m,
    Avi,
    Gif,
    Webp,
    Apng,
    Mp4,
    /// JPEG, and PNG and WebP that do not move.
    Still,
}

/// Bytes that tell.
const HEAD: usize = 32;

/// Names of boxes that an MP4 or QuickTime file may begin with.
const BOXES: [&[u8]; 8] = [b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"styp", b"moof"];

/// The bit of a WebP's extended header that says that it moves.
const MOVES: u8 = 2;

impl Kind {
    /// The kind of what `reader` gives; leaves it somewhere.
    pub(crate) fn of(reader: &mut Reader) -> Result<Self, CameraError> {
        let head = read_up_to(reader, HEAD)?;
        let unsupported = |what: &str| Err(CameraError::Unsupported(what.into()));
        match head.as_slice() {
            [] => Err(CameraError::BadClip("it is empty".into())),
            [b'Y', b'U', b'V', b'4', b'M', b'P', b'E', b'G', b'2', b' ', ..] => Ok(Kind::Y4m),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Ok(Kind::Gif),
            [0xff, 0xd8, 0xff, ..] => Ok(Kind::Still),
            [0x89, b'P', b'N', b'G', ..] => {
                reader.rewind().map_err(super::input::failed)?;
                Ok(if apng::moves(reader.by_ref()) { Kind::Apng } else { Kind::Still })
            }
            [b'R', b'I', b'F', b'F', _, _, _, _, kind @ ..] => match kind {
                [b'A', b'V', b'I', b' ', ..] => Ok(Kind::Avi),
                [b'W', b'E', b'B', b'P', b'V', b'P', b'8', b'X', _, _, _, _, flags, ..]
                    if flags & MOVES != 0 =>
                {
                    Ok(Kind::Webp)
                }
                [b'W', b'E', b'B', b'P', ..] => Ok(Kind::Still),
                _ => unsupported("it is a RIFF file, but neither AVI nor WebP"),
            },
            [0x1a, 0x45, 0xdf, 0xa3, ..] => unsupported("it is Matroska or WebM"),
            [b'O', b'g', b'g', b'S', ..] => unsupported("it is Ogg"),
            [b'F', b'L', b'V', ..] => unsupported("it is Flash video"),
            [0, 0, 1, 0xb3 | 0xba, ..] => unsupported("it is MPEG-1 or MPEG-2"),
            [_, _, _, _, name @ ..] if BOXES.iter().any(|b| name.starts_with(b)) => Ok(Kind::Mp4),
            _ => unsupported("its content is of no known kind"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::input::Origin;
    use super::*;

    fn of(bytes: &[u8]) -> Result<Kind, CameraError> {
        Kind::of(&mut Origin::Bytes(bytes.into()).open().unwrap())
    }

    #[test]
    fn the_first_bytes_tell() {
        for (bytes, kind) in [
            (&b"YUV4MPEG2 W2 H2\n"[..], Kind::Y4m),
            (b"RIFF\x01\x02\x03\x04AVI LIST", Kind::Avi),
            (b"RIFF\x01\x02\x03\x04WEBPVP8X\x0a\0\0\0\x12\0\0\0", Kind::Webp),
            (b"RIFF\x01\x02\x03\x04WEBPVP8X\x0a\0\0\0\x10\0\0\0", Kind::Still),
            (b"RIFF\x01\x02\x03\x04WEBPVP8 ", Kind::Still),
            (b"GIF89a", Kind::Gif),
            (b"\x89PNG\r\n\x1a\n", Kind::Still),
            (b"\xff\xd8\xff\xe0", Kind::Still),
            (b"\0\0\0\x18ftypisom", Kind::Mp4),
            (b"\0\0\0\x08wide\0\0\0\0mdat", Kind::Mp4),
        ] {
            assert_eq!(of(bytes), Ok(kind), "{bytes:?}");
        }
        assert!(matches!(of(b""), Err(CameraError::BadClip(_))));
        for bytes in
            [&b"x"[..], b"RIFF\x01\x02\x03\x04WAVE", b"\x1a\x45\xdf\xa3", b"plain text, no clip at all"]
        {
            assert!(matches!(of(bytes), Err(CameraError::Unsupported(_))), "{bytes:?}");
        }
    }
}
