//! Reading, tags, objects and descriptions of sample pictures on every instruction set of the machine.
//!
//! `GLIMPSE_REQUIRE_ISA` names, separated by commas, the instruction sets that must be among them.

#![allow(clippy::print_stdout, reason = "a test tells which instruction sets ran")]

use std::path::PathBuf;

use crate::{
    CaptionSource, DescribeOptions, Engine, EngineOptions, FindOptions, Isa, ReadOptions, Receipt, TagOptions,
};

fn assets() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../assets")
}

fn sample(name: &str) -> PathBuf {
    assets().join("samples").join(name)
}

/// What is tested: plain Rust only where there is nothing else; `exec::same_bytes` compares the others with it.
fn tested() -> Vec<Isa> {
    let mut tested = Isa::available();
    if tested.len() > 1 {
        tested.retain(|isa| *isa != Isa::Scalar);
    }
    let required = std::env::var("GLIMPSE_REQUIRE_ISA").unwrap_or_default();
    for name in required.split(',').filter(|name| !name.is_empty()) {
        assert!(
            tested.iter().any(|isa| isa.name() == name),
            "{name} is required, the machine has {tested:?}"
        );
    }
    tested
}

fn open(isa: Isa) -> Engine {
    let options =
        EngineOptions { threads: 2, packs: Some(assets()), isa: Some(isa), ..EngineOptions::default() };
    Engine::open(options).expect("the instruction set is available, and packs.toml in the repository")
}

fn ran_on(receipt: &Receipt, isa: Isa) {
    assert!(!receipt.stages.is_empty());
    for stage in &receipt.stages {
        assert_eq!(stage.isa, isa.name(), "{}", stage.stage);
    }
}

#[test]
fn a_sign_is_read_alike() {
    let expected = std::fs::read_to_string(sample("sign.expected.txt")).expect("the golden text");
    for isa in tested() {
        let reading = open(isa).read_file(&sample("sign.jpg"), &ReadOptions::default()).expect("read");
        ran_on(&reading.receipt, isa);
        let lines: String = reading.lines.iter().map(|line| line.text.clone() + "\n").collect();
        assert_eq!(lines, expected, "{}", isa.name());
        println!("{}: read {} lines of sign.jpg", isa.name(), reading.lines.len());
    }
}

#[test]
fn a_cat_is_named_and_found_alike() {
    for isa in tested() {
        let engine = open(isa);
        let tags = engine.tags_file(&sample("photos/cat.jpg"), &TagOptions::default()).expect("tags");
        ran_on(&tags.receipt, isa);
        assert_eq!(tags.tags[0].label, "tabby cat", "{}", isa.name());
        let found = engine.find_file(&sample("photos/cat.jpg"), &FindOptions::default()).expect("find");
        ran_on(&found.receipt, isa);
        assert_eq!(found.objects[0].label, "cat", "{}", isa.name());
        println!("{}: cat.jpg is a {}", isa.name(), tags.tags[0].label);
    }
}

#[test]
fn a_photograph_is_described_alike() {
    let mut first: Option<String> = None;
    for isa in tested() {
        let description = open(isa)
            .describe_file(&sample("photos/photographer.jpg"), &DescribeOptions::default())
            .expect("it");
        ran_on(&description.receipt, isa);
        assert_eq!(description.caption_source, CaptionSource::Learned, "{}", isa.name());
        assert_eq!(description.objects[0].label, "person", "{}", isa.name());
        assert_eq!(description.tags[0].label, "tripod", "{}", isa.name());
        println!("{}: {}", isa.name(), description.caption);
        assert_eq!(first.get_or_insert_with(|| description.caption.clone()), &description.caption);
    }
}
