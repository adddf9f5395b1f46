//! Markdown (CommonMark) in which every character of the results stands for itself.

use super::{Exported, known_text, nothing};
use crate::api::Failure;
use crate::seen;

/// Name, caption, text and labels, as far as they are known.
pub(super) fn markdown(exported: &Exported<'_>) -> Result<String, Failure> {
    let caption = exported.description.map(|d| escape(&d.caption)).filter(|c| !c.is_empty());
    let text = known_text(exported);
    let labels = seen::labels(exported.found, exported.description);
    if caption.is_none() && text.is_none() && labels.is_empty() {
        return Err(nothing("neither caption nor text nor objects of this picture are known"));
    }
    let mut blocks: Vec<String> = Vec::new();
    if let Some(name) = exported.name.map(escape).filter(|n| !n.is_empty()) {
        blocks.push(format!("# {name}"));
    }
    blocks.extend(caption);
    if let Some(text) = text {
        blocks.push("## Text".into());
        blocks.extend(text.split("\n\n").map(paragraph).filter(|p| !p.is_empty()));
    }
    if !labels.is_empty() {
        blocks.push("## Labels".into());
        let items: Vec<String> = labels.iter().map(|label| format!("- {}", escape(label))).collect();
        blocks.push(items.join("\n"));
    }
    Ok(blocks.join("\n\n") + "\n")
}

/// Lines of a paragraph, each ending where it ends on the picture.
fn paragraph(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(escape).filter(|l| !l.is_empty()).collect();
    lines.join("\\\n")
}

/// One line of plain text as Markdown.
fn escape(line: &str) -> String {
    let line: String = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let line = line.trim();
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let mut out = String::with_capacity(line.len() + 8);
    for (at, c) in line.char_indices() {
        let block = match c {
            // Headings, lists, underlines of headings.
            '#' | '+' | '-' | '=' => at == 0,
            // Numbered lists.
            '.' | ')' => at == digits && digits > 0,
            _ => false,
        };
        if block || matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '~' | '|' | '$') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use pulldown_cmark::{Event, Options, Parser, Tag};

    /// The paragraphs' text as a Markdown reader shows it; anything but text, breaks and paragraphs
    /// is a failure.
    fn shown(markdown: &str) -> String {
        let mut out = String::new();
        let dialect = Options::ENABLE_GFM
            | Options::ENABLE_TABLES
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_MATH;
        for event in Parser::new_ext(markdown, dialect) {
            match event {
                Event::Text(text) => out.push_str(&text),
                Event::HardBreak => out.push('\n'),
                Event::Start(Tag::Paragraph) | Event::End(_) => {}
                other => panic!("{other:?} in {markdown:?}"),
            }
        }
        out
    }

    #[test]
    fn text_stands_for_itself() {
        for line in [
            "# no heading",
            "#tag",
            "1. no list",
            "2024) no list",
            "- no list",
            "+ 5 %",
            "* * *",
            "---",
            "===",
            "> no quote",
            "```",
            "~~~",
            "| no | table |",
            "|---|---|",
            "**not bold** _not italic_ ~~not struck~~",
            "[no](link) ![no](image) [^1] [x]: y",
            "<b>no HTML</b> &amp; &lt; &copy;",
            "a\\b \\* c\\",
            "$5 and $6$ $$x$$",
            "\u{0}\u{7}control",
            "Total: 12.50 - 3.00 = 9.50 #1 (a) {b}",
        ] {
            let expected: String = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            assert_eq!(shown(&escape(line)), expected.trim(), "{line:?}");
        }
        assert_eq!(shown(&paragraph("one\n  two\\\n\n# three")), "one\ntwo\\\n# three");
    }

    #[test]
    fn random_punctuation_stands_for_itself() {
        let signs: Vec<char> = "#*_-+=.()[]{}<>!|`~\\&;:/\"'$^%@, 19aZ".chars().collect();
        let mut state = 3u64;
        let mut next = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 33) as usize
        };
        for _ in 0..20_000 {
            let line: String = (0..1 + next() % 12).map(|_| signs[next() % signs.len()]).collect();
            let other: String = (0..1 + next() % 12).map(|_| signs[next() % signs.len()]).collect();
            let expected: Vec<&str> =
                [line.trim(), other.trim()].into_iter().filter(|l| !l.is_empty()).collect();
            assert_eq!(
                shown(&paragraph(&format!("{line}\n{other}"))),
                expected.join("\n"),
                "{line:?} {other:?}"
            );
        }
    }
}
