//! Standard output and standard error.

use std::io::Write;

use anstyle::{AnsiColor, Style};

use crate::Ending;

/// Of errors.
const ERROR: Style = AnsiColor::Red.on_default().bold();

/// Prints `message` as an error on standard error.
pub(crate) fn report(message: &str) {
    // Nothing is left to be done where standard error itself is closed.
    let _ = writeln!(anstream::stderr(), "{ERROR}glimpse:{ERROR:#} {message}");
}

/// Prints `text` on standard output, its styles only on a terminal.
pub(crate) fn print(text: &str) -> Ending {
    match write_out(text) {
        Ok(()) => Ending::Done,
        Err(error) => Ending::of_output(&error),
    }
}

/// Writes `text` to standard output at once, its styles only on a terminal.
pub(crate) fn write_out(text: &str) -> std::io::Result<()> {
    let mut stdout = anstream::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}
