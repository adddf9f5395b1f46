//! What reading, finding, tagging and describing give.

use glimpse_engine::{self as engine, caption, find, read};

use crate::numbers::int;
use crate::receipt::{Receipt, Timings};

/// A place in pixels of the picture as displayed (after EXIF orientation).
#[derive(Debug, Clone, Copy, PartialEq, uniffi::Record)]
pub struct Point {
    /// From the left.
    pub x: f32,
    /// From the top.
    pub y: f32,
}

/// Four corners, in the order of the text: of a line on its head, the top left one lies at the bottom right.
#[derive(Debug, Clone, Copy, PartialEq, uniffi::Record)]
pub struct Quad {
    /// Where the text begins, above.
    pub top_left: Point,
    /// Where it ends, above.
    pub top_right: Point,
    /// Where it ends, below.
    pub bottom_right: Point,
    /// Where it begins, below.
    pub bottom_left: Point,
}

impl From<read::Quad> for Quad {
    fn from(quad: read::Quad) -> Self {
        let [top_left, top_right, bottom_right, bottom_left] = quad.map(|[x, y]| Point { x, y });
        Self { top_left, top_right, bottom_right, bottom_left }
    }
}

impl From<Quad> for read::Quad {
    fn from(quad: Quad) -> Self {
        [quad.top_left, quad.top_right, quad.bottom_right, quad.bottom_left].map(|p| [p.x, p.y])
    }
}

/// An upright box in pixels of the picture as displayed, wholly inside of it.
#[derive(Debug, Clone, Copy, PartialEq, uniffi::Record)]
pub struct Bounds {
    /// Left edge.
    pub left: f32,
    /// Upper edge.
    pub top: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

impl From<[f32; 4]> for Bounds {
    fn from([left, top, width, height]: [f32; 4]) -> Self {
        Self { left, top, width, height }
    }
}

/// The text of a picture.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Reading {
    /// The whole text: one line a line, an empty line between paragraphs.
    pub text: String,
    /// Width of the picture as displayed, in pixels.
    pub width: i32,
    /// Height of the picture as displayed, in pixels.
    pub height: i32,
    /// Lines in reading order.
    pub lines: Vec<TextLine>,
    /// Paragraphs in reading order; every line is in exactly one.
    pub paragraphs: Vec<Paragraph>,
    /// Wall times.
    pub timings: Timings,
    /// What ran where.
    pub receipt: Receipt,
}

/// One line of text.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct TextLine {
    /// The line's text, in logical order.
    pub text: String,
    /// Mean confidence of its characters, 0 to 1.
    pub confidence: f32,
    /// Its box.
    pub quad: Quad,
    /// Its words, in reading order.
    pub words: Vec<Word>,
    /// Confidence of each character (Unicode scalar value) of `text`.
    pub char_confidences: Vec<f32>,
}

/// One word of a line.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Word {
    /// The word's text.
    pub text: String,
    /// Mean confidence of its characters, 0 to 1.
    pub confidence: f32,
    /// Its box.
    pub quad: Quad,
}

/// A block of consecutive lines.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Paragraph {
    /// Indices into `Reading.lines`.
    pub lines: Vec<i32>,
}

impl From<engine::Reading> for Reading {
    fn from(reading: engine::Reading) -> Self {
        let indices = |p: engine::Paragraph| p.lines.into_iter().map(int).collect();
        Self {
            text: reading.text(),
            width: int(reading.width),
            height: int(reading.height),
            lines: reading.lines.into_iter().map(Into::into).collect(),
            paragraphs: reading.paragraphs.into_iter().map(|p| Paragraph { lines: indices(p) }).collect(),
            timings: reading.timings.into(),
            receipt: reading.receipt.into(),
        }
    }
}

impl From<engine::Line> for TextLine {
    fn from(line: engine::Line) -> Self {
        let engine::Line { text, confidence, quad, words, char_confidences } = line;
        let words = words.into_iter().map(Into::into).collect();
        Self { text, confidence, quad: quad.into(), words, char_confidences }
    }
}

impl From<engine::Word> for Word {
    fn from(engine::Word { text, confidence, quad }: engine::Word) -> Self {
        Self { text, confidence, quad: quad.into() }
    }
}

/// The objects of a picture.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Found {
    /// Width of the picture as displayed, in pixels.
    pub width: i32,
    /// Height of the picture as displayed, in pixels.
    pub height: i32,
    /// The objects, the likeliest first; at most 100.
    pub objects: Vec<FoundObject>,
    /// Wall times.
    pub timings: Timings,
    /// What ran where.
    pub receipt: Receipt,
}

/// An object on a picture.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct FoundObject {
    /// Its class, by the name that COCO gives it, for example `"dining table"`.
    pub label: String,
    /// Probability that there is such an object at this place, 0 to 1.
    pub score: f32,
    /// Where it is.
    pub bounds: Bounds,
}

impl From<find::Found> for Found {
    fn from(found: find::Found) -> Self {
        Self {
            width: int(found.width),
            height: int(found.height),
            objects: found.objects.into_iter().map(Into::into).collect(),
            timings: found.timings.into(),
            receipt: found.receipt.into(),
        }
    }
}

impl From<engine::Object> for FoundObject {
    fn from(engine::Object { label, score, bounds }: engine::Object) -> Self {
        Self { label, score, bounds: bounds.into() }
    }
}

/// What a picture shows.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Tags {
    /// Width of the picture as displayed, in pixels.
    pub width: i32,
    /// Height of the picture as displayed, in pixels.
    pub height: i32,
    /// The most probable tags, best first, however improbable they are.
    pub tags: Vec<Tag>,
    /// Whether the first tag is more likely right than not.
    pub sure: bool,
    /// Direction of the picture among others: 1280 numbers of length 1. The scalar product of two is
    /// their similarity, 0 to 1.
    pub embedding: Vec<f32>,
    /// Wall times.
    pub timings: Timings,
    /// What ran where.
    pub receipt: Receipt,
}

/// One tag of a picture.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Tag {
    /// Its name in English.
    pub label: String,
    /// Index of its most probable class, in the order of ImageNet-1k.
    pub class_index: i32,
    /// Probability that the picture shows it, 0 to 1.
    pub score: f32,
}

impl From<engine::Tags> for Tags {
    fn from(tags: engine::Tags) -> Self {
        Self {
            width: int(tags.width),
            height: int(tags.height),
            tags: tags.tags.into_iter().map(Into::into).collect(),
            sure: tags.sure,
            embedding: tags.embedding,
            timings: tags.timings.into(),
            receipt: tags.receipt.into(),
        }
    }
}

impl From<engine::Tag> for Tag {
    fn from(engine::Tag { label, class, score }: engine::Tag) -> Self {
        Self { label, class_index: int(class), score }
    }
}

/// What is on a picture.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Description {
    /// Width of the picture as displayed, in pixels.
    pub width: i32,
    /// Height of the picture as displayed, in pixels.
    pub height: i32,
    /// The sentence to show.
    pub caption: String,
    /// Where it comes from.
    pub caption_source: CaptionSource,
    /// What the caption decoder says, supported or not.
    pub learned_caption: String,
    /// Geometric mean of the token probabilities of `learned_caption`, 0 to 1.
    pub caption_confidence: f32,
    /// The tokens of `learned_caption`.
    pub tokens: Vec<CaptionToken>,
    /// What the decoder wrote first, where that named what is not there.
    pub first_caption: Option<String>,
    /// What the whole picture shows, most probable first; empty where nothing is probable.
    pub tags: Vec<Tag>,
    /// Things with their boxes, most certain first.
    pub objects: Vec<FoundObject>,
    /// Its colours, the largest share first.
    pub colours: Vec<Colour>,
    /// The text on it in reading order, where it was asked for.
    pub text: Option<String>,
    /// Wall times.
    pub timings: Timings,
    /// What ran where.
    pub receipt: Receipt,
}

/// Where a caption comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum CaptionSource {
    /// The caption decoder, and what was found supports it.
    Learned,
    /// What was found: objects, tags, text, colours.
    Grounded,
}

/// A piece of a caption.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct CaptionToken {
    /// What it adds to the text: a word after a space, the rest of a word, or the first word.
    pub text: String,
    /// Its id in the vocabulary.
    pub id: i32,
    /// Its probability, given the picture and the tokens before it, 0 to 1.
    pub confidence: f32,
    /// Where it looked, if that was asked for: weights of 7 × 7 places, row by row, that add up to 1.
    pub attention: Vec<f32>,
}

/// A colour and how much of the picture has it.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Colour {
    /// Its English name.
    pub name: String,
    /// Mean of the pixels that have it, as `#rrggbb` in sRGB.
    pub hex: String,
    /// Part of the picture, 0 to 1.
    pub share: f32,
}

impl From<engine::Description> for Description {
    fn from(description: engine::Description) -> Self {
        Self {
            width: int(description.width),
            height: int(description.height),
            caption: description.caption,
            caption_source: description.caption_source.into(),
            learned_caption: description.learned_caption,
            caption_confidence: description.caption_confidence,
            tokens: description.tokens.into_iter().map(Into::into).collect(),
            first_caption: description.first_caption,
            tags: description.tags.into_iter().map(Into::into).collect(),
            objects: description.objects.into_iter().map(Into::into).collect(),
            colours: description.colours.into_iter().map(Into::into).collect(),
            text: description.text,
            timings: description.timings.into(),
            receipt: description.receipt.into(),
        }
    }
}

impl From<engine::CaptionSource> for CaptionSource {
    fn from(source: engine::CaptionSource) -> Self {
        match source {
            engine::CaptionSource::Learned => Self::Learned,
            engine::CaptionSource::Grounded => Self::Grounded,
        }
    }
}

impl From<caption::CaptionToken> for CaptionToken {
    fn from(token: caption::CaptionToken) -> Self {
        let caption::CaptionToken { text, id, confidence, attention } = token;
        Self { text, id: int(id), confidence, attention }
    }
}

impl From<engine::Colour> for Colour {
    fn from(engine::Colour { name, hex, share }: engine::Colour) -> Self {
        Self { name, hex, share }
    }
}
