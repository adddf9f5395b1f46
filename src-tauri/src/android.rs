//! What only Android has: resources inside of the app's package, and pictures that other apps hand over by
//! a content URI. The Kotlin half is `PhonePlugin` in `gen/android`.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tauri::plugin::{Builder, PluginHandle, TauriPlugin};
use tauri::{AppHandle, Manager, Url, Wry};

use crate::resources::Package;

/// Longest wait for one answer: a large picture may come from the network of another app.
const PATIENCE: Duration = Duration::from_secs(60);

/// The Kotlin half.
#[derive(Debug)]
pub(crate) struct Phone(PluginHandle<Wry>);

#[derive(Serialize)]
struct Nothing {}

#[derive(Deserialize)]
struct Build {
    build: String,
}

#[derive(Serialize)]
struct Folder {
    folder: String,
}

#[derive(Deserialize)]
struct Files {
    files: Vec<String>,
}

#[derive(Serialize)]
struct Copy {
    name: String,
    path: PathBuf,
}

#[derive(Serialize)]
struct Content {
    uri: String,
}

#[derive(Serialize)]
struct Save {
    path: PathBuf,
    name: String,
}

#[derive(Deserialize)]
struct Saved {
    saved: bool,
}

#[derive(Deserialize)]
struct Taken {
    path: PathBuf,
}

/// The plugin; the page has no commands of it.
pub(crate) fn init() -> TauriPlugin<Wry> {
    Builder::new("phone")
        .setup(|app, api| {
            app.manage(Phone(api.register_android_plugin("app.glimpse.vision", "PhonePlugin")?));
            Ok(())
        })
        .build()
}

impl Phone {
    /// Calls a command and waits, not for ever. Not for the main thread, which answers.
    fn call<T: DeserializeOwned + Send + 'static>(
        &self,
        command: &'static str,
        arguments: impl Serialize + Send + 'static,
    ) -> io::Result<T> {
        let late = || io::Error::new(io::ErrorKind::TimedOut, format!("{command} takes too long"));
        self.begin(command, arguments).recv_timeout(PATIENCE).map_err(|_| late())?
    }

    /// Calls a command; the answer comes through the channel.
    fn begin<T: DeserializeOwned + Send + 'static>(
        &self,
        command: &'static str,
        arguments: impl Serialize + Send + 'static,
    ) -> mpsc::Receiver<io::Result<T>> {
        let (answer, answers) = mpsc::channel();
        let handle = self.0.clone();
        tauri::async_runtime::spawn(async move {
            // Whoever asked may have stopped waiting.
            let done = handle.run_mobile_plugin_async(command, arguments).await;
            let _ = answer.send(done.map_err(io::Error::other));
        });
        answers
    }

    /// Copies the picture behind a content URI into a file of the app's cache.
    pub(crate) fn take(&self, uri: &Url) -> io::Result<PathBuf> {
        self.call::<Taken>("takeContent", Content { uri: uri.to_string() }).map(|taken| taken.path)
    }
}

impl Package for Phone {
    fn build(&self) -> io::Result<String> {
        self.call::<Build>("build", Nothing {}).map(|answer| answer.build)
    }

    fn files(&self, folder: &str) -> io::Result<Vec<String>> {
        self.call::<Files>("listAssets", Folder { folder: folder.into() }).map(|answer| answer.files)
    }

    fn copy(&self, name: &str, to: &Path) -> io::Result<()> {
        self.call::<Option<()>>("copyAsset", Copy { name: name.into(), path: to.into() }).map(drop)
    }
}

/// Asks a person where to keep `bytes`, and keeps them there; says whether they chose.
pub(crate) fn save(app: &AppHandle, name: &str, bytes: &[u8]) -> io::Result<bool> {
    let folder = app.path().app_cache_dir().map_err(io::Error::other)?.join("saving");
    // One at a time is saved: the system asks over the whole screen.
    std::fs::create_dir_all(&folder)?;
    let path = folder.join("file");
    std::fs::write(&path, bytes)?;
    let phone = app.state::<Phone>();
    let arguments = Save { path: path.clone(), name: name.into() };
    let answer = phone.begin::<Saved>("saveFile", arguments).recv();
    std::fs::remove_file(&path)?;
    Ok(answer.map_err(io::Error::other)??.saved)
}

/// Takes what other apps handed over, and gives the files of it. Addresses of files are left out: another
/// app may name one that only this app can read.
pub(crate) fn taken(app: &AppHandle, urls: &[Url]) -> Vec<PathBuf> {
    let phone = app.state::<Phone>();
    let contents = urls.iter().filter(|url| url.scheme() == "content");
    contents
        .filter_map(|url| {
            phone.take(url).inspect_err(|error| tracing::warn!(%error, "what was shared cannot be read")).ok()
        })
        .collect()
}
