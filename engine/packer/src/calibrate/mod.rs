//! Measuring what the values of a model range over, once, on pictures; the result is a text file
//! that is committed, so that conversion needs no pictures.

mod histogram;
mod measure;
pub(crate) mod pictures;

use std::collections::BTreeMap;
use std::path::Path;

use glimpse_engine::graph::Graph;
use glimpse_engine::pack::write_atomically;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::models::ModelId;
use crate::quantize::ChannelScales;

pub(crate) use measure::{MeasureOptions, Upstream, measure};

/// What quantization needs to know of a model's values, by the names of the values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Calibration {
    /// The model.
    pub(crate) model: String,
    /// What was measured on.
    pub(crate) data: String,
    /// Factor by which each channel is divided before anything else; 1 where a value is absent.
    pub(crate) scales: BTreeMap<String, Vec<f64>>,
    /// Lowest and highest real value on the `u8` grid, in divided channels.
    pub(crate) ranges: BTreeMap<String, [f64; 2]>,
    /// Mean of each divided channel, of values that feed quantized weights.
    pub(crate) means: BTreeMap<String, Vec<f64>>,
    /// Mean square of each divided channel, of the same values.
    pub(crate) powers: BTreeMap<String, Vec<f64>>,
}

impl Calibration {
    /// The committed calibration of `model`.
    pub(crate) fn of(model: ModelId) -> Result<Self> {
        let text = Self::committed(model);
        let text = text.ok_or_else(|| Error::Calibration(format!("{} is not calibrated", model.name())))?;
        Self::parse(text)
    }

    /// The text of the committed calibration of `model`, if there is one.
    pub(crate) fn committed(model: ModelId) -> Option<&'static str> {
        match model {
            ModelId::Detector => Some(include_str!("../../calibration/ocr-det.json")),
            ModelId::Recognizer => Some(include_str!("../../calibration/ocr-rec.json")),
            ModelId::Direction => None,
            ModelId::Captioner => Some(include_str!("../../calibration/caption.json")),
            ModelId::Encoder => Some(include_str!("../../calibration/see.json")),
            ModelId::Objects => Some(include_str!("../../calibration/find.json")),
        }
    }

    /// Reads a calibration from its JSON text.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(|e| Error::Calibration(format!("calibration: {e}")))
    }

    /// Writes the calibration to `path`.
    pub(crate) fn write(&self, path: &Path) -> Result<()> {
        let mut text = serde_json::to_string(self)
            .map_err(|e| Error::Calibration(format!("calibration: {e}")))?
            .replace("],", "],\n")
            .replace("},", "},\n");
        text.push('\n');
        Ok(write_atomically(path, text.as_bytes())?)
    }

    /// Scales of all values of `graph`.
    pub(crate) fn channel_scales(&self, graph: &Graph) -> Result<ChannelScales> {
        let of = |v: &glimpse_engine::graph::Value| match self.scales.get(&v.name) {
            Some(s) if s.len() == v.channels => Ok(s.iter().map(|&x| x as f32).collect()),
            Some(_) => Err(Error::Calibration(format!("scales of {} have another length", v.name))),
            None => Ok(vec![1.0; v.channels]),
        };
        graph.values.iter().map(of).collect()
    }

    /// Means and mean squares of the channels of the value `name`.
    pub(crate) fn moments(&self, name: &str, channels: usize) -> Result<(Vec<f32>, Vec<f32>)> {
        let of = |map: &BTreeMap<String, Vec<f64>>| {
            let v = map.get(name).filter(|v| v.len() == channels);
            let v = v.ok_or_else(|| Error::Calibration(format!("no moments of {name}")))?;
            Ok::<_, Error>(v.iter().map(|&x| x as f32).collect())
        };
        Ok((of(&self.means)?, of(&self.powers)?))
    }
}

/// Rounded to `digits` significant decimal digits.
fn rounded(x: f64, digits: usize) -> f64 {
    format!("{x:.*e}", digits.saturating_sub(1)).parse().unwrap_or(x)
}
