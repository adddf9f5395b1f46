//! C programs over the header in `mobile/sdk/c`, compiled and run.
#![cfg(target_os = "linux")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

/// Folder of the library that was built with this test.
fn libraries() -> PathBuf {
    let deps = std::env::current_exe().unwrap().parent().unwrap().to_owned();
    [deps.clone(), deps.parent().unwrap().to_owned()]
        .into_iter()
        .find(|folder| folder.join("libglimpse_sdk.so").is_file())
        .expect("libglimpse_sdk.so beside the test")
}

fn compile(source: &Path, folder: &Path) -> PathBuf {
    let program = folder.join("program");
    let output = Command::new(std::env::var("CC").unwrap_or_else(|_| "cc".into()))
        .args(["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-I"])
        .arg(root().join("mobile/sdk/c"))
        .arg(source)
        .arg("-o")
        .arg(&program)
        .arg("-L")
        .arg(libraries())
        .arg("-lglimpse_sdk")
        .arg(format!("-Wl,-rpath,{}", libraries().display()))
        .output()
        .expect("a C compiler");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    program
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn the_example_reads_a_sign() {
    let folder = tempfile::tempdir().unwrap();
    let program = compile(&root().join("mobile/sdk/c/example.c"), folder.path());
    let run = |picture: &str| {
        Command::new(&program).arg(root().join("assets")).arg(root().join(picture)).output().unwrap()
    };
    let output = run("assets/samples/sign.jpg");
    assert!(output.status.success(), "{}", text(&output));
    let reading: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let lines: Vec<_> =
        reading["lines"].as_array().unwrap().iter().map(|line| line["text"].as_str()).collect();
    let expected = std::fs::read_to_string(root().join("assets/samples/sign.expected.txt")).unwrap();
    assert_eq!(lines, expected.lines().map(Some).collect::<Vec<_>>());

    let output = run("README.md");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).starts_with("read: image_format: "), "{}", text(&output));
}

#[test]
fn every_function_does_what_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let program = compile(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/check.c"), folder.path());
    let output = Command::new(program).arg(root().join("assets")).output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
}
