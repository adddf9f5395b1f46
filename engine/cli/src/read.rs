//! `glimpse read`.

use std::sync::Arc;

use glimpse_engine::languages::charset;
use glimpse_engine::read::CancelToken;
use glimpse_engine::{Engine, Error, Part, ReadOptions, Reading};
use image::RgbImage;

use crate::args::ReadArgs;
use crate::each::{self, Look, Results, Source};
use crate::{Ending, human, memory, overlay, record};

/// Reads the pictures that `args` name and prints what was found.
pub(crate) fn run(args: &ReadArgs, cancel: &CancelToken) -> Ending {
    let results = Results { json: args.json, overlay: args.overlay.as_deref() };
    each::run(&args.pictures, results, cancel, |engine| {
        engine.load(Part::Read)?;
        Ok(Read { options: read_options(args, engine, cancel)?, text: args.text })
    })
}

/// Reading one picture.
struct Read {
    options: ReadOptions,
    /// Print the text alone.
    text: bool,
}

impl Look for Read {
    type Found = Reading;

    fn look(&self, engine: &Engine, source: Source<'_>) -> Result<Reading, Error> {
        match source {
            Source::Bytes(bytes) => engine.read_bytes(bytes, &self.options),
            Source::File(path) => engine.read_file(path, &self.options),
        }
    }

    fn draw(&self, picture: RgbImage, found: &Reading) -> Result<Vec<u8>, Error> {
        overlay::draw(picture, found)
    }

    fn json(&self, name: &str, found: &Reading) -> serde_json::Result<String> {
        record::read(name, found, memory::peak_rss_bytes())
    }

    fn text(&self, name: &str, found: &Reading) -> String {
        if self.text { found.text() } else { human::picture(name, found) }
    }
}

/// The options for each picture.
fn read_options(args: &ReadArgs, engine: &Engine, cancel: &CancelToken) -> Result<ReadOptions, Error> {
    let charset = match &args.languages[..] {
        [] => None,
        codes => Some(Arc::new(charset(codes, &engine.characters()?)?)),
    };
    Ok(ReadOptions {
        limits: args.pictures.opening.limits(),
        charset,
        min_confidence: args.min_confidence,
        cancel: cancel.clone(),
    })
}
