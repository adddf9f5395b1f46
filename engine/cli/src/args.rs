//! The command line: what can be asked for.

mod watch;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use glimpse_engine::read::ReadLimits;

pub(crate) use watch::{Policy, WatchArgs};

/// Reads and describes pictures, on this device.
#[derive(Debug, Parser)]
#[command(name = "glimpse", version, arg_required_else_help = true)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,

    /// Say more on standard error; twice says still more. GLIMPSE_LOG sets it in detail
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Read the text on pictures
    Read(ReadArgs),
    /// Describe pictures: a sentence, tags, objects, colours
    Describe(DescribeArgs),
    /// Name what pictures show
    Tags(TagsArgs),
    /// Rank the pictures of a folder by how much they look like another
    Similar(SimilarArgs),
    /// Find objects on pictures: names, scores, boxes
    Find(FindArgs),
    /// Watch moving pictures: objects followed, text read, what happens and what it costs
    Watch(WatchArgs),
    /// Serve the app and its addresses for programs over HTTP, on this device
    Serve(ServeArgs),
    /// Tell what this build and this machine are: packs, processor, kernels
    Info(InfoArgs),
    /// Time every kernel of this machine on the models' layers
    BenchKernels(BenchKernelsArgs),
    /// Time each network by itself, or each of its steps
    BenchModels(BenchModelsArgs),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man {
        /// Write one page a subcommand into this folder instead
        #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
        out: Option<PathBuf>,
    },
}

impl Command {
    /// The subcommand's name on the command line.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Command::Read(_) => "read",
            Command::Describe(_) => "describe",
            Command::Tags(_) => "tags",
            Command::Similar(_) => "similar",
            Command::Find(_) => "find",
            Command::Watch(_) => "watch",
            Command::Serve(_) => "serve",
            Command::Info(_) => "info",
            Command::BenchKernels(_) => "bench-kernels",
            Command::BenchModels(_) => "bench-models",
            Command::Completions { .. } => "completions",
            Command::Man { .. } => "man",
        }
    }
}

/// Arguments of `glimpse read`.
#[derive(Debug, Args)]
pub(crate) struct ReadArgs {
    /// Which pictures.
    #[command(flatten)]
    pub(crate) pictures: PictureArgs,

    /// Print one JSON object a line and picture
    #[arg(long, conflicts_with = "text")]
    pub(crate) json: bool,

    /// Print the text alone
    #[arg(long)]
    pub(crate) text: bool,

    /// Read only characters of these languages: BCP 47 codes, such as de,fr,zh-Hant
    #[arg(long, value_name = "CODES", value_delimiter = ',', value_parser = parse_language)]
    pub(crate) languages: Vec<&'static str>,

    /// Draw the boxes that were found into this PNG file; a folder when there are several pictures
    #[arg(long, value_name = "OUT", value_hint = ValueHint::AnyPath)]
    pub(crate) overlay: Option<PathBuf>,

    /// Drop lines whose confidence is lower, from 0 to 1 [default: 0.5]
    #[arg(long, value_name = "C", value_parser = parse_confidence)]
    pub(crate) min_confidence: Option<f32>,
}

/// Arguments that name pictures.
#[derive(Debug, Args)]
pub(crate) struct PictureArgs {
    /// Pictures, folders of pictures, or - for standard input
    #[arg(required = true, value_name = "IMAGE", value_hint = ValueHint::AnyPath)]
    pub(crate) images: Vec<PathBuf>,

    /// How they are opened, and the engine.
    #[command(flatten)]
    pub(crate) opening: OpeningArgs,
}

/// Arguments that say how pictures, and the engine, are opened.
#[derive(Debug, Args)]
pub(crate) struct OpeningArgs {
    /// Also take the pictures in the folders of a folder
    #[arg(short, long)]
    pub(crate) recursive: bool,

    /// Refuse pictures of more pixels [default: 100000000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) max_pixels: Option<u64>,

    /// How to open the engine.
    #[command(flatten)]
    pub(crate) engine: EngineArgs,
}

/// Arguments of `glimpse tags`.
#[derive(Debug, Args)]
pub(crate) struct TagsArgs {
    /// Which pictures.
    #[command(flatten)]
    pub(crate) pictures: PictureArgs,

    /// Print one JSON object a line and picture
    #[arg(long)]
    pub(crate) json: bool,

    /// How many tags to print of each picture, the most probable first
    #[arg(long, value_name = "K", default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) top: u16,

    /// Look at the whole picture, squashed to a square, instead of the square in its middle
    #[arg(long)]
    pub(crate) whole: bool,

    /// Print each picture's embedding as well
    #[arg(long, requires = "json")]
    pub(crate) embedding: bool,
}

/// Arguments of `glimpse similar`.
#[derive(Debug, Args)]
pub(crate) struct SimilarArgs {
    /// The picture to compare with, or - for standard input
    #[arg(value_name = "QUERY", value_hint = ValueHint::FilePath)]
    pub(crate) query: PathBuf,

    /// Folders of pictures, or pictures
    #[arg(required = true, value_name = "FOLDER", value_hint = ValueHint::AnyPath)]
    pub(crate) folders: Vec<PathBuf>,

    /// Print one JSON object a line and picture
    #[arg(long)]
    pub(crate) json: bool,

    /// How many pictures to print, the most similar first; all without it
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) top: Option<u32>,

    /// How they are opened, and the engine.
    #[command(flatten)]
    pub(crate) opening: OpeningArgs,
}

/// Arguments of `glimpse find`.
#[derive(Debug, Args)]
pub(crate) struct FindArgs {
    /// Which pictures.
    #[command(flatten)]
    pub(crate) pictures: PictureArgs,

    /// Print one JSON object a line and picture
    #[arg(long)]
    pub(crate) json: bool,

    /// Draw the boxes that were found into this PNG file; a folder when there are several pictures
    #[arg(long, value_name = "OUT", value_hint = ValueHint::AnyPath)]
    pub(crate) overlay: Option<PathBuf>,

    /// Drop objects whose score is lower, from 0 to 1 [default: 0.3]
    #[arg(long, value_name = "S", value_parser = parse_confidence)]
    pub(crate) min_score: Option<f32>,
}

/// Arguments of `glimpse describe`.
#[derive(Debug, Args)]
pub(crate) struct DescribeArgs {
    /// Which pictures.
    #[command(flatten)]
    pub(crate) pictures: PictureArgs,

    /// Print one JSON object a line and picture
    #[arg(long)]
    pub(crate) json: bool,

    /// Also read the text on the pictures, which takes longer
    #[arg(long)]
    pub(crate) text: bool,

    /// Captions kept while searching for the best: 1 is the fastest [default: 3]
    #[arg(long, value_name = "N", value_parser = parse_beam)]
    pub(crate) beam: Option<usize>,

    /// Draw the objects that were found into this PNG file; a folder when there are several pictures
    #[arg(long, value_name = "OUT", value_hint = ValueHint::AnyPath)]
    pub(crate) overlay: Option<PathBuf>,
}

/// Arguments of `glimpse serve`.
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Address or name to listen at; beyond this machine only with a token
    #[arg(long, value_name = "HOST", default_value = "127.0.0.1")]
    pub(crate) host: String,

    /// Port to listen at; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 7717)]
    pub(crate) port: u16,

    /// What requests must know, as a bearer token or once as /?token=TOKEN
    #[arg(long, value_name = "TOKEN", env = "GLIMPSE_TOKEN", hide_env_values = true)]
    pub(crate) token: Option<String>,

    /// Folder of the built user interface [default: looked for beside the program and upwards]
    #[arg(long, value_name = "DIR", env = "GLIMPSE_UI", value_hint = ValueHint::DirPath)]
    pub(crate) ui: Option<PathBuf>,

    /// Folder of settings and library [default: glimpse in the user's folder for data]
    #[arg(long, value_name = "DIR", env = "GLIMPSE_DATA", value_hint = ValueHint::DirPath)]
    pub(crate) data: Option<PathBuf>,

    /// Keep no library
    #[arg(long)]
    pub(crate) no_library: bool,

    /// Open the app in this machine's browser
    #[arg(long)]
    pub(crate) open: bool,

    /// Print the OpenAPI description of the addresses and end
    #[arg(long)]
    pub(crate) openapi: bool,

    /// How to open the engine.
    #[command(flatten)]
    pub(crate) engine: EngineArgs,
}

/// Arguments of `glimpse info`.
#[derive(Debug, Args)]
pub(crate) struct InfoArgs {
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,

    /// Tell which languages' alphabets the recognizer knows, and what it lacks of the others
    #[arg(long)]
    pub(crate) languages: bool,

    /// Folder with packs.toml [default: looked for beside the program and upwards]
    #[arg(long, value_name = "DIR", env = "GLIMPSE_PACKS", value_hint = ValueHint::DirPath)]
    pub(crate) packs: Option<PathBuf>,
}

/// Arguments of `glimpse bench-kernels`.
#[derive(Debug, Args)]
pub(crate) struct BenchKernelsArgs {
    /// Print one JSON object a line and timing
    #[arg(long)]
    pub(crate) json: bool,

    /// Only what contains this in "KERNEL SHAPE"
    #[arg(long, value_name = "TEXT")]
    pub(crate) filter: Option<String>,

    /// Milliseconds that each timing may take
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=60_000))]
    pub(crate) millis: u64,
}

/// Arguments of `glimpse bench-models`.
#[derive(Debug, Args)]
pub(crate) struct BenchModelsArgs {
    /// Print one JSON object a line and timing
    #[arg(long)]
    pub(crate) json: bool,

    /// Timed runs of each network and shape
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    pub(crate) runs: u16,

    /// Time this network alone
    #[arg(long, value_name = "NETWORK", conflicts_with = "steps")]
    pub(crate) model: Option<String>,

    /// Time the steps of one network instead: det, rec, see or find
    #[arg(long, value_name = "NETWORK")]
    pub(crate) steps: Option<String>,

    /// Input of --steps: height and width in pixels
    #[arg(long, value_name = "N", num_args = 2, default_values_t = [48, 320], requires = "steps")]
    pub(crate) shape: Vec<usize>,

    #[command(flatten)]
    pub(crate) engine: EngineArgs,
}

/// Arguments that say how to open the engine.
#[derive(Debug, Args)]
pub(crate) struct EngineArgs {
    /// Number format of the network
    #[arg(long, value_enum, default_value_t = Precision::Int8)]
    pub(crate) precision: Precision,

    /// Threads to use; 0 is one a core
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = parse_threads)]
    pub(crate) threads: usize,

    /// Folder with packs.toml [default: looked for beside the program and upwards]
    #[arg(long, value_name = "DIR", env = "GLIMPSE_PACKS", value_hint = ValueHint::DirPath)]
    pub(crate) packs: Option<PathBuf>,
}

/// Number format of the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Precision {
    /// 8-bit integers: the fast one
    Int8,
    /// 32-bit floating point: the reference
    F32,
}

impl OpeningArgs {
    /// Bounds on the input with the number of pixels that was asked for.
    pub(crate) fn limits(&self) -> ReadLimits {
        let default = ReadLimits::default();
        ReadLimits { max_pixels: self.max_pixels.unwrap_or(default.max_pixels), ..default }
    }
}

impl EngineArgs {
    /// The engine's options that these arguments ask for.
    pub(crate) fn options(&self) -> glimpse_engine::EngineOptions {
        glimpse_engine::EngineOptions {
            precision: match self.precision {
                Precision::Int8 => glimpse_engine::Precision::Int8,
                Precision::F32 => glimpse_engine::Precision::F32,
            },
            threads: self.threads,
            isa: None,
            packs: self.packs.clone(),
            files: None,
        }
    }
}

/// A confidence: a number from 0 to 1.
fn parse_confidence(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(value) if (0.0..=1.0).contains(&value) => Ok(value),
        _ => Err("not a number from 0 to 1".into()),
    }
}

/// A number of hypotheses of the caption search.
fn parse_beam(text: &str) -> Result<usize, String> {
    let most = glimpse_engine::caption::MAX_BEAM;
    match text.parse::<usize>() {
        Ok(value) if (1..=most).contains(&value) => Ok(value),
        _ => Err(format!("not a whole number from 1 to {most}")),
    }
}

/// The code of a known language.
fn parse_language(text: &str) -> Result<&'static str, String> {
    match glimpse_engine::languages::Language::find(text) {
        Some(language) => Ok(language.code()),
        None => Err("not a known language; glimpse info --languages lists them".into()),
    }
}

/// A number of threads: 0 to 256.
fn parse_threads(text: &str) -> Result<usize, String> {
    match text.parse::<usize>() {
        Ok(value) if value <= 256 => Ok(value),
        _ => Err("not a whole number from 0 to 256".into()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn wrong_arguments_of_watching_are_refused() {
        for bad in [
            &["--fast", "--realtime"][..],
            &["--fps", "0"],
            &["--fps", "nan"],
            &["--power-mw", "-3"],
            &["--policy", "hot"],
            &["--duration", "soon"],
            &["--duration", "0s"],
            &["--languages", "klingon"],
        ] {
            let line = ["glimpse", "watch", "synthetic"].iter().chain(bad);
            assert!(Cli::try_parse_from(line).is_err(), "{bad:?} was accepted");
        }
        assert!(Cli::try_parse_from(["glimpse", "watch", "-", "--duration", "2m 3s"]).is_ok());
    }

    #[test]
    fn out_of_range_values_are_refused() {
        for bad in [
            &["--min-confidence", "1.5"][..],
            &["--min-confidence", "nan"],
            &["--threads", "-1"],
            &["--threads", "1000"],
            &["--max-pixels", "0"],
            &["--precision", "int4"],
            &["--json", "--text"],
        ] {
            let line = ["glimpse", "read", "a.png"].iter().chain(bad);
            assert!(Cli::try_parse_from(line).is_err(), "{bad:?} was accepted");
        }
    }
}
