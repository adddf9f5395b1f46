//! `glimpse find`.

use std::fmt::Write;

use glimpse_engine::find::{FindOptions, Found};
use glimpse_engine::read::CancelToken;
use glimpse_engine::{Engine, Error, Part};
use image::RgbImage;

use crate::args::FindArgs;
use crate::each::{self, Look, Results, Source};
use crate::{Ending, memory, overlay, record};

/// Finds the objects on the pictures that `args` name and prints them.
pub(crate) fn run(args: &FindArgs, cancel: &CancelToken) -> Ending {
    let results = Results { json: args.json, overlay: args.overlay.as_deref() };
    each::run(&args.pictures, results, cancel, |engine| {
        engine.load(Part::Find)?;
        let limits = args.pictures.opening.limits();
        let (min_score, cancel) = (args.min_score, cancel.clone());
        Ok(Find { options: FindOptions { limits, min_score, cancel, scale: None } })
    })
}

/// Finding the objects on one picture.
struct Find {
    options: FindOptions,
}

impl Look for Find {
    type Found = Found;

    fn look(&self, engine: &Engine, source: Source<'_>) -> Result<Found, Error> {
        match source {
            Source::Bytes(bytes) => engine.find_bytes(bytes, &self.options),
            Source::File(path) => engine.find_file(path, &self.options),
        }
    }

    fn draw(&self, picture: RgbImage, found: &Found) -> Result<Vec<u8>, Error> {
        overlay::draw_objects(picture, &found.objects)
    }

    fn json(&self, name: &str, found: &Found) -> serde_json::Result<String> {
        record::found(name, found, memory::peak_rss_bytes())
    }

    /// The picture's name, then a line an object: score, name, box.
    fn text(&self, name: &str, found: &Found) -> String {
        let Found { width, height, objects, timings, .. } = found;
        let mut text = format!("{name}: {width}×{height}, {:.0} ms\n", timings.total);
        if objects.is_empty() {
            text.push_str("  nothing that is sure enough\n");
        }
        for object in objects {
            let ([x, y, w, h], percent) = (object.bounds, object.score * 100.0);
            // Writing to a String never fails.
            let _ = writeln!(text, "  {percent:3.0} %  {:<16} {w:.0}×{h:.0} at {x:.0},{y:.0}", object.label);
        }
        text
    }
}
