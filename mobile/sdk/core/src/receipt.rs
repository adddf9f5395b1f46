//! What ran, where, and how long it took.

use glimpse_engine::describe::DescribeTimings;
use glimpse_engine::find::FindTimings;
use glimpse_engine::see::TagTimings;
use glimpse_engine::{self as engine, NoteValue};

use crate::numbers::{int, long};

/// Wall time of a call, in milliseconds, by the kind of work; the kinds add up to `total`, but for the
/// opening of packs by the first call, which `total` alone counts. Decoding is counted where the
/// picture was decoded: see `Picture.decode_ms`.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Timings {
    /// Scaling and cutting pictures for the networks.
    pub pre: f64,
    /// The networks.
    pub infer: f64,
    /// From the networks' outputs to the result.
    pub post: f64,
    /// The whole call.
    pub total: f64,
    /// The same time by what was looked for, in the order in which it ran.
    pub stages: Vec<StageTime>,
}

/// Wall time of one stage.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct StageTime {
    /// `"detect"`, `"recognize"`, `"find"`, `"tag"`, `"see"`, `"caption"`, `"read"`; of live video as in
    /// `StageSummary`.
    pub stage: String,
    /// Milliseconds.
    pub ms: f64,
}

impl StageTime {
    pub(crate) fn new(stage: &str, ms: f64) -> Self {
        Self { stage: stage.to_owned(), ms }
    }
}

impl From<engine::Timings> for Timings {
    fn from(t: engine::Timings) -> Self {
        let stages = vec![StageTime::new("detect", t.detect), StageTime::new("recognize", t.recognize)];
        Self { pre: t.pre, infer: t.infer, post: t.post, total: t.total, stages }
    }
}

impl From<FindTimings> for Timings {
    fn from(t: FindTimings) -> Self {
        let stages = vec![StageTime::new("find", t.find)];
        Self { pre: t.pre, infer: t.infer, post: t.post, total: t.total, stages }
    }
}

impl From<TagTimings> for Timings {
    fn from(t: TagTimings) -> Self {
        let stages = vec![StageTime::new("tag", t.tag)];
        Self { pre: t.pre, infer: t.infer, post: t.post, total: t.total, stages }
    }
}

impl From<DescribeTimings> for Timings {
    fn from(t: DescribeTimings) -> Self {
        let stages = [("read", t.read), ("see", t.see), ("find", t.find), ("caption", t.caption)];
        let stages = stages.map(|(stage, ms)| StageTime::new(stage, ms)).into();
        Self { pre: t.pre, infer: t.infer, post: t.post, total: t.total, stages }
    }
}

/// What ran where in one call.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Receipt {
    /// Engine version.
    pub engine: String,
    /// Threads of the pool.
    pub threads: i32,
    /// One entry a stage that ran.
    pub stages: Vec<StageReceipt>,
    /// Orientation of the page that was found: 0, 90, 180 or 270 degrees clockwise.
    pub page_rotation: i32,
    /// Things worth knowing, for example that the picture was scaled down.
    pub notes: Vec<Note>,
}

/// Where one stage ran.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct StageReceipt {
    /// `"detect"`, `"recognize"`, `"find"` and so on.
    pub stage: String,
    /// `"cpu"`.
    pub backend: String,
    /// Instruction set of the kernels, for example `"dotprod"`.
    pub isa: String,
    /// `"int8"` or `"f32"`.
    pub precision: String,
    /// Id of the pack whose weights ran.
    pub pack: String,
    /// Multiply-accumulates of its convolutions, linear layers and attention.
    pub macs: i64,
    /// Input shapes that ran.
    pub shapes: Vec<ShapeCount>,
}

/// An input shape and how often it ran.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct ShapeCount {
    /// `"HxW"`.
    pub shape: String,
    /// How often it ran.
    pub count: i32,
}

/// Something worth saying: a stable code for programs, a sentence for people.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Note {
    /// Its code, for example `"decoded_smaller"`.
    pub code: String,
    /// What stands in it, by name.
    pub values: Vec<NoteField>,
    /// The same in English.
    pub message: String,
}

/// A value of a note. One of `number` and `text` is set.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct NoteField {
    /// Its name, for example `"width"`.
    pub name: String,
    /// A number.
    pub number: Option<f64>,
    /// A word.
    pub text: Option<String>,
}

impl From<engine::Receipt> for Receipt {
    fn from(receipt: engine::Receipt) -> Self {
        Self {
            engine: receipt.engine,
            threads: int(receipt.threads),
            stages: receipt.stages.into_iter().map(Into::into).collect(),
            page_rotation: receipt.page_rotation.into(),
            notes: receipt.notes.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<engine::StageReceipt> for StageReceipt {
    fn from(stage: engine::StageReceipt) -> Self {
        let engine::StageReceipt { stage, backend, isa, precision, pack, macs, shapes } = stage;
        let shapes =
            shapes.into_iter().map(|(shape, count)| ShapeCount { shape, count: int(count) }).collect();
        Self { stage, backend, isa, precision, pack, macs: long(macs), shapes }
    }
}

impl From<engine::Note> for Note {
    fn from(note: engine::Note) -> Self {
        let field = |(name, value)| match value {
            NoteValue::Number(number) => NoteField { name, number: Some(number), text: None },
            NoteValue::Text(text) => NoteField { name, number: None, text: Some(text) },
        };
        // The code as it stands in JSON: a string for every variant.
        let code = serde_json::to_value(note.code).ok();
        let code = code.and_then(|code| code.as_str().map(str::to_owned)).unwrap_or_else(|| "other".into());
        Self { code, values: note.values.into_iter().map(field).collect(), message: note.message }
    }
}
