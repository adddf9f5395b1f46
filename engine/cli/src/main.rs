//! The `glimpse` command: reads text on pictures and says what they show, on this device.
//!
//! Exit status: 0 when all went well, 1 when something failed, 2 for wrong usage, 130 when cancelled.

mod args;
mod bench_kernels;
mod bench_models;
mod describe;
mod each;
mod find;
mod human;
mod info;
mod inputs;
mod memory;
mod output;
mod overlay;
mod pages;
mod read;
mod record;
mod serve;
mod similar;
mod tags;
mod watch;
mod write;

use std::io;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};
use glimpse_engine::read::CancelToken;

use crate::args::{Cli, Command};

/// How a subcommand ended.
#[derive(Debug)]
enum Ending {
    /// All went well, or the reader of standard output went away.
    Done,
    /// Something failed; it was told already.
    Failed,
    /// The arguments do not fit together; the sentence says why.
    Usage(String),
    /// A person cancelled.
    Cancelled,
}

impl Ending {
    /// What follows from a failure to write to standard output: none if its reader went away.
    fn of_output(error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Ending::Done;
        }
        output::report(&format!("cannot write to standard output: {error}"));
        Ending::Failed
    }
}

fn main() -> ExitCode {
    memory::return_large_blocks();
    let cli = Cli::parse();
    start_logging(cli.verbose);
    let cancel = CancelToken::new();
    // The server has its own end in good order.
    if !matches!(cli.command, Command::Serve(_))
        && let Err(error) = cancel_on_interrupt(cancel.clone())
    {
        tracing::warn!(%error, "Ctrl-C will not end the read in good order");
    }
    let ending = match &cli.command {
        Command::Read(args) => read::run(args, &cancel),
        Command::Describe(args) => describe::run(args, &cancel),
        Command::Tags(args) => tags::run(args, &cancel),
        Command::Similar(args) => similar::run(args, &cancel),
        Command::Find(args) => find::run(args, &cancel),
        Command::Watch(args) => watch::run(args, &cancel),
        Command::Serve(args) => serve::run(args),
        Command::Info(args) => info::run(args),
        Command::BenchKernels(args) => bench_kernels::run(args),
        Command::BenchModels(args) => bench_models::run(args),
        Command::Completions { shell } => pages::completions(*shell),
        Command::Man { out } => pages::manual(out.as_deref()),
    };
    match ending {
        Ending::Done => ExitCode::SUCCESS,
        Ending::Failed => ExitCode::from(1),
        Ending::Usage(sentence) => wrong_usage(cli.command.name(), &sentence),
        Ending::Cancelled => ExitCode::from(130),
    }
}

/// Tells `sentence` and the usage of the subcommand `name`, and exits with status 2.
fn wrong_usage(name: &str, sentence: &str) -> ! {
    let mut command = Cli::command();
    command.build();
    match command.find_subcommand_mut(name) {
        Some(found) => found.error(ErrorKind::ValueValidation, sentence).exit(),
        None => command.error(ErrorKind::ValueValidation, sentence).exit(),
    }
}

/// Logs to standard error: `GLIMPSE_LOG` in the syntax of `tracing_subscriber`, else by `-v`.
fn start_logging(verbose: u8) {
    let level = match verbose {
        0 => "warn",
        1 => "info",
        2 => "debug",
        _ => "trace",
    };
    let filter = tracing_subscriber::EnvFilter::builder()
        .with_env_var("GLIMPSE_LOG")
        .try_from_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(level));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).init();
}

/// Ctrl-C cancels the running read; a second one ends the program at once.
fn cancel_on_interrupt(cancel: CancelToken) -> Result<(), ctrlc::Error> {
    ctrlc::set_handler(move || {
        if cancel.is_cancelled() {
            std::process::exit(130);
        }
        cancel.cancel();
    })
}
