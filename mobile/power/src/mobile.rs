//! On phones: the Kotlin and Swift halves.

use std::sync::{Arc, mpsc};
use std::time::Duration;

use glimpse_telemetry::Phone;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tauri::ipc::{Channel, InvokeResponseBody};
use tauri::plugin::mobile::PluginInvokeError;
use tauri::plugin::{PluginApi, PluginHandle};
use tauri::{AppHandle, Runtime};

use crate::watchers::Watchers;
use crate::{Error, Result};

#[cfg(target_os = "ios")]
tauri::ios_plugin_binding!(init_plugin_power);

/// Longest wait for a native half.
const PATIENCE: Duration = Duration::from_secs(5);
/// Between two readings: Android takes questions about its headroom once a second.
const CADENCE_MS: u64 = 1000;

/// The native half, which is watched from the beginning.
#[derive(Debug)]
pub(crate) struct Native<R: Runtime> {
    pub(crate) watchers: Arc<Watchers>,
    handle: PluginHandle<R>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WatchArguments {
    interval_ms: u64,
    channel: Channel,
}

impl<R: Runtime> Native<R> {
    pub(crate) fn new(_app: &AppHandle<R>, api: PluginApi<R, ()>) -> Result<Self> {
        #[cfg(target_os = "android")]
        let handle = api.register_android_plugin("app.glimpse.power", "PowerPlugin");
        #[cfg(target_os = "ios")]
        let handle = api.register_ios_plugin(init_plugin_power);
        let native = Self { watchers: Arc::default(), handle: handle.map_err(failure)? };
        native.watch();
        Ok(native)
    }

    fn watch(&self) {
        let watchers = Arc::clone(&self.watchers);
        let channel = Channel::new(move |body| {
            match &body {
                InvokeResponseBody::Json(json) => watchers.hear(Phone::this(), json),
                InvokeResponseBody::Raw(bytes) => {
                    watchers.hear(Phone::this(), &String::from_utf8_lossy(bytes));
                }
            }
            Ok(())
        });
        let handle = self.handle.clone();
        tauri::async_runtime::spawn(async move {
            let arguments = WatchArguments { interval_ms: CADENCE_MS, channel };
            let begun = handle.run_mobile_plugin_async::<Option<()>>("watch", arguments).await;
            if let Err(error) = begun {
                tracing::warn!(%error, "battery and heat are not watched");
            }
        });
    }

    /// Calls a command and waits for its answer, not for ever.
    pub(crate) fn call<T: DeserializeOwned + Send + 'static>(
        &self,
        command: &str,
        arguments: impl Serialize + Send + 'static,
    ) -> Result<T> {
        let (answer, answers) = mpsc::channel();
        let (handle, name) = (self.handle.clone(), command.to_owned());
        tauri::async_runtime::spawn(async move {
            let done = handle.run_mobile_plugin_async(name, arguments).await;
            // Whoever asked may have stopped waiting.
            let _ = answer.send(done.map_err(failure));
        });
        let late = |_| Err(Error::Failed(format!("{command} takes too long")));
        answers.recv_timeout(PATIENCE).unwrap_or_else(late)
    }

    #[expect(
        clippy::unused_self,
        clippy::unnecessary_wraps,
        reason = "the same as on desktops, where it fails"
    )]
    pub(crate) fn check(&self) -> Result<()> {
        Ok(())
    }
}

fn failure(error: PluginInvokeError) -> Error {
    match error {
        PluginInvokeError::InvokeRejected(rejected) => {
            Error::of_native(rejected.code.as_deref(), rejected.message)
        }
        other => Error::Failed(other.to_string()),
    }
}
