//! What is said in words, so that programs and catalogues of messages understand it as well.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// What a note is about: the engine's own, and those of what is built on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum NoteCode {
    /// The picture was decoded at a smaller size: `width`, `height` of `whole_width`, `whole_height`.
    DecodedSmaller,
    /// The result is not in the library: `failure` is the code of the failure, `why` its message.
    NotKept,
    /// The processor runs the networks: `isa`, `threads`.
    CpuKernels,
    /// There is no GPU backend in this build.
    NoGpuBackend,
    /// There is no NPU backend in this build.
    NoNpuBackend,
    /// The build is not optimized.
    NotOptimized,
    /// Others used the processor before a measurement: `load`, `threads`.
    BusyBefore,
    /// Others used the engine during a measurement: `runs` waited.
    Interrupted,
    /// The device ran on its battery.
    OnBattery,
    /// Nothing was run to warm up.
    NoWarmup,
    /// Too few `runs` for percentiles.
    FewRuns,
    /// Too few `runs` for a 99th percentile.
    SlowestIsP99,
    /// The runs of `task` on `picture` differ: the 90th percentile is `times` the median.
    RunsDiffer,
    /// The message alone says it.
    #[serde(other)]
    Other,
}

/// A value that stands in a note.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum NoteValue {
    /// A number.
    Number(f64),
    /// A word.
    Text(String),
}

impl From<&str> for NoteValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<f64> for NoteValue {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for NoteValue {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<usize> for NoteValue {
    fn from(number: usize) -> Self {
        Self::Number(number as f64)
    }
}

/// Something worth saying: a stable code with its values for programs, a sentence for people.
///
/// One that was written as a bare sentence is read as [`NoteCode::Other`].
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(from = "Written")]
pub struct Note {
    /// What it is about.
    pub code: NoteCode,
    /// What stands in it, by the names that the code tells.
    pub values: BTreeMap<String, NoteValue>,
    /// The same in English.
    pub message: String,
}

impl Note {
    /// A note with the values `values`.
    pub fn new<const N: usize>(
        code: NoteCode,
        values: [(&str, NoteValue); N],
        message: impl Into<String>,
    ) -> Self {
        let values = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Self { code, values, message: message.into() }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// How a note may be written.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
enum Written {
    Whole {
        code: NoteCode,
        #[serde(default)]
        values: BTreeMap<String, NoteValue>,
        message: String,
    },
    Sentence(String),
}

impl From<Written> for Note {
    fn from(written: Written) -> Self {
        match written {
            Written::Whole { code, values, message } => Self { code, values, message },
            Written::Sentence(message) => Self { code: NoteCode::Other, values: BTreeMap::new(), message },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_written_whole_and_read_back() {
        let note = Note::new(NoteCode::FewRuns, [("runs", 5u32.into())], "few");
        let json = serde_json::to_string(&note).unwrap();
        assert_eq!(json, r#"{"code":"few_runs","values":{"runs":5.0},"message":"few"}"#);
        assert_eq!(serde_json::from_str::<Note>(&json).unwrap(), note);
    }

    #[test]
    fn sentences_and_codes_of_other_versions_are_read() {
        for json in [r#""said""#, r#"{"code":"later","message":"said"}"#] {
            let note: Note = serde_json::from_str(json).unwrap();
            assert_eq!((note.code, note.message.as_str()), (NoteCode::Other, "said"), "{json}");
        }
    }
}
