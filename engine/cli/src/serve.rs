//! `glimpse serve`.

use glimpse_serve::{LivePatience, Options, run as serve};
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
    let data = match args.data.clone().map_or_else(glimpse_service::data_folder, |given| Ok(Some(given))) {
        Ok(folder) => folder,
        Err(failure) => return failed(&failure.message),
    };
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
            data,
            ..ServiceOptions::default()
        },
        live: LivePatience::default(),
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
