//! `glimpse completions` and `glimpse man`: made from the definition of the command line.

use std::path::Path;

use clap::CommandFactory;
use clap_complete::Shell;
use clap_mangen::Man;

use crate::Ending;
use crate::args::Cli;
use crate::output::{print, report};
use crate::write::write_whole;

/// Prints the completion script for `shell`.
pub(crate) fn completions(shell: Shell) -> Ending {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "glimpse", &mut script);
    print(&String::from_utf8_lossy(&script))
}

/// Prints the manual page, or writes one page a subcommand into the folder `out`.
pub(crate) fn manual(out: Option<&Path>) -> Ending {
    let mut command = Cli::command();
    command.build();
    let Some(folder) = out else {
        return match render(command) {
            Ok(page) => print(&String::from_utf8_lossy(&page)),
            Err(error) => Ending::of_output(&error),
        };
    };
    let mut pages = vec![("glimpse.1".to_owned(), command.clone())];
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        let name = format!("glimpse-{}", sub.get_name());
        pages.push((format!("{name}.1"), sub.clone().name(name)));
    }
    for (file, command) in pages {
        let written = std::fs::create_dir_all(folder)
            .and_then(|()| render(command))
            .map_err(|error| glimpse_engine::Error::io(folder, error))
            .and_then(|page| write_whole(&folder.join(file), &page));
        if let Err(error) = written {
            report(&error.to_string());
            return Ending::Failed;
        }
    }
    Ending::Done
}

/// One page in roff.
fn render(command: clap::Command) -> std::io::Result<Vec<u8>> {
    let mut page = Vec::new();
    Man::new(command).render(&mut page)?;
    Ok(page)
}
