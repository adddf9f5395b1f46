//! `glimpse info`.

use std::fmt::Write as _;
use std::path::Path;

use anstyle::Style;
use glimpse_engine::{Info, PackInfo, PackState};

use crate::Ending;
use crate::args::InfoArgs;
use crate::output::{print, report};

/// Of headings.
const HEADING: Style = Style::new().bold();
/// Of secondary matters.
const DIM: Style = Style::new().dimmed();

/// Prints packs, processor and kernels.
pub(crate) fn run(args: &InfoArgs) -> Ending {
    let info = match glimpse_engine::info(args.packs.as_deref()) {
        Ok(info) => info,
        Err(error) => {
            report(&error.to_string());
            return Ending::Failed;
        }
    };
    if !args.json {
        return print(&human(&info));
    }
    match serde_json::to_string_pretty(&info) {
        Ok(json) => print(&(json + "\n")),
        Err(error) => Ending::of_output(&error.into()),
    }
}

/// The information as a person reads it.
fn human(info: &Info) -> String {
    let mut out = String::new();
    let cpu = &info.cpu;
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    line(format!("{HEADING}glimpse {}{HEADING:#}", info.engine));
    line(String::new());
    line(format!("{HEADING}Processor{HEADING:#}"));
    line(format!("  {} on {}, {} threads", cpu.arch, cpu.os, cpu.threads));
    line(format!("  features          {}", cpu.features.join(" ")));
    line(format!("  instruction sets  {}", cpu.instruction_sets.join(" ")));
    line(String::new());
    line(format!("{HEADING}Kernels{HEADING:#}"));
    for choice in &info.kernels {
        line(format!("  {:<18}{}", choice.work, choice.kernel));
    }
    line(String::new());
    line(format!("{HEADING}Packs{HEADING:#} {DIM}{}{DIM:#}", info.folder.display()));
    for pack in &info.packs {
        line(pack_lines(pack, &info.folder));
    }
    let total: u64 =
        info.packs.iter().filter(|pack| pack.state == PackState::Present).map(|pack| pack.bytes).sum();
    line(format!("  {:<18}{:>9}", "together", megabytes(total)));
    out
}

/// One pack: id, size, licence, state, and below it where it comes from.
fn pack_lines(pack: &PackInfo, folder: &Path) -> String {
    let state = match pack.state {
        PackState::Present => "",
        PackState::Missing => "  missing",
        PackState::WrongSize => "  of another size than listed",
    };
    let mut out = format!("  {:<18}{:>9}  {}{state}", pack.id, megabytes(pack.bytes), pack.licence);
    let file = pack.path.strip_prefix(folder).unwrap_or(&pack.path);
    let _ = write!(out, "\n    {DIM}{} · {}{DIM:#}", file.display(), pack.provenance);
    out
}

/// Bytes in units of 10⁶.
fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
