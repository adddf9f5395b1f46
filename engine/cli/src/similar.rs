//! `glimpse similar`.

use std::path::Path;

use glimpse_engine::read::CancelToken;
use glimpse_engine::{Engine, Error, ErrorCode, Part, TagOptions};

use crate::Ending;
use crate::args::SimilarArgs;
use crate::each::{about, stdin_bytes};
use crate::inputs::{self, Failure, Input};
use crate::output::{report, write_out};
use crate::record;

/// Ranks the pictures of the folders that `args` name by their likeness to the query.
pub(crate) fn run(args: &SimilarArgs, cancel: &CancelToken) -> Ending {
    let options = TagOptions {
        limits: args.opening.limits(),
        top: Some(1),
        cancel: cancel.clone(),
        ..TagOptions::default()
    };
    let query = match args.query.as_path() {
        path if path == Path::new("-") => Input::Stdin,
        path => Input::File(path.to_owned()),
    };
    let opened = Engine::open(args.opening.engine.options()).and_then(|engine| {
        engine.load(Part::See)?;
        let wanted = embedding(&engine, &query, &options)?;
        Ok((engine, wanted))
    });
    let (engine, wanted) = match opened {
        Ok(opened) => opened,
        Err(error) => return tell(&query.name(), &Failure::from(&error), args.json),
    };
    let mut failed = Vec::new();
    let mut found: Vec<(f32, String)> = Vec::new();
    for input in inputs::expand(&args.folders, args.opening.recursive) {
        let (name, result) = match input {
            Err((name, failure)) => (name, Err(failure)),
            Ok(Input::Stdin) => return Ending::Usage("standard input can only be the query".into()),
            Ok(input) => {
                let found = embedding(&engine, &input, &options);
                (input.name(), found.map_err(|error| Failure::from(&error)))
            }
        };
        match result {
            Ok(embedding) => found.push((dot(&wanted, &embedding), name)),
            Err(failure) if failure.code == ErrorCode::Cancelled => return Ending::Cancelled,
            Err(failure) => failed.push((name, failure)),
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let shown = args.top.map_or(usize::MAX, |top| top as usize);
    for (similarity, name) in found.iter().take(shown) {
        let line = match args.json {
            true => record::compared(name, *similarity).map_err(Into::into),
            false => Ok(format!("{similarity:.3}  {name}")),
        };
        if let Err(error) = line.and_then(|line| write_out(&(line + "\n"))) {
            return Ending::of_output(&error);
        }
    }
    failed.iter().fold(Ending::Done, |_, (name, failure)| tell(name, failure, args.json))
}

/// Where a picture lies among others.
fn embedding(engine: &Engine, input: &Input, options: &TagOptions) -> Result<Vec<f32>, Error> {
    let tags = match input {
        Input::Stdin => engine.tags_bytes(&stdin_bytes(&options.limits)?, options)?,
        Input::File(path) => engine.tags_file(path, options)?,
    };
    Ok(tags.embedding)
}

/// Tells that a picture failed.
fn tell(name: &str, failure: &Failure, json: bool) -> Ending {
    if failure.code == ErrorCode::Cancelled {
        return Ending::Cancelled;
    }
    if !json {
        report(&about(name, failure));
        return Ending::Failed;
    }
    let line = record::failed(name, failure).map_err(Into::into);
    match line.and_then(|line| write_out(&(line + "\n"))) {
        Ok(()) => Ending::Failed,
        Err(error) => Ending::of_output(&error),
    }
}

/// The scalar product: the cosine, as both have length 1.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}
