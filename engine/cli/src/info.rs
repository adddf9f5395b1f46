//! `glimpse info`.

use std::fmt::Write as _;
use std::path::Path;

use anstyle::Style;
use glimpse_engine::languages::{Coverage, coverage};
use glimpse_engine::{Error, Info, PackInfo, PackState, characters};
use serde::Serialize;
use unicode_width::UnicodeWidthChar;

use crate::Ending;
use crate::args::InfoArgs;
use crate::output::{print, report};

/// Of headings.
const HEADING: Style = Style::new().bold();
/// Of secondary matters.
const DIM: Style = Style::new().dimmed();

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Record<'a> {
    #[serde(flatten)]
    info: &'a Info,
    #[serde(skip_serializing_if = "Option::is_none")]
    languages: Option<&'a [Coverage]>,
}

/// Prints packs, processor and kernels, or the languages.
pub(crate) fn run(args: &InfoArgs) -> Ending {
    match text(args) {
        Ok(text) => print(&text),
        Err(error) => {
            report(&error.to_string());
            Ending::Failed
        }
    }
}

fn text(args: &InfoArgs) -> Result<String, Error> {
    let folder = args.packs.as_deref();
    let languages = match args.languages {
        true => Some(coverage(&characters(folder)?)),
        false => None,
    };
    if args.json {
        let info = glimpse_engine::info(folder)?;
        let record = Record { info: &info, languages: languages.as_deref() };
        return serde_json::to_string_pretty(&record)
            .map(|json| json + "\n")
            .map_err(|error| Error::io("-", error.into()));
    }
    Ok(match languages {
        Some(languages) => languages_text(&languages),
        None => human(&glimpse_engine::info(folder)?),
    })
}

/// Most missing characters of a language that is listed as nearly covered.
const NEARLY: usize = 20;
/// Most missing characters that are printed for one language.
const SHOWN: usize = 40;

/// The languages in three groups: whole alphabet, all but a few characters, the rest.
fn languages_text(languages: &[Coverage]) -> String {
    let mut out = String::new();
    let whole: Vec<&Coverage> = languages.iter().filter(|l| l.supported).collect();
    let _ = writeln!(out, "{HEADING}The whole alphabet is known: {} languages{HEADING:#}", whole.len());
    for language in whole {
        let _ = writeln!(out, "  {:<8} {}", language.code, language.name);
    }
    let (nearly, rest): (Vec<&Coverage>, Vec<&Coverage>) =
        languages.iter().filter(|l| !l.supported).partition(|l| l.missing.len() <= NEARLY);
    let _ = writeln!(out, "\n{HEADING}Not supported: a few characters are missing{HEADING:#}");
    for language in nearly {
        let _ = writeln!(
            out,
            "  {:<8} {:<22} {}",
            language.code,
            language.name,
            characters_text(&language.missing)
        );
    }
    let _ = writeln!(out, "\n{HEADING}Not supported: much of the alphabet is missing{HEADING:#}");
    for language in rest {
        let _ = writeln!(
            out,
            "  {:<8} {:<22} {} of {}: {}",
            language.code,
            language.name,
            language.missing.len(),
            language.letters,
            characters_text(&language.missing)
        );
    }
    out
}

/// Characters side by side, combining ones on a dotted circle; `…` after the first [`SHOWN`].
fn characters_text(characters: &[char]) -> String {
    let mut out = String::new();
    for &c in characters.iter().take(SHOWN) {
        if c.width() == Some(0) {
            out.push('◌');
        }
        out.push(c);
    }
    if characters.len() > SHOWN {
        out.push('…');
    }
    out
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
