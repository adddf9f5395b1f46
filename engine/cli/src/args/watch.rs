//! Those of `glimpse watch`.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use super::{EngineArgs, parse_confidence, parse_language};

/// Arguments of `glimpse watch`.
#[derive(Debug, Args)]
pub(crate) struct WatchArgs {
    /// camera:0, camera:NAME, a clip, a folder of pictures, synthetic or synthetic:WxH@FPS, or - for Y4M on
    /// standard input
    #[arg(value_name = "SOURCE", value_hint = ValueHint::AnyPath)]
    pub(crate) source: String,

    /// Print one JSON object a line and event
    #[arg(long)]
    pub(crate) json: bool,

    /// Draw what is known into this Y4M clip; - writes it to standard output
    #[arg(long, value_name = "OUT", value_hint = ValueHint::AnyPath)]
    pub(crate) overlay: Option<PathBuf>,

    /// Play a clip at its own speed and leave out what there is no time for (the default)
    #[arg(long, conflicts_with = "fast")]
    pub(crate) realtime: bool,

    /// Look at every frame of a clip, however long it takes
    #[arg(long)]
    pub(crate) fast: bool,

    /// What to prefer when the device gets slow, warm or thirsty
    #[arg(long, value_enum, default_value_t = Policy::Balanced)]
    pub(crate) policy: Policy,

    /// Look at so many frames a second, whatever it costs: nothing adapts
    #[arg(long, value_name = "N", value_parser = parse_fps)]
    pub(crate) fps: Option<f32>,

    /// Lower the load when the device draws more power than this on average, in mW
    #[arg(long, value_name = "MW", value_parser = parse_positive)]
    pub(crate) power_mw: Option<f64>,

    /// Lower the load when 9 frames of 10 take longer than this, in ms
    #[arg(long, value_name = "MS", value_parser = parse_positive)]
    pub(crate) frame_ms: Option<f64>,

    /// Do not look for objects
    #[arg(long)]
    pub(crate) no_find: bool,

    /// Do not name what the whole picture shows
    #[arg(long)]
    pub(crate) no_tags: bool,

    /// Do not read text
    #[arg(long)]
    pub(crate) no_read: bool,

    /// Do not describe the scene
    #[arg(long)]
    pub(crate) no_caption: bool,

    /// Show objects of at least this score, from 0 to 1 [default: 0.4]
    #[arg(long, value_name = "S", value_parser = parse_confidence)]
    pub(crate) min_score: Option<f32>,

    /// Read only characters of these languages: BCP 47 codes, such as de,fr,zh-Hant
    #[arg(long, value_name = "CODES", value_delimiter = ',', value_parser = parse_language)]
    pub(crate) languages: Vec<&'static str>,

    /// End after this time, such as 10s or 5m
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    pub(crate) duration: Option<std::time::Duration>,

    /// How to open the engine.
    #[command(flatten)]
    pub(crate) engine: EngineArgs,
}

/// What is preferred when the device gets slow, warm or thirsty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Policy {
    /// All there is, until the device throttles
    Fast,
    /// Step down early enough to last
    Balanced,
    /// As little as still follows the scene
    Cool,
}

/// A rate: a number above 0, at most 1000.
fn parse_fps(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(value) if value > 0.0 && value <= 1000.0 => Ok(value),
        _ => Err("not a number above 0 and at most 1000".into()),
    }
}

/// A finite number above 0.
fn parse_positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value > 0.0 && value.is_finite() => Ok(value),
        _ => Err("not a number above 0".into()),
    }
}

/// A time above 0, with its unit.
fn parse_duration(text: &str) -> Result<std::time::Duration, String> {
    match humantime::parse_duration(text) {
        Ok(value) if !value.is_zero() => Ok(value),
        _ => Err("not a time such as 10s or 5m".into()),
    }
}
