//! Exports: what was seen on a picture as a file for other programs. The same results give the same
//! bytes; no file carries the time at which it was made.

mod geometry;
mod hocr;
mod markdown;
mod pdf;
#[cfg(test)]
mod tests;

use glimpse_engine::{Description, Found, Reading};
use serde::Serialize;

use crate::api::{ExportFormat, Failure, ServiceCode};
use crate::seen;

/// A picture and what is known of it.
#[derive(Debug, Clone, Copy)]
pub struct Exported<'a> {
    /// File name, where it is known.
    pub name: Option<&'a str>,
    /// The picture's encoded bytes; only a PDF needs them.
    pub encoded: &'a [u8],
    /// Width as displayed, in pixels.
    pub width: u32,
    /// Height as displayed, in pixels.
    pub height: u32,
    /// The text read.
    pub reading: Option<&'a Reading>,
    /// The description.
    pub description: Option<&'a Description>,
    /// The objects found.
    pub found: Option<&'a Found>,
}

/// The file in this format.
///
/// - Text: the text that was read, by reading or by describing.
/// - Markdown: name, caption, text and labels, as far as they are known; CommonMark, in which all
///   of them stand for themselves.
/// - JSON: all results as they are.
/// - PDF: the picture with its text, invisible, over it. A JPEG is not encoded anew, but its
///   metadata (place, device, time) is left out; other pictures are stored without loss, except
///   WebP. A page has 150 pixels an inch.
/// - hOCR 1.2: paragraphs, lines and words with boxes and confidences.
///
/// # Errors
/// `nothing_to_export` where no text was read (Text, PDF, hOCR), or nothing is known at all
/// (Markdown, JSON); for a PDF also the engine's `image_…` codes where the picture does not decode.
pub fn export(format: ExportFormat, exported: &Exported<'_>) -> Result<Vec<u8>, Failure> {
    match format {
        ExportFormat::Text => text(exported).map(String::into_bytes),
        ExportFormat::Markdown => markdown::markdown(exported).map(String::into_bytes),
        ExportFormat::Json => json(exported),
        ExportFormat::Pdf => pdf::pdf(exported, lines(exported)?),
        ExportFormat::Hocr => Ok(hocr::hocr(exported, lines(exported)?).into_bytes()),
    }
}

/// A reading with at least one line.
fn lines<'a>(exported: &Exported<'a>) -> Result<&'a Reading, Failure> {
    match exported.reading {
        Some(reading) if !reading.lines.is_empty() => Ok(reading),
        Some(_) => Err(nothing("no text was found on this picture")),
        None => Err(nothing("this picture was not read")),
    }
}

fn text(exported: &Exported<'_>) -> Result<String, Failure> {
    known_text(exported).ok_or_else(|| match exported.reading {
        Some(_) => nothing("no text was found on this picture"),
        None => nothing("this picture was not read"),
    })
}

/// The text, ending with a line break; [`None`] where there is none.
fn known_text(exported: &Exported<'_>) -> Option<String> {
    let text = seen::text(exported.reading, exported.description)?;
    let text = text.trim_end();
    (!text.is_empty()).then(|| format!("{text}\n"))
}

#[derive(Serialize)]
struct Everything<'a> {
    glimpse: &'static str,
    name: Option<&'a str>,
    width: u32,
    height: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    reading: Option<&'a Reading>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a Description>,
    #[serde(skip_serializing_if = "Option::is_none")]
    found: Option<&'a Found>,
}

fn json(exported: &Exported<'_>) -> Result<Vec<u8>, Failure> {
    let &Exported { name, width, height, reading, description, found, .. } = exported;
    if reading.is_none() && description.is_none() && found.is_none() {
        return Err(nothing("nothing is known of this picture yet"));
    }
    let glimpse = env!("CARGO_PKG_VERSION");
    let everything = Everything { glimpse, name, width, height, reading, description, found };
    let mut out = serde_json::to_vec_pretty(&everything)
        .map_err(|e| Failure::new(ServiceCode::Internal, format!("a result is not writable as JSON: {e}")))?;
    out.push(b'\n');
    Ok(out)
}

fn nothing(why: &str) -> Failure {
    Failure::new(ServiceCode::NothingToExport, why)
}
