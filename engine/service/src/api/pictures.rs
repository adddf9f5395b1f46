//! Pictures that are open.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Names an opened picture: 128 random bits in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct PictureId(pub String);

/// A picture that was opened: it decodes, and looks at it need not send it again.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
pub struct Picture {
    /// Its id.
    pub id: PictureId,
    /// File name, where it is known.
    pub name: Option<String>,
    /// Width as displayed (after EXIF orientation), in pixels.
    pub width: u32,
    /// Height as displayed, in pixels.
    pub height: u32,
    /// `"jpeg"`, `"png"`, `"webp"`, `"gif"`, `"bmp"`, `"tiff"`, or `"rgb"` for a camera's frame.
    pub format: String,
    /// Bytes of the encoded picture.
    pub bytes: u64,
    /// Wall time of decoding it, in milliseconds.
    pub decode_ms: f64,
}

/// A sample picture that the app brings along.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
pub struct Sample {
    /// Its name, by which it is opened, for example `"receipt.jpg"` or `"photos/cat.jpg"`.
    pub name: String,
    /// The task that it shows best.
    pub task: super::Task,
    /// Bytes of the file.
    pub bytes: u64,
}

/// A small picture inside of JSON.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
pub struct InlineImage {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// A PNG file in base64.
    pub png: String,
}
