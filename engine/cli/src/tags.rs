//! `glimpse tags`.

use std::fmt::Write as _;

use anstyle::Style;
use glimpse_engine::read::CancelToken;
use glimpse_engine::see::View;
use glimpse_engine::{Engine, Error, Part, TagOptions, Tags};

use crate::args::TagsArgs;
use crate::each::{self, Look, Results, Source};
use crate::{Ending, memory, record};

/// Of secondary matters.
const DIM: Style = Style::new().dimmed();
/// Of file names.
const BOLD: Style = Style::new().bold();

/// Names what the pictures show that `args` name.
pub(crate) fn run(args: &TagsArgs, cancel: &CancelToken) -> Ending {
    let results = Results { json: args.json, overlay: None };
    each::run(&args.pictures, results, cancel, |engine| {
        engine.load(Part::See)?;
        let options = TagOptions {
            limits: args.pictures.opening.limits(),
            top: Some(usize::from(args.top)),
            view: if args.whole { View::Whole } else { View::Centre },
            cancel: cancel.clone(),
        };
        Ok(Name { options, embedding: args.embedding })
    })
}

/// Naming what one picture shows.
struct Name {
    options: TagOptions,
    /// Print the embedding too.
    embedding: bool,
}

impl Look for Name {
    type Found = Tags;

    fn look(&self, engine: &Engine, source: Source<'_>) -> Result<Tags, Error> {
        match source {
            Source::Bytes(bytes) => engine.tags_bytes(bytes, &self.options),
            Source::File(path) => engine.tags_file(path, &self.options),
        }
    }

    fn json(&self, name: &str, found: &Tags) -> serde_json::Result<String> {
        record::tags(name, found, self.embedding, memory::peak_rss_bytes())
    }

    fn text(&self, name: &str, found: &Tags) -> String {
        human(name, found)
    }
}

/// The picture's name, a line a tag, and how long it took.
fn human(name: &str, tags: &Tags) -> String {
    let mut out = format!("{BOLD}{name}{BOLD:#}\n");
    if !tags.sure {
        let _ = writeln!(out, "{DIM}unsure; the most probable:{DIM:#}");
    }
    for tag in &tags.tags {
        let _ = writeln!(out, "{:>4.0} %  {}", 100.0 * tag.score, tag.label);
    }
    let t = &tags.timings;
    let _ = writeln!(
        out,
        "{DIM}{}×{} · {:.1} ms (decode {:.1}, tags {:.1}){DIM:#}",
        tags.width, tags.height, t.total, t.decode, t.tag
    );
    out
}
