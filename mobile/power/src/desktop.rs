//! On desktops: the engine's own probes tell there what is told.

use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tauri::plugin::PluginApi;
use tauri::{AppHandle, Runtime};

use crate::watchers::Watchers;
use crate::{Error, Result};

/// The native half, which does not exist.
#[derive(Debug)]
pub(crate) struct Native<R: Runtime> {
    pub(crate) watchers: Watchers,
    runtime: PhantomData<fn() -> R>,
}

impl<R: Runtime> Native<R> {
    pub(crate) fn new(_app: &AppHandle<R>, _api: PluginApi<R, ()>) -> Result<Self> {
        Ok(Self { watchers: Watchers::default(), runtime: PhantomData })
    }

    pub(crate) fn call<T: DeserializeOwned>(&self, _command: &str, _arguments: impl Serialize) -> Result<T> {
        Err(unsupported())
    }

    pub(crate) fn check(&self) -> Result<()> {
        Err(unsupported())
    }
}

fn unsupported() -> Error {
    Error::Unsupported("only phones are read by this plugin".into())
}
