//! Glimpse's window: a thin layer between its page and [`glimpse_service::Service`].

#[cfg(target_os = "android")]
mod android;
#[cfg(test)]
mod android_project;
mod arrivals;
mod camera;
mod commands;
#[cfg_attr(desktop, path = "system_cameras.rs")]
#[cfg_attr(mobile, path = "phone_cameras.rs")]
mod devices;
mod live;
mod logging;
#[cfg(any(target_os = "android", test))]
mod resources;
mod running;
#[cfg(target_os = "linux")]
mod second_start;
mod state;
mod window;

#[cfg(desktop)]
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use glimpse_service::api::Failure;
#[cfg(mobile)]
use glimpse_service::api::ServiceCode;
use tauri::{AppHandle, Emitter, Manager, RunEvent};

use logging::LogFile;
use state::{Folders, Shared};

/// Tells the page that there are paths to open; it asks for them with `paths_to_open`.
const PATHS_TO_OPEN: &str = "paths-to-open";

/// Opens the window and serves it until it is closed. The status is 0 where it was closed, by a
/// person or by a signal, and 1 where it could not be opened.
pub fn run() -> ExitCode {
    let started = Instant::now();
    let log = logging::begin();
    if !has_display() {
        tracing::error!("there is no display; `glimpse serve` shows the same in a browser");
        return ExitCode::FAILURE;
    }
    let context = tauri::generate_context!();
    #[cfg(target_os = "linux")]
    if second_start::is_handed_over(&context.config().identifier) {
        return ExitCode::SUCCESS;
    }
    let app = Shared::default();
    let builder = tauri::Builder::default().manage(Arc::clone(&app));
    #[cfg(desktop)]
    let builder = {
        let folder = std::env::current_dir().unwrap_or_default();
        app.arrivals.hand_over(arrivals::paths_of(std::env::args_os().skip(1), &folder));
        builder
            .plugin(tauri_plugin_single_instance::init(|app, arguments, folder| {
                let arguments = arguments.into_iter().skip(1).map(Into::into);
                arrive(app, arrivals::paths_of(arguments, Path::new(&folder)));
            }))
            .plugin(tauri_plugin_window_state::Builder::default().build())
    };
    #[cfg(mobile)]
    let builder = builder.plugin(tauri_plugin_camera::init()).plugin(tauri_plugin_power::init());
    #[cfg(target_os = "android")]
    let builder = builder.plugin(android::init());
    let built = builder
        .setup(move |app| Ok(set_up(app.handle(), &log, started)?))
        .on_window_event(|window, event| window::on_event(window.app_handle(), event))
        .invoke_handler(commands::handler())
        .build(context);
    match built {
        Ok(built) => ExitCode::from(u8::try_from(built.run_return(on_event)).unwrap_or(1)),
        Err(error) => {
            tracing::error!(%error, "the window did not open");
            ExitCode::FAILURE
        }
    }
}

/// Whether there is something to show a window on; elsewhere than on Linux and its like there is.
fn has_display() -> bool {
    let named = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || named("DISPLAY") || named("WAYLAND_DISPLAY")
}

#[cfg(mobile)]
#[tauri::mobile_entry_point]
fn run_on_phone() {
    run();
}

fn set_up(app: &AppHandle, log: &LogFile, started: Instant) -> tauri::Result<()> {
    let path = app.path();
    let logs = path.app_log_dir()?;
    if let Err(error) = log.open(&logs) {
        tracing::warn!(%error, folder = %logs.display(), "no log file");
    }
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "Glimpse starts");
    let state = Arc::clone(&app.state::<Shared>());
    #[cfg(mobile)]
    state.camera.devices.begin(app);
    let opening = app.clone();
    // Beside the window, which needs as long to come up.
    std::thread::spawn(move || {
        let (resources, data) = (resource_folder(&opening), data_folder(&opening));
        state.open(&Folders { resources, data });
    });
    #[cfg(desktop)]
    stop_on_signal(app.clone());
    window::open(app, started)
}

/// Where packs and samples lie that came with the program.
#[cfg(not(target_os = "android"))]
fn resource_folder(app: &AppHandle) -> Option<PathBuf> {
    app.path().resource_dir().ok()
}

/// Where packs and samples lie: copied out of the app's package, which is no folder. Without them the
/// service says which pack it misses.
#[cfg(target_os = "android")]
fn resource_folder(app: &AppHandle) -> Option<PathBuf> {
    let folder = app.path().app_data_dir().ok()?.join("resources");
    let package = app.state::<android::Phone>();
    let installed = resources::install(&*package, &folder);
    installed.inspect_err(|error| tracing::error!(%error, "packs and samples are not there")).ok()
}

/// Where library and settings lie: on the desktop where `glimpse serve` has them.
#[cfg(desktop)]
fn data_folder(_: &AppHandle) -> Result<Option<PathBuf>, Failure> {
    glimpse_service::data_folder()
}

/// Where library and settings lie: in the app's own folder, which no other program enters.
#[cfg(mobile)]
fn data_folder(app: &AppHandle) -> Result<Option<PathBuf>, Failure> {
    let folder = app.path().app_data_dir();
    folder.map(Some).map_err(|error| Failure::new(ServiceCode::Storage, error.to_string()))
}

/// Ends the app in order when the session ends or somebody interrupts it.
#[cfg(desktop)]
fn stop_on_signal(app: AppHandle) {
    if let Err(error) = ctrlc::set_handler(move || app.exit(0)) {
        tracing::warn!(%error, "signals end the app at once");
    }
}

/// Hands `paths` to the page, and brings the window to the front.
fn arrive(app: &AppHandle, paths: Vec<PathBuf>) {
    if !paths.is_empty() {
        app.state::<Shared>().arrivals.hand_over(paths);
        if let Err(error) = app.emit_to(window::LABEL, PATHS_TO_OPEN, ()) {
            tracing::warn!(%error, "the page does not hear of new paths");
        }
    }
    window::show(app);
}

fn on_event(app: &AppHandle, event: RunEvent) {
    match event {
        #[cfg(any(target_os = "macos", target_os = "ios"))]
        RunEvent::Opened { urls } => {
            arrive(app, urls.iter().filter_map(|url| url.to_file_path().ok()).collect());
        }
        #[cfg(target_os = "android")]
        RunEvent::Opened { urls } => {
            let app = app.clone();
            std::thread::spawn(move || arrive(&app, android::taken(&app, &urls)));
        }
        RunEvent::Exit => {
            let state = app.state::<Shared>();
            state.running.cancel_all();
            state.live.stop_all();
            window::close_camera(&state);
            tracing::info!("Glimpse ends");
        }
        _ => {}
    }
}
