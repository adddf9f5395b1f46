//! `glimpse read`.

use std::io::{IsTerminal, Read};
use std::path::PathBuf;
use std::sync::Arc;

use glimpse_engine::languages::charset;
use glimpse_engine::read::{CancelToken, ReadLimits};
use glimpse_engine::{Engine, Error, ErrorCode, Part, ReadOptions, Reading};
use indicatif::{ProgressBar, ProgressStyle};

use crate::args::ReadArgs;
use crate::inputs::{self, Expanded, Failure, Input};
use crate::output::{report, write_out};
use crate::{Ending, human, memory, overlay, record, write};

/// From how many pictures on a terminal shows progress.
const PROGRESS_FROM: usize = 3;

/// Reads the pictures that `args` name and prints what was found.
pub(crate) fn run(args: &ReadArgs, cancel: &CancelToken) -> Ending {
    let inputs = inputs::expand(&args.images, args.recursive);
    let overlays = match overlay_targets(args, &inputs) {
        Ok(overlays) => overlays,
        Err(usage) => return Ending::Usage(usage),
    };
    if inputs.iter().filter(|input| matches!(input, Ok(Input::Stdin))).count() > 1 {
        return Ending::Usage("standard input (-) can be read only once".into());
    }
    let opened = Engine::open(args.engine.options()).and_then(|engine| {
        engine.load(Part::Read)?;
        let options = read_options(args, &engine, cancel)?;
        Ok((engine, options))
    });
    let engine = opened.map_err(|error| Failure::from(&error));
    if let (Err(failure), false) = (&engine, args.json) {
        report(&failure.message);
        return Ending::Failed;
    }
    let mut output = Output::new(args, inputs.len());
    let mut failed = false;
    for (input, overlay) in inputs.into_iter().zip(overlays) {
        let (name, result) = match (input, &engine) {
            (Err((name, failure)), _) => (name, Err(failure)),
            (Ok(input), Err(failure)) => (input.name(), Err(failure.clone())),
            (Ok(input), Ok((engine, options))) => {
                output.begin(&input);
                let result = read_one(engine, &input, options, overlay);
                (input.name(), result.map_err(|error| Failure::from(&error)))
            }
        };
        if matches!(&result, Err(failure) if failure.code == ErrorCode::Cancelled) {
            return Ending::Cancelled;
        }
        failed |= result.is_err();
        if let Err(error) = output.print(&name, &result) {
            return Ending::of_output(&error);
        }
    }
    if failed { Ending::Failed } else { Ending::Done }
}

/// The options for each picture.
fn read_options(args: &ReadArgs, engine: &Engine, cancel: &CancelToken) -> Result<ReadOptions, Error> {
    let mut limits = ReadLimits::default();
    if let Some(pixels) = args.max_pixels {
        limits.max_pixels = pixels;
    }
    let charset = match &args.languages[..] {
        [] => None,
        codes => Some(Arc::new(charset(codes, &engine.characters()?)?)),
    };
    Ok(ReadOptions { limits, charset, min_confidence: args.min_confidence, cancel: cancel.clone() })
}

/// Where each picture's overlay goes; `None` where there is none to draw.
fn overlay_targets(args: &ReadArgs, inputs: &[Expanded]) -> Result<Vec<Option<PathBuf>>, String> {
    let Some(target) = &args.overlay else { return Ok(vec![None; inputs.len()]) };
    let pictures: Vec<Input> = inputs.iter().filter_map(|input| input.as_ref().ok().cloned()).collect();
    let mut targets = overlay::targets(&pictures, target)?.into_iter();
    if pictures.len() > 1
        && let Err(error) = std::fs::create_dir_all(target)
    {
        return Err(format!("cannot make the folder {}: {error}", target.display()));
    }
    Ok(inputs.iter().map(|input| input.as_ref().ok().and_then(|_| targets.next())).collect())
}

/// Reads one picture and draws its overlay.
fn read_one(
    engine: &Engine,
    input: &Input,
    options: &ReadOptions,
    overlay: Option<PathBuf>,
) -> Result<Reading, Error> {
    options.cancel.check()?;
    let Some(target) = overlay else {
        return match input {
            Input::Stdin => engine.read_bytes(&stdin_bytes(&options.limits)?, options),
            Input::File(path) => engine.read_file(path, options),
        };
    };
    let bytes = match input {
        Input::Stdin => stdin_bytes(&options.limits)?,
        Input::File(path) => std::fs::read(path).map_err(|error| Error::io(path, error))?,
    };
    let reading = engine.read_bytes(&bytes, options)?;
    write::write_whole(&target, &overlay::draw(overlay::decode(&bytes)?, &reading)?)?;
    Ok(reading)
}

/// All of standard input, up to one byte more than the limit, which the decoder then refuses.
fn stdin_bytes(limits: &ReadLimits) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .take(limits.max_bytes.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| Error::io("-", error))?;
    Ok(bytes)
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Human,
    Text,
    Json,
}

/// Standard output, with progress on standard error.
struct Output {
    format: Format,
    printed: usize,
    progress: ProgressBar,
}

impl Output {
    fn new(args: &ReadArgs, pictures: usize) -> Self {
        let format = match (args.json, args.text) {
            (true, _) => Format::Json,
            (_, true) => Format::Text,
            _ => Format::Human,
        };
        let progress = if pictures >= PROGRESS_FROM && std::io::stderr().is_terminal() {
            let bar = ProgressBar::new(pictures as u64);
            if let Ok(style) = ProgressStyle::with_template("{bar:24.green/dim} {pos}/{len} {wide_msg}") {
                bar.set_style(style);
            }
            bar
        } else {
            ProgressBar::hidden()
        };
        Self { format, printed: 0, progress }
    }

    /// Shows which picture is being read.
    fn begin(&self, input: &Input) {
        self.progress.set_message(input.name());
        self.progress.tick();
    }

    /// Prints one picture's result.
    fn print(&mut self, name: &str, result: &Result<Reading, Failure>) -> std::io::Result<()> {
        let gap = self.printed > 0;
        let text = match (self.format, result) {
            (Format::Json, Ok(reading)) => record::read(name, reading, memory::peak_rss_bytes())? + "\n",
            (Format::Json, Err(failure)) => record::failed(name, failure)? + "\n",
            (_, Err(failure)) => {
                self.progress.suspend(|| report(&about(name, failure)));
                self.progress.inc(1);
                return Ok(());
            }
            (Format::Text, Ok(reading)) => format!("{}{}", if gap { "\n" } else { "" }, reading.text()),
            (Format::Human, Ok(reading)) => {
                format!("{}{}", if gap { "\n" } else { "" }, human::picture(name, reading))
            }
        };
        self.printed += 1;
        let written = self.progress.suspend(|| write_out(&text));
        self.progress.inc(1);
        written
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        self.progress.finish_and_clear();
    }
}

/// A failure's message with the picture's name in front, unless the message names it already.
fn about(name: &str, failure: &Failure) -> String {
    if failure.message.starts_with(name) {
        failure.message.clone()
    } else {
        format!("{name}: {}", failure.message)
    }
}
