//! On desktops: `glimpse-camera` has the cameras there, and this has none.

use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tauri::plugin::PluginApi;
use tauri::{AppHandle, Runtime};

use crate::source::{Device, Listener, Opening};
use crate::{Error, Result, Wanted};

/// The native half, which does not exist.
#[derive(Debug)]
pub(crate) struct Native<R: Runtime>(PhantomData<fn() -> R>);

impl<R: Runtime> Native<R> {
    pub(crate) fn new(_app: &AppHandle<R>, _api: PluginApi<R, ()>) -> Result<Self> {
        Ok(Self(PhantomData))
    }

    pub(crate) fn call<T: DeserializeOwned>(&self, _command: &str, _arguments: impl Serialize) -> Result<T> {
        Err(Error::Unsupported)
    }

    pub(crate) fn ask<T: DeserializeOwned>(&self, _command: &str, _arguments: impl Serialize) -> Result<T> {
        Err(Error::Unsupported)
    }

    pub(crate) fn device(&self) -> Box<dyn Device> {
        Box::new(Absent)
    }
}

struct Absent;

impl Device for Absent {
    fn open(&self, _id: &str, _wanted: Wanted, _listener: Listener) -> Result<Opening> {
        Err(Error::Unsupported)
    }

    fn close(&self, _handle: u64) {}
}
