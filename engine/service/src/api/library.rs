//! The library: what was captured and kept on this device.

use glimpse_engine::{Description, Found, Reading};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::PictureId;

/// Names a picture of the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct ItemId(pub i64);

/// Which pictures of the library. All fields may be left out.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LibraryQuery {
    /// Words that all stand in the text read, the caption, the labels or the name; the last may be
    /// a beginning.
    pub words: Option<String>,
    /// Most like this picture of the library first.
    pub like_item: Option<ItemId>,
    /// Most like this opened picture first.
    pub like_picture: Option<PictureId>,
    /// Most results: 1 to 200. Default 60.
    pub limit: Option<u32>,
    /// How many to leave out from the beginning.
    pub offset: u32,
}

/// Some pictures of the library, the newest first unless likeness orders them.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
pub struct LibraryPage {
    /// The pictures.
    pub items: Vec<LibraryItem>,
    /// How many there are in all for this query.
    pub total: u32,
    /// Bytes of the whole library on disk.
    pub bytes: u64,
}

/// A picture of the library.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
pub struct LibraryItem {
    /// Its id.
    pub id: ItemId,
    /// When it was kept, in milliseconds since 1970-01-01 UTC.
    pub kept_ms: i64,
    /// File name, where it is known.
    pub name: Option<String>,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Beginning of the text read; `None` where it was not read.
    pub text: Option<String>,
    /// The caption; `None` where it was not described.
    pub caption: Option<String>,
    /// Names of what was found and of what it shows.
    pub labels: Vec<String>,
    /// Likeness to the picture asked for, 0 to 1.
    pub likeness: Option<f32>,
}

/// A picture of the library with all that is known of it.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
pub struct LibraryEntry {
    /// The summary.
    pub item: LibraryItem,
    /// The text.
    pub reading: Option<Reading>,
    /// The description.
    pub description: Option<Description>,
    /// The objects.
    pub found: Option<Found>,
}

/// Formats of exports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// The text alone, UTF-8.
    Text,
    /// Caption, text and labels as Markdown.
    Markdown,
    /// Everything, with boxes and receipts.
    Json,
    /// The picture with its text behind it, to be searched and copied.
    Pdf,
    /// hOCR 1.2: XHTML with boxes and confidences.
    Hocr,
}

impl ExportFormat {
    /// Media type of such a file.
    pub const fn media_type(self) -> &'static str {
        match self {
            ExportFormat::Text => "text/plain; charset=utf-8",
            ExportFormat::Markdown => "text/markdown; charset=utf-8",
            ExportFormat::Json => "application/json",
            ExportFormat::Pdf => "application/pdf",
            ExportFormat::Hocr => "application/xhtml+xml",
        }
    }

    /// Ending of such a file's name, without the dot.
    pub const fn extension(self) -> &'static str {
        match self {
            ExportFormat::Text => "txt",
            ExportFormat::Markdown => "md",
            ExportFormat::Json => "json",
            ExportFormat::Pdf => "pdf",
            ExportFormat::Hocr => "hocr",
        }
    }
}
