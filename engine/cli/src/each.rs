//! The loop over pictures that all subcommands share: arguments to pictures, progress, results on
//! standard output, failures told and the rest done all the same.

use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};

use glimpse_engine::read::{CancelToken, ReadLimits};
use glimpse_engine::{Engine, Error, ErrorCode};
use image::RgbImage;
use indicatif::{ProgressBar, ProgressStyle};

use crate::args::PictureArgs;
use crate::inputs::{self, Expanded, Failure, Input};
use crate::output::{report, write_out};
use crate::{Ending, overlay, record, write};

/// From how many pictures on a terminal shows progress.
const PROGRESS_FROM: usize = 3;

/// What a subcommand does with one picture.
pub(crate) trait Look {
    /// What it finds.
    type Found;

    /// Looks at a picture.
    fn look(&self, engine: &Engine, source: Source<'_>) -> Result<Self::Found, Error>;

    /// `picture`, as displayed, with what was found drawn on it, as PNG.
    fn draw(&self, _picture: RgbImage, _found: &Self::Found) -> Result<Vec<u8>, Error> {
        Err(Error::InvalidOption { option: "overlay", reason: "there is nothing to draw".into() })
    }

    /// One line of JSON, without the line break.
    fn json(&self, name: &str, found: &Self::Found) -> serde_json::Result<String>;

    /// What a person sees, with a line break at the end.
    fn text(&self, name: &str, found: &Self::Found) -> String;
}

/// An encoded picture.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source<'a> {
    /// In memory.
    Bytes(&'a [u8]),
    /// In a file.
    File(&'a Path),
}

/// How the results of a subcommand are printed and drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Results<'a> {
    /// One JSON object a line, else text.
    pub(crate) json: bool,
    /// Where what was found is drawn.
    pub(crate) overlay: Option<&'a Path>,
}

/// Looks at each picture that `args` name, with what `prepare` makes of the opened engine.
pub(crate) fn run<L: Look>(
    args: &PictureArgs,
    results: Results<'_>,
    cancel: &CancelToken,
    prepare: impl FnOnce(&Engine) -> Result<L, Error>,
) -> Ending {
    let inputs = inputs::expand(&args.images, args.opening.recursive);
    let overlays = match overlay_targets(results.overlay, &inputs) {
        Ok(overlays) => overlays,
        Err(usage) => return Ending::Usage(usage),
    };
    if inputs.iter().filter(|input| matches!(input, Ok(Input::Stdin))).count() > 1 {
        return Ending::Usage("standard input (-) can be read only once".into());
    }
    let opened = Engine::open(args.opening.engine.options()).and_then(|engine| {
        let look = prepare(&engine)?;
        Ok((engine, look))
    });
    let opened = opened.map_err(|error| Failure::from(&error));
    if let (Err(failure), false) = (&opened, results.json) {
        report(&failure.message);
        return Ending::Failed;
    }
    let limits = args.opening.limits();
    let mut output = Output::new(results.json, inputs.len());
    let mut failed = false;
    for (input, overlay) in inputs.into_iter().zip(overlays) {
        let (name, result) = match (input, &opened) {
            (Err((name, failure)), _) => (name, Err(failure)),
            (Ok(input), Err(failure)) => (input.name(), Err(failure.clone())),
            (Ok(input), Ok((engine, look))) => {
                output.begin(&input);
                let found = cancel.check().and_then(|()| one(engine, look, &input, &limits, overlay));
                let line = found.map_err(|error| Failure::from(&error));
                (input.name(), line.map(|found| (look, found)))
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

/// Where each picture's overlay goes; `None` where there is none to draw.
fn overlay_targets(target: Option<&Path>, inputs: &[Expanded]) -> Result<Vec<Option<PathBuf>>, String> {
    let Some(target) = target else { return Ok(vec![None; inputs.len()]) };
    let pictures: Vec<Input> = inputs.iter().filter_map(|input| input.as_ref().ok().cloned()).collect();
    let mut targets = overlay::targets(&pictures, target)?.into_iter();
    if pictures.len() > 1
        && let Err(error) = std::fs::create_dir_all(target)
    {
        return Err(format!("cannot make the folder {}: {error}", target.display()));
    }
    Ok(inputs.iter().map(|input| input.as_ref().ok().and_then(|_| targets.next())).collect())
}

/// Looks at one picture and draws its overlay.
fn one<L: Look>(
    engine: &Engine,
    look: &L,
    input: &Input,
    limits: &ReadLimits,
    overlay: Option<PathBuf>,
) -> Result<L::Found, Error> {
    let Some(target) = overlay else {
        return match input {
            Input::Stdin => look.look(engine, Source::Bytes(&stdin_bytes(limits)?)),
            Input::File(path) => look.look(engine, Source::File(path)),
        };
    };
    let bytes = match input {
        Input::Stdin => stdin_bytes(limits)?,
        Input::File(path) => std::fs::read(path).map_err(|error| Error::io(path, error))?,
    };
    let found = look.look(engine, Source::Bytes(&bytes))?;
    write::write_whole(&target, &look.draw(overlay::decode(&bytes)?, &found)?)?;
    Ok(found)
}

/// All of standard input, up to one byte more than the limit, which the decoder then refuses.
pub(crate) fn stdin_bytes(limits: &ReadLimits) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .take(limits.max_bytes.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| Error::io("-", error))?;
    Ok(bytes)
}

/// Standard output, with progress on standard error.
struct Output {
    json: bool,
    printed: usize,
    progress: ProgressBar,
}

impl Output {
    fn new(json: bool, pictures: usize) -> Self {
        let progress = if pictures >= PROGRESS_FROM && std::io::stderr().is_terminal() {
            let bar = ProgressBar::new(pictures as u64);
            if let Ok(style) = ProgressStyle::with_template("{bar:24.green/dim} {pos}/{len} {wide_msg}") {
                bar.set_style(style);
            }
            bar
        } else {
            ProgressBar::hidden()
        };
        Self { json, printed: 0, progress }
    }

    /// Shows which picture is being looked at.
    fn begin(&self, input: &Input) {
        self.progress.set_message(input.name());
        self.progress.tick();
    }

    /// Prints one picture's result.
    fn print<L: Look>(
        &mut self,
        name: &str,
        result: &Result<(&L, L::Found), Failure>,
    ) -> std::io::Result<()> {
        let gap = if self.printed > 0 { "\n" } else { "" };
        let text = match (self.json, result) {
            (true, Ok((look, found))) => look.json(name, found)? + "\n",
            (true, Err(failure)) => record::failed(name, failure)? + "\n",
            (false, Err(failure)) => {
                self.progress.suspend(|| report(&about(name, failure)));
                self.progress.inc(1);
                return Ok(());
            }
            (false, Ok((look, found))) => format!("{gap}{}", look.text(name, found)),
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
pub(crate) fn about(name: &str, failure: &Failure) -> String {
    if failure.message.starts_with(name) {
        failure.message.clone()
    } else {
        format!("{name}: {}", failure.message)
    }
}
