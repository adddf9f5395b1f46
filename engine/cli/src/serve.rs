//! `glimpse serve`.

use std::path::PathBuf;

use etcetera::BaseStrategy;
use glimpse_serve::{Options, run as serve};
use glimpse_service::ServiceOptions;

use crate::Ending;
use crate::args::ServeArgs;
use crate::output::{print, report, write_out};

/// Serves until it is told to stop, or prints what it would serve.
pub(crate) fn run(args: &ServeArgs) -> Ending {
    if args.openapi {
        return match serde_json::to_string_pretty(&glimpse_serve::openapi()) {
            Ok(text) => print(&(text + "\n")),
            Err(error) => failed(&error.to_string()),
        };
    }
    let engine = args.engine.options();
    let options = Options {
        host: args.host.clone(),
        port: args.port,
        token: args.token.clone(),
        ui: args.ui.clone(),
        open: args.open,
        service: ServiceOptions {
            packs: engine.packs,
            precision: engine.precision,
            // Without the argument the settings have their say.
            threads: Some(engine.threads).filter(|&threads| threads > 0),
            no_library: args.no_library,
            data: data_folder(args.data.clone()),
            ..ServiceOptions::default()
        },
    };
    let mut written = Ok(());
    let served = serve(options, |url| written = write_out(&format!("Glimpse is at {url}\n")));
    match (served, written) {
        (Err(error), _) => failed(&error.to_string()),
        (Ok(()), Err(error)) => Ending::of_output(&error),
        (Ok(()), Ok(())) => Ending::Done,
    }
}

fn failed(message: &str) -> Ending {
    report(message);
    Ending::Failed
}

/// The folder that was asked for, else the user's for data of programs; `None` where there is none,
/// as for a service without a home.
fn data_folder(given: Option<PathBuf>) -> Option<PathBuf> {
    given.or_else(|| match etcetera::base_strategy::choose_native_strategy() {
        Ok(folders) => Some(folders.data_dir().join("glimpse")),
        Err(error) => {
            tracing::warn!(%error, "settings and library last as long as this run: name a folder with --data");
            None
        }
    })
}
