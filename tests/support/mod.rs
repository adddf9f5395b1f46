//! What the end-to-end tests share: running the command, and the pictures that they make.

#![allow(dead_code, reason = "each test program uses a part of it")]

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// The repository.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().find(|folder| folder.join("assets/samples").is_dir()).unwrap().to_path_buf()
}

/// A sample picture.
pub(crate) fn sample(name: &str) -> PathBuf {
    root().join("assets/samples").join(name)
}

/// The command, with this repository's packs.
pub(crate) fn glimpse() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_glimpse"));
    command.env("GLIMPSE_PACKS", root().join("assets")).env_remove("GLIMPSE_LOG").stdin(Stdio::null());
    command
}

/// Runs `glimpse` with `arguments` to its end.
pub(crate) fn run<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Run {
    Run::from(glimpse().args(arguments).output().unwrap())
}

/// Runs `glimpse read --json` on `images`.
pub(crate) fn read_json<S: AsRef<OsStr>>(images: impl IntoIterator<Item = S>) -> Run {
    Run::from(glimpse().args(["read", "--json"]).args(images).output().unwrap())
}

/// What a run of the command left.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        let run = Run {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        };
        assert!(!run.stderr.contains("panicked"), "the command panicked: {}", run.stderr);
        run
    }
}

impl Run {
    /// Every line of standard output as JSON.
    pub(crate) fn records(&self) -> Vec<Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The one record that was printed.
    pub(crate) fn record(&self) -> Value {
        let mut records = self.records();
        assert_eq!(records.len(), 1, "{self:?}");
        records.remove(0)
    }
}

/// The text of all lines of a record, one a line.
pub(crate) fn text_of(record: &Value) -> String {
    let lines = record["lines"].as_array().unwrap_or_else(|| panic!("no lines in {record}"));
    lines.iter().map(|line| line["text"].as_str().unwrap().to_owned() + "\n").collect()
}
