//! What an H.264 stream says of itself: its sequence parameter set, ITU-T H.264, 7.3.2.1.1 and E.1.1.

use crate::CameraError;

/// Most blocks of 16 × 16 pixels in a frame: those of level 5.2, which the decoder stops at.
const MOST_BLOCKS: u32 = 36_864;

/// Profiles whose sets say how many bits and how much chroma there is.
const HIGH: [u8; 13] = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];

/// Kind of frames in a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parameters {
    profile: u8,
    /// 1 is 4:2:0.
    chroma: u32,
    bits: u32,
    interlaced: bool,
    /// Blocks of 16 × 16 pixels along both sides.
    blocks: [u32; 2],
    /// Pixels that are cut off along both sides.
    cut: [u32; 2],
    /// The code of the matrix; [`None`] where it is not said.
    pub(super) matrix: Option<u16>,
    pub(super) full_range: bool,
}

impl Parameters {
    /// Reads a set, which begins with the unit's type; [`None`] where it is damaged.
    pub(super) fn read(set: &[u8]) -> Option<Self> {
        let plain = without_guards(set);
        let mut bits = Bits { bytes: plain.get(1..)?, at: 0 };
        let profile = bits.take(8)? as u8;
        bits.take(16)?;
        bits.number()?;
        let (mut chroma, mut depth) = (1, 8);
        if HIGH.contains(&profile) {
            chroma = bits.number()?;
            if chroma == 3 {
                bits.take(1)?;
            }
            depth = bits.number()?.checked_add(8)?;
            depth = depth.max(bits.number()?.checked_add(8)?);
            bits.take(1)?;
            if bits.take(1)? == 1 {
                for list in 0..if chroma == 3 { 12 } else { 8 } {
                    skip_scaling(&mut bits, if list < 6 { 16 } else { 64 })?;
                }
            }
        }
        skip_order(&mut bits)?;
        let width = bits.number()?.checked_add(1)?;
        let units = bits.number()?.checked_add(1)?;
        let interlaced = bits.take(1)? == 0;
        if interlaced {
            bits.take(1)?;
        }
        let height = units.checked_mul(if interlaced { 2 } else { 1 })?;
        bits.take(1)?;
        let mut cut = [0; 2];
        if bits.take(1)? == 1 {
            let sides = [bits.number()?, bits.number()?, bits.number()?, bits.number()?];
            let unit = if interlaced { 4 } else { 2 };
            cut[0] = sides[0].checked_add(sides[1])?.checked_mul(2)?;
            cut[1] = sides[2].checked_add(sides[3])?.checked_mul(unit)?;
        }
        let mut parameters = Self {
            profile,
            chroma,
            bits: depth,
            interlaced,
            blocks: [width, height],
            cut,
            matrix: None,
            full_range: false,
        };
        // What comes now says how to show it, and may be left out.
        if bits.take(1)? == 1 {
            (parameters.matrix, parameters.full_range) = colour(&mut bits).unwrap_or_default();
        }
        Some(parameters)
    }

    /// Width and height in pixels; 0 where more is cut off than there is.
    pub(super) fn size(&self) -> [u32; 2] {
        [0, 1].map(|i| self.blocks[i].saturating_mul(16).saturating_sub(self.cut[i]))
    }

    /// The profile's name.
    pub(super) fn profile(&self) -> &'static str {
        match self.profile {
            66 => "baseline",
            77 => "main",
            88 => "extended",
            100 => "high",
            110 => "high 10",
            122 => "high 4:2:2",
            244 => "high 4:4:4",
            _ => "of another profile",
        }
    }

    /// Whether it is decoded.
    ///
    /// # Errors
    /// [`CameraError::Unsupported`], with what is not.
    pub(super) fn check(&self) -> Result<(), CameraError> {
        let unsupported = |what: String| Err(CameraError::Unsupported(format!("H.264 {what}")));
        if self.bits != 8 {
            return unsupported(format!("of {} bits a sample", self.bits));
        }
        if self.chroma != 1 {
            return unsupported("that is not 4:2:0".into());
        }
        if self.interlaced {
            return unsupported("that is interlaced".into());
        }
        if !matches!(self.profile, 66 | 77 | 100) {
            return unsupported(self.profile().into());
        }
        if self.blocks[0].saturating_mul(self.blocks[1]) > MOST_BLOCKS {
            let [width, height] = self.size();
            return unsupported(format!("of {width} × {height} pixels, above level 5.2"));
        }
        Ok(())
    }
}

/// The bytes without those that keep a set from looking like a start code: each 3 behind two zeros.
fn without_guards(set: &[u8]) -> Vec<u8> {
    let (mut out, mut zeros) = (Vec::with_capacity(set.len()), 0);
    for &byte in set {
        if zeros >= 2 && byte == 3 {
            zeros = 0;
            continue;
        }
        zeros = if byte == 0 { zeros + 1 } else { 0 };
        out.push(byte);
    }
    out
}

struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: usize) -> Option<u32> {
        (0..count).try_fold(0, |value, _| {
            let bit = self.bytes.get(self.at / 8)? >> (7 - self.at % 8) & 1;
            self.at += 1;
            Some(value << 1 | u32::from(bit))
        })
    }

    /// An Exp-Golomb code without a sign.
    fn number(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while self.take(1)? == 0 {
            zeros += 1;
        }
        if zeros > 31 {
            return None;
        }
        Some((1_u32 << zeros) - 1 + self.take(zeros)?)
    }

    /// One with a sign.
    fn signed(&mut self) -> Option<i64> {
        let code = i64::from(self.number()?);
        Some(if code % 2 == 1 { (code + 1) / 2 } else { -code / 2 })
    }
}

fn skip_scaling(bits: &mut Bits<'_>, length: usize) -> Option<()> {
    if bits.take(1)? == 0 {
        return Some(());
    }
    let (mut last, mut next) = (8_i64, 8_i64);
    for _ in 0..length {
        if next != 0 {
            next = (last + bits.signed()?).rem_euclid(256);
        }
        if next != 0 {
            last = next;
        }
    }
    Some(())
}

/// How frames are numbered and kept.
fn skip_order(bits: &mut Bits<'_>) -> Option<()> {
    bits.number()?;
    match bits.number()? {
        0 => {
            bits.number()?;
        }
        1 => {
            bits.take(1)?;
            bits.signed()?;
            bits.signed()?;
            for _ in 0..bits.number().filter(|&n| n < 256)? {
                bits.signed()?;
            }
        }
        _ => {}
    }
    bits.number()?;
    bits.take(1)?;
    Some(())
}

/// The matrix and the range in the part that says how to show it.
fn colour(bits: &mut Bits<'_>) -> Option<(Option<u16>, bool)> {
    if bits.take(1)? == 1 && bits.take(8)? == 255 {
        bits.take(32)?;
    }
    if bits.take(1)? == 1 {
        bits.take(1)?;
    }
    if bits.take(1)? == 0 {
        return Some((None, false));
    }
    bits.take(3)?;
    let full = bits.take(1)? == 1;
    if bits.take(1)? == 0 {
        return Some((None, full));
    }
    bits.take(16)?;
    Some((Some(bits.take(8)? as u16), full))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_the_standard_has_them() {
        // 1, 010, 011, 00100, 00111 are 0, 1, 2, 3, 6.
        let mut bits = Bits { bytes: &[0b1010_0110, 0b0100_0011, 0b1000_0000], at: 0 };
        assert_eq!([0; 5].map(|_| bits.number().unwrap()), [0, 1, 2, 3, 6]);
        let mut bits = Bits { bytes: &[0b0100_1100, 0b1000_0101], at: 0 };
        assert_eq!([0; 4].map(|_| bits.signed().unwrap()), [1, -1, 2, -2]);
        assert_eq!(Bits { bytes: &[0; 9], at: 0 }.number(), None);
        assert_eq!(without_guards(&[0, 0, 3, 1, 0, 0, 3, 0, 0, 3, 3]), [0, 0, 1, 0, 0, 0, 0, 3]);
    }

    #[test]
    fn sets_cut_anywhere_are_refused_or_whole() {
        // High profile, 96 × 64, 4:2:0, with the colours of full range BT.709.
        let set =
            [0x67, 0x64, 0x00, 0x0a, 0xac, 0xd9, 0x46, 0x26, 0xff, 0x9c, 0x20, 0x80, 0x80, 0x83, 0x03, 0x00];
        for length in 0..set.len() {
            if let Some(found) = Parameters::read(&set[..length]) {
                let _ = (found.check(), found.size());
            }
        }
        let mut state = 1u64;
        for _ in 0..2000 {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let mut bad = set;
            bad[(state >> 33) as usize % bad.len()] = (state >> 24) as u8;
            bad[(state >> 40) as usize % bad.len()] = (state >> 16) as u8;
            if let Some(found) = Parameters::read(&bad) {
                let _ = (found.check(), found.size());
            }
        }
    }
}
