//! A font of empty glyphs, and what its codes mean.
//!
//! Every cluster of characters that occurs gets a code in the order of its first appearance; a
//! `ToUnicode` map says which characters it stands for. So all scripts need one font of a few
//! hundred bytes, which is made here.

use std::collections::HashMap;

use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Finish, Name, Pdf, Rect, Str};

use super::{CID_FONT, DESCRIPTOR, FONT, FONT_FILE, GLYPHS, UNICODE};
use crate::export::geometry::BELOW_BASELINE;

/// Width of every glyph, as a part of the font's size.
pub(super) const ADVANCE: f32 = 0.5;

/// Units of the font's design a size.
const UNITS: u16 = 1000;

/// The same as glyph space of PDF has it: thousandths.
const THOUSANDTHS: f32 = 1000.0;

const NAME: Name<'static> = Name(b"GlimpseInvisible");

const IDENTITY: SystemInfo<'static> =
    SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// Codes of the clusters that occur. Code 0 is none.
#[derive(Debug, Default)]
pub(super) struct Codes {
    codes: HashMap<String, u16>,
    clusters: Vec<String>,
}

impl Codes {
    /// The code of `cluster`; [`None`] where all 65,535 codes are taken by others.
    pub(super) fn code(&mut self, cluster: &str) -> Option<u16> {
        if let Some(&code) = self.codes.get(cluster) {
            return Some(code);
        }
        let code = u16::try_from(self.clusters.len() + 1).ok()?;
        self.codes.insert(cluster.into(), code);
        self.clusters.push(cluster.into());
        Some(code)
    }

    /// Writes the font's objects.
    pub(super) fn write(&self, pdf: &mut Pdf) {
        pdf.type0_font(FONT)
            .base_font(NAME)
            .encoding_predefined(Name(b"Identity-H"))
            .descendant_font(CID_FONT)
            .to_unicode(UNICODE);
        pdf.cid_font(CID_FONT)
            .subtype(CidFontType::Type2)
            .base_font(NAME)
            .system_info(IDENTITY)
            .font_descriptor(DESCRIPTOR)
            .default_width(ADVANCE * THOUSANDTHS)
            .cid_to_gid_map_stream(GLYPHS);
        let (above, below) = ((1.0 - BELOW_BASELINE) * THOUSANDTHS, -BELOW_BASELINE * THOUSANDTHS);
        pdf.font_descriptor(DESCRIPTOR)
            .name(NAME)
            .flags(FontFlags::SYMBOLIC | FontFlags::FIXED_PITCH)
            .bbox(Rect::new(0.0, below, ADVANCE * THOUSANDTHS, above))
            .italic_angle(0.0)
            .ascent(above)
            .descent(below)
            .cap_height(above)
            .stem_v(80.0)
            .font_file2(FONT_FILE);
        let file = font_file();
        pdf.stream(FONT_FILE, &file).pair(Name(b"Length1"), file.len() as i32).finish();
        // Glyph 1, not 0: some readers put another font's glyph in place of glyph 0.
        let glyphs: Vec<u8> = [0, 0].into_iter().chain(self.clusters.iter().flat_map(|_| [0, 1])).collect();
        pdf.stream(GLYPHS, &glyphs).finish();
        let mut unicode = UnicodeCmap::new(Name(b"Adobe-Identity-UCS"), IDENTITY);
        for (i, cluster) in self.clusters.iter().enumerate() {
            unicode.pair_with_multiple((i + 1) as u16, cluster.chars());
        }
        pdf.cmap(UNICODE, &unicode.finish()).finish();
    }
}

/// A TrueType font of two glyphs without outlines; tables and fields as the OpenType specification
/// has them.
fn font_file() -> Vec<u8> {
    let advance = (f32::from(UNITS) * ADVANCE) as u16;
    let below = (f32::from(UNITS) * BELOW_BASELINE) as u16;
    let (above, below) = (UNITS - below, below.wrapping_neg());
    let words = |values: &[u16]| values.iter().flat_map(|v| v.to_be_bytes()).collect::<Vec<u8>>();
    // One subtable of format 4 with only the closing segment.
    let cmap = words(&[0, 1, 3, 1, 0, 12, 4, 24, 0, 2, 2, 0, 0, 0xffff, 0, 0xffff, 1, 0]);
    let mut head = words(&[1, 0, 1, 0, 0, 0, 0x5f0f, 0x3cf5, 0, UNITS]);
    head.extend([0; 16]);
    head.extend(words(&[0, below, advance, above, 0, 8, 2, 0, 0]));
    let hhea = words(&[1, 0, above, below, 0, advance, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2]);
    let maxp = words(&[1, 0, 2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    let mut post = words(&[3, 0, 0, 0, 0, 0, 0, 1]);
    post.extend([0; 16]);
    let tables: [(&[u8; 4], Vec<u8>); 9] = [
        (b"cmap", cmap),
        (b"glyf", vec![0; 4]),
        (b"head", head),
        (b"hhea", hhea),
        (b"hmtx", words(&[advance, 0, advance, 0])),
        (b"loca", words(&[0, 0, 0])),
        (b"maxp", maxp),
        (b"name", words(&[0, 0, 6])),
        (b"post", post),
    ];
    assemble(&tables)
}

/// Directory and tables of a font whose `head` has no checksum yet.
fn assemble(tables: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let count = tables.len() as u16;
    let power = count.ilog2() as u16;
    let range = 16 << power;
    let mut out: Vec<u8> =
        [1, 0, count, range, power, 16 * count - range].iter().flat_map(|v: &u16| v.to_be_bytes()).collect();
    let mut offset = out.len() + 16 * tables.len();
    let mut body = Vec::new();
    let mut adjustment_at = 0;
    for (tag, table) in tables {
        if *tag == b"head" {
            adjustment_at = offset + 8;
        }
        out.extend(*tag);
        for value in [checksum(table), offset as u32, table.len() as u32] {
            out.extend(value.to_be_bytes());
        }
        body.extend(table);
        body.resize(body.len().next_multiple_of(4), 0);
        offset += table.len().next_multiple_of(4);
    }
    out.extend(body);
    let adjustment = 0xb1b0_afba_u32.wrapping_sub(checksum(&out));
    out[adjustment_at..adjustment_at + 4].copy_from_slice(&adjustment.to_be_bytes());
    out
}

fn checksum(bytes: &[u8]) -> u32 {
    bytes.chunks(4).fold(0, |sum, chunk| {
        let mut word = [0; 4];
        word[..chunk.len()].copy_from_slice(chunk);
        sum.wrapping_add(u32::from_be_bytes(word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_font_is_sound() {
        let file = font_file();
        assert_eq!(checksum(&file), 0xb1b0_afba);
        let face = ttf_parser::Face::parse(&file, 0).unwrap();
        assert_eq!((face.number_of_glyphs(), face.units_per_em()), (2, UNITS));
        assert_eq!((face.ascender(), face.descender()), (800, -200));
        for glyph in [0, 1] {
            assert_eq!(face.glyph_hor_advance(ttf_parser::GlyphId(glyph)), Some(500));
            assert_eq!(face.glyph_bounding_box(ttf_parser::GlyphId(glyph)), None);
        }
    }

    #[test]
    fn clusters_have_one_code_each() {
        let mut codes = Codes::default();
        assert_eq!(["a", "日", "a", "👩‍🔬"].map(|c| codes.code(c)), [Some(1), Some(2), Some(1), Some(3)]);
        for n in 4..=65_535u32 {
            assert!(codes.code(&format!("{n}")).is_some());
        }
        assert_eq!(codes.code("one too many"), None);
        assert_eq!(codes.code("a"), Some(1));
    }
}
