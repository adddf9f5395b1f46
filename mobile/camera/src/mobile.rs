//! On phones: the Kotlin and Swift halves.

use std::sync::mpsc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tauri::ipc::{Channel, InvokeResponseBody};
use tauri::plugin::mobile::PluginInvokeError;
use tauri::plugin::{PluginApi, PluginHandle};
use tauri::{AppHandle, Runtime};

use crate::models::{Change, Opened};
use crate::source::{Device, Listener, Opening};
use crate::{Error, Result, Wanted};

#[cfg(target_os = "ios")]
tauri::ios_plugin_binding!(init_plugin_camera);

/// Longest wait for a native half where no person is asked anything.
const PATIENCE: Duration = Duration::from_secs(15);

/// The native half.
#[derive(Debug)]
pub(crate) struct Native<R: Runtime>(PluginHandle<R>);

impl<R: Runtime> Native<R> {
    pub(crate) fn new(_app: &AppHandle<R>, api: PluginApi<R, ()>) -> Result<Self> {
        #[cfg(target_os = "android")]
        let handle = api.register_android_plugin("app.glimpse.camera", "CameraPlugin");
        #[cfg(target_os = "ios")]
        let handle = api.register_ios_plugin(init_plugin_camera);
        handle.map(Self).map_err(failure)
    }

    /// Calls a command and waits for its answer, not for ever.
    pub(crate) fn call<T: DeserializeOwned + Send + 'static>(
        &self,
        command: &str,
        arguments: impl Serialize + Send + 'static,
    ) -> Result<T> {
        let answer = begin(&self.0, command, arguments);
        answer
            .recv_timeout(PATIENCE)
            .unwrap_or_else(|_| Err(Error::Failed(format!("{command} takes too long"))))
    }

    /// [`call`](Self::call) where a person is asked, who takes the time that it takes.
    pub(crate) fn ask<T: DeserializeOwned + Send + 'static>(
        &self,
        command: &str,
        arguments: impl Serialize + Send + 'static,
    ) -> Result<T> {
        begin(&self.0, command, arguments).recv().unwrap_or_else(|_| Err(Error::Failed(command.into())))
    }

    pub(crate) fn device(&self) -> Box<dyn Device> {
        Box::new(Phone(self.0.clone()))
    }
}

/// Calls a command; the answer comes through the channel.
fn begin<R: Runtime, T: DeserializeOwned + Send + 'static>(
    handle: &PluginHandle<R>,
    command: &str,
    arguments: impl Serialize + Send + 'static,
) -> mpsc::Receiver<Result<T>> {
    let (answer, answers) = mpsc::channel();
    let (handle, command) = (handle.clone(), command.to_owned());
    tauri::async_runtime::spawn(async move {
        let done = handle.run_mobile_plugin_async(command, arguments).await;
        // Whoever asked may have stopped waiting.
        let _ = answer.send(done.map_err(failure));
    });
    answers
}

fn failure(error: PluginInvokeError) -> Error {
    match error {
        PluginInvokeError::InvokeRejected(rejected) => {
            Error::of_native(rejected.code.as_deref(), rejected.message)
        }
        other => Error::Failed(other.to_string()),
    }
}

struct Phone<R: Runtime>(PluginHandle<R>);

#[derive(Serialize)]
struct OpenArguments {
    id: String,
    handle: u64,
    width: u32,
    height: u32,
    fps: u32,
    events: Channel,
}

#[derive(Serialize)]
struct CloseArguments {
    handle: u64,
}

impl<R: Runtime> Device for Phone<R> {
    fn open(&self, id: &str, wanted: Wanted, listener: Listener) -> Result<Opening> {
        let (handle, frames) = glimpse_frames::FrameSink::new(glimpse_frames::SinkOptions::default());
        let Wanted { width, height, fps } = wanted;
        let events = Channel::new(move |body| {
            let change = match &body {
                InvokeResponseBody::Json(json) => serde_json::from_str::<Change>(json),
                InvokeResponseBody::Raw(bytes) => serde_json::from_slice(bytes),
            };
            match change {
                Ok(change) => listener(change),
                Err(error) => tracing::warn!(%error, "the camera says what is not understood"),
            }
            Ok(())
        });
        let arguments = OpenArguments { id: id.into(), handle, width, height, fps, events };
        let answer = begin::<R, Opened>(&self.0, "open", arguments).recv_timeout(PATIENCE);
        match answer {
            Ok(Ok(opened)) => Ok(Opening { handle, opened, frames: Box::new(frames) }),
            Ok(Err(error)) => Err(error),
            Err(_) => {
                // It may open later; nobody would use it.
                self.close(handle);
                Err(Error::Failed("the camera takes too long to open".into()))
            }
        }
    }

    fn close(&self, handle: u64) {
        drop(begin::<R, Option<()>>(&self.0, "close", CloseArguments { handle }));
    }
}
