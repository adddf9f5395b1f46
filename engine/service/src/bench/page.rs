//! A report as a Markdown page.

use std::fmt::Write as _;

use crate::api::{BenchReport, BenchTask, Stage, Task};

/// The page, ending in a line break.
pub(super) fn markdown(report: &BenchReport) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "# Glimpse benchmark\n");
    let cpu = report.cpu.as_deref().unwrap_or("unknown processor");
    let build = if report.optimized { "optimized build" } else { "build that is not optimized" };
    let _ = writeln!(out, "- Began: {}", report.began);
    let _ = writeln!(out, "- Engine: {} ({build})", report.engine);
    let _ = writeln!(out, "- Device: {}, {}, {} threads", cell(cpu), report.platform, report.threads);
    let megabytes = |bytes: Option<u64>| {
        bytes.map_or_else(|| "unknown".to_owned(), |bytes| format!("{:.1} MB", bytes as f64 / 1e6))
    };
    let (now, peak) = (megabytes(report.memory.resident), megabytes(report.memory.peak));
    let _ = writeln!(out, "- Memory of the process: {now} at the end, {peak} at most\n");
    let _ = writeln!(out, "Wall time in milliseconds, from the picture's bytes to the result:\n");
    let _ = writeln!(out, "| task | picture | runs | min | p50 | p90 | p99 | max |");
    let _ = writeln!(out, "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    for task in &report.tasks {
        let _ = writeln!(
            out,
            "| {} | {} ({} × {}) | {} | {:.1} | {:.1} | {:.1} | {:.1} | {:.1} |",
            name(task.task),
            cell(&task.picture),
            task.size[0],
            task.size[1],
            task.runs_ms.len(),
            task.min,
            task.p50,
            task.p90,
            task.p99,
            task.max,
        );
    }
    let _ = writeln!(out, "\nMedian of each stage in milliseconds, and what ran:\n");
    for task in &report.tasks {
        let _ = writeln!(out, "- {}: {}; {}", name(task.task), stages(task), backends(task));
    }
    if report.doubts.is_empty() {
        let _ = writeln!(out, "\nNothing speaks against these figures.");
    } else {
        let _ = writeln!(out, "\nWhat speaks against these figures:\n");
        for doubt in &report.doubts {
            let _ = writeln!(out, "- {}", cell(&doubt.message));
        }
    }
    out
}

fn stages(task: &BenchTask) -> String {
    let of = |stage: &crate::api::BenchStage| format!("{} {:.1}", stage_name(stage.stage), stage.p50);
    task.stages.iter().map(of).collect::<Vec<_>>().join(", ")
}

fn backends(task: &BenchTask) -> String {
    let of = |stage: &glimpse_engine::StageReceipt| {
        format!("{} on {} ({}, {}, {})", stage.stage, stage.backend, stage.isa, stage.precision, stage.pack)
    };
    task.receipt.stages.iter().map(of).collect::<Vec<_>>().join(", ")
}

/// The name of a task as it stands in JSON.
pub(super) fn name(task: Task) -> &'static str {
    match task {
        Task::Read => "read",
        Task::Describe => "describe",
        Task::Find => "find",
    }
}

fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::Capture => "capture",
        Stage::Decode => "decode",
        Stage::Queue => "queue",
        Stage::Pre => "pre",
        Stage::Infer => "infer",
        Stage::Post => "post",
        Stage::Paint => "paint",
    }
}

/// `text` so that it stays in its line and cell: a picture may have any name.
fn cell(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\n' | '\r' => out.push(' '),
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use glimpse_engine::{Note, NoteCode};

    use super::*;
    use crate::api::{BenchStage, Memory};

    #[test]
    fn the_page_has_figures_stages_and_doubts() {
        let task = BenchTask {
            task: Task::Find,
            picture: "a|b.jpg".into(),
            size: [640, 480],
            runs_ms: vec![2.0, 3.0],
            min: 2.0,
            p50: 2.0,
            p90: 3.0,
            p99: 3.0,
            max: 3.0,
            stages: vec![BenchStage { stage: Stage::Infer, p50: 1.25 }],
            receipt: glimpse_engine::Receipt::default(),
        };
        let report = BenchReport {
            version: 2,
            began: "2026-01-02T03:04:05Z".into(),
            engine: "0.1.0".into(),
            optimized: true,
            cpu: None,
            platform: "x86_64 linux".into(),
            threads: 2,
            memory: Memory { resident: Some(50_000_000), peak: None },
            tasks: vec![task],
            doubts: vec![Note::new(NoteCode::FewRuns, [], "Few runs.")],
        };
        let page = markdown(&report);
        for part in [
            "| find | a\\|b.jpg (640 × 480) | 2 | 2.0 | 2.0 | 3.0 | 3.0 | 3.0 |",
            "find: infer 1.2",
            "Device: unknown processor, x86_64 linux, 2 threads",
            "50.0 MB at the end, unknown at most",
            "- Few runs.",
        ] {
            assert!(page.contains(part), "{part:?} is not in:\n{page}");
        }
        assert!(markdown(&BenchReport { doubts: Vec::new(), ..report }).contains("Nothing speaks against"));
    }
}
