//! What the page may ask for, by the contract of `docs/app.md`: each command is a call of
//! [`glimpse_service::Service`] and rejects with a [`glimpse_service::api::Failure`].

mod bench;
mod camera;
mod device;
mod lessons;
mod library;
mod live;
mod looks;
mod pictures;
mod settings;

use glimpse_service::{File, Flow};
use tauri::ipc::{Channel, Invoke, IpcResponse, Response};

macro_rules! commands {
    ($($module:ident: $($command:ident),+;)+) => {
        /// Names of all commands.
        #[cfg(test)]
        const COMMANDS: &[&str] = &[$($(stringify!($command)),+),+];

        /// Serves the commands.
        pub(crate) fn handler() -> impl Fn(Invoke<tauri::Wry>) -> bool + Send + Sync + 'static {
            tauri::generate_handler![$($($module::$command),+),+]
        }
    };
}

commands! {
    bench: bench;
    camera: camera_list, camera_open, camera_frame, camera_freeze, camera_close;
    device: device, check_pack;
    lessons: page_trace, heat_map, line_trace;
    library: library, library_entry, library_thumbnail, library_image, library_open, library_export,
        library_delete, library_clear;
    live: live_start, live_command, live_push, live_frame, open_clip, close_clip, sample_clips;
    looks: look, cancel;
    pictures: open_picture, open_path, paths_to_open, samples, open_sample, close_picture,
        picture_image, export_picture, save_file;
    settings: settings, set_settings;
}

/// A file's bytes, not as JSON.
fn raw(file: File) -> Response {
    Response::new(Vec::from(file.bytes))
}

/// Sends events to the page until it is gone.
fn channel<Event: IpcResponse>(events: Channel<Event>) -> impl FnMut(Event) -> Flow {
    move |event| match events.send(event) {
        Ok(()) => Flow::Continue(()),
        Err(_) => Flow::Break(()),
    }
}

#[cfg(test)]
mod tests;
