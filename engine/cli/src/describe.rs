//! `glimpse describe`.

use std::fmt::Write as _;

use anstyle::Style;
use glimpse_engine::read::CancelToken;
use glimpse_engine::{CaptionSource, DescribeOptions, Description, Engine, Error, Part};
use image::RgbImage;

use crate::args::DescribeArgs;
use crate::each::{self, Look, Results, Source};
use crate::human::{duration, percent};
use crate::{Ending, memory, overlay, record};

/// Of secondary matters.
const DIM: Style = Style::new().dimmed();
/// Of file names.
const NAME: Style = Style::new().bold();

/// Describes the pictures that `args` name.
pub(crate) fn run(args: &DescribeArgs, cancel: &CancelToken) -> Ending {
    let results = Results { json: args.json, overlay: args.overlay.as_deref() };
    each::run(&args.pictures, results, cancel, |engine| {
        engine.load(Part::Describe)?;
        if args.text {
            engine.load(Part::Read)?;
        }
        Ok(Describe {
            options: DescribeOptions {
                limits: args.pictures.opening.limits(),
                beam: args.beam,
                text: args.text,
                attention: false,
                cancel: cancel.clone(),
            },
        })
    })
}

/// Describing one picture.
struct Describe {
    options: DescribeOptions,
}

impl Look for Describe {
    type Found = Description;

    fn look(&self, engine: &Engine, source: Source<'_>) -> Result<Description, Error> {
        match source {
            Source::Bytes(bytes) => engine.describe_bytes(bytes, &self.options),
            Source::File(path) => engine.describe_file(path, &self.options),
        }
    }

    fn draw(&self, picture: RgbImage, found: &Description) -> Result<Vec<u8>, Error> {
        overlay::draw_objects(picture, &found.objects)
    }

    fn json(&self, name: &str, found: &Description) -> serde_json::Result<String> {
        record::describe(name, found, memory::peak_rss_bytes())
    }

    fn text(&self, name: &str, found: &Description) -> String {
        let mut out = String::new();
        let _ = writeln!(out, "{NAME}{name}{NAME:#}");
        let _ = writeln!(out, "{}", found.caption);
        if let Some(text) = found.text.as_deref().filter(|t| !t.trim().is_empty()) {
            let _ = writeln!(out, "{}", text.trim_end());
        }
        let mut detail = |title: &str, items: Vec<String>| {
            if !items.is_empty() {
                let _ = writeln!(out, "{DIM}{title}{DIM:#} {}", items.join(", "));
            }
        };
        detail("tags   ", found.tags.iter().map(|t| scored(&t.label, t.score)).collect());
        detail("objects", found.objects.iter().map(|o| scored(&o.label, o.score)).collect());
        detail("colours", found.colours.iter().map(|c| scored(&c.name, c.share)).collect());
        let _ = writeln!(out, "{DIM}{}{DIM:#}", summary(found));
        out
    }
}

fn scored(name: &str, score: f32) -> String {
    format!("{name} {}", percent(score))
}

/// Where the sentence comes from, times and what ran, in one line.
fn summary(found: &Description) -> String {
    let source = match found.caption_source {
        CaptionSource::Learned => format!("learned caption ({})", percent(found.caption_confidence)),
        CaptionSource::Grounded => "made of what was found".into(),
    };
    let t = &found.timings;
    let mut out = format!(
        "{}×{} · {source} · {} (decode {}, see {}, find {}, caption {}",
        found.width,
        found.height,
        duration(t.total),
        duration(t.decode),
        duration(t.see),
        duration(t.find),
        duration(t.caption),
    );
    if found.text.is_some() {
        let _ = write!(out, ", read {}", duration(t.read));
    }
    out.push(')');
    if let Some(stage) = found.receipt.stages.first() {
        let _ = write!(out, " · {} on {} ({})", stage.precision, stage.backend, stage.isa);
    }
    out
}
