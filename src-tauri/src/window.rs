//! The window: where it may go, what is dropped on it, where its downloads go.

use std::path::{Path, PathBuf};
use std::time::Instant;

use tauri::webview::{DownloadEvent, NewWindowResponse, PageLoadEvent};
use tauri::{AppHandle, DragDropEvent, Manager, Url, WebviewWindowBuilder, WindowEvent};

use crate::state::Shared;

/// Label of the window in `tauri.conf.json` and the capabilities.
pub(crate) const LABEL: &str = "main";

/// Opens the window.
///
/// # Errors
/// Where the configuration has none, or the platform cannot open it.
pub(crate) fn open(app: &AppHandle, started: Instant) -> tauri::Result<()> {
    let windows = &app.config().app.windows;
    let config = windows.iter().find(|window| window.label == LABEL).ok_or(tauri::Error::WindowNotFound)?;
    let builder = WebviewWindowBuilder::from_config(app, config)?
        // Without it WebKitGTK and WebView2 refuse the button for pasting, whatever the person says.
        .enable_clipboard_access()
        .on_navigation(|url| {
            let own = is_own(url);
            if !own {
                tracing::warn!(%url, "the page may not go there");
            }
            own
        })
        .on_new_window(|url, _| {
            tracing::warn!(%url, "no further window is opened");
            NewWindowResponse::Deny
        })
        .on_download(|webview, event| download(webview.app_handle(), event))
        .on_page_load(move |window, load| match load.event() {
            // What an earlier page asked for has nobody left to tell.
            PageLoadEvent::Started => stop_all(window.app_handle()),
            PageLoadEvent::Finished => {
                tracing::info!(ms = started.elapsed().as_millis() as u64, "the page is loaded");
            }
        });
    builder.build()?;
    Ok(())
}

/// Whether `url` is this app's own page.
fn is_own(url: &Url) -> bool {
    match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        // As webviews of Windows and Android have it.
        "http" | "https" => url.host_str() == Some("tauri.localhost"),
        "blob" => url.path().starts_with("tauri://localhost/") || url.path().contains("//tauri.localhost/"),
        "about" => url.path() == "blank",
        _ => cfg!(dev) && url.host_str() == Some("localhost"),
    }
}

/// Puts what the page gives to save into the folder of downloads, under a name that is free.
fn download(app: &AppHandle, event: DownloadEvent<'_>) -> bool {
    match event {
        DownloadEvent::Requested { url, destination } => {
            if url.scheme() != "blob" && url.scheme() != "data" {
                tracing::warn!(%url, "only what the page made itself is saved");
                return false;
            }
            let folder = app.path().download_dir().or_else(|_| app.path().home_dir());
            let Ok(folder) = folder else { return false };
            if let Err(error) = std::fs::create_dir_all(&folder) {
                tracing::warn!(%error, folder = %folder.display(), "no folder for downloads");
                return false;
            }
            let name = destination.file_name().map_or_else(|| "glimpse".into(), ToOwned::to_owned);
            *destination = free(&folder, Path::new(&name));
            true
        }
        DownloadEvent::Finished { path, success, .. } => {
            tracing::info!(success, path = ?path, "saved");
            true
        }
        _ => true,
    }
}

/// `name` in `folder`, numbered where that exists already.
fn free(folder: &Path, name: &Path) -> PathBuf {
    let part = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
    let (stem, extension) = (part(name.file_stem()), part(name.extension()));
    let numbered = |n: u32| match (n, extension.is_empty()) {
        (0, _) => folder.join(name),
        (n, true) => folder.join(format!("{stem} ({n})")),
        (n, false) => folder.join(format!("{stem} ({n}).{extension}")),
    };
    (0..).map(numbered).find(|path| !path.exists()).unwrap_or_else(|| folder.join(name))
}

/// What happens to the window.
pub(crate) fn on_event(app: &AppHandle, event: &WindowEvent) {
    match event {
        WindowEvent::DragDrop(DragDropEvent::Drop { paths, .. }) => {
            app.state::<Shared>().arrivals.allow(paths.iter().cloned());
        }
        WindowEvent::Destroyed => stop_all(app),
        _ => {}
    }
}

/// Stops what the page asked for, and lets go of the camera.
fn stop_all(app: &AppHandle) {
    let state = app.state::<Shared>();
    state.running.cancel_all();
    state.live.stop_all();
    close_camera(&state);
}

/// Lets go of the camera.
#[cfg(desktop)]
pub(crate) fn close_camera(state: &Shared) {
    state.camera.close();
}

/// On phones the camera's thread may wait for an answer from this one.
#[cfg(mobile)]
pub(crate) fn close_camera(state: &Shared) {
    let state = Shared::clone(state);
    std::thread::spawn(move || state.camera.close());
}

/// Brings the window to the front. On phones the system did, or it stays where it is.
#[cfg(mobile)]
pub(crate) fn show(_app: &AppHandle) {}

/// Brings the window to the front.
#[cfg(desktop)]
pub(crate) fn show(app: &AppHandle) {
    let Some(window) = app.get_webview_window(LABEL) else { return };
    for result in [window.unminimize(), window.show(), window.set_focus()] {
        if let Err(error) = result {
            tracing::warn!(%error, "the window does not come to the front");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_stays_in_the_app() {
        let own = |url: &str| is_own(&url.parse().unwrap());
        assert!(own("tauri://localhost/index.html#/lens"));
        assert!(own("http://tauri.localhost/"));
        assert!(own("blob:tauri://localhost/6a4b"));
        for url in [
            "https://example.com/",
            "https://tauri.localhost.example.com/",
            "tauri://elsewhere/",
            "file:///etc/passwd",
            "data:text/html,x",
            "javascript:1",
            "blob:https://example.com/6a4b",
        ] {
            assert!(!own(url), "{url}");
        }
    }

    #[test]
    fn a_download_replaces_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let name = Path::new("sign.pdf");
        for expected in ["sign.pdf", "sign (1).pdf", "sign (2).pdf"] {
            let path = free(folder.path(), name);
            assert_eq!(path, folder.path().join(expected));
            std::fs::write(path, b"").unwrap();
        }
        std::fs::write(folder.path().join("glimpse"), b"").unwrap();
        assert_eq!(free(folder.path(), Path::new("glimpse")), folder.path().join("glimpse (1)"));
    }
}
