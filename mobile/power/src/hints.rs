//! Android's performance hints: how long the work of some threads takes, and should.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tauri::Runtime;

use crate::{Error, Power, Result};

/// Longest work that hints are given of.
const LONGEST: Duration = Duration::from_secs(10);

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct OpenArguments {
    target_nanos: u64,
    thread_ids: Vec<i32>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Opened {
    preferred_rate_nanos: u64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Target {
    target_nanos: u64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Worked {
    actual_nanos: u64,
}

#[derive(Debug, Serialize)]
struct Nothing {}

impl<R: Runtime> Power<R> {
    /// Opens performance hints for the threads of these Linux ids, in place of those that were open: their
    /// work of one frame should take `target`. Gives how often reports are wanted. Each call goes through
    /// the phone's runtime: once a frame is meant, not once a stage.
    ///
    /// # Errors
    /// [`Error::Unsupported`] before Android 12, where the phone has none, on iOS and on desktops;
    /// [`Error::BadArgument`] without threads, or for a target of 0 or beyond ten seconds.
    pub fn open_hints(&self, threads: &[i32], target: Duration) -> Result<Duration> {
        if threads.is_empty() || threads.iter().any(|id| *id <= 0) {
            return Err(Error::BadArgument("hints are of threads, by their ids above 0".into()));
        }
        let arguments = OpenArguments { target_nanos: nanos(target)?, thread_ids: threads.to_vec() };
        let opened: Opened = self.0.call("openHints", arguments)?;
        Ok(Duration::from_nanos(opened.preferred_rate_nanos))
    }

    /// Sets another target.
    ///
    /// # Errors
    /// [`Error::NotOpen`]; [`Error::BadArgument`] as for [`Self::open_hints`]; [`Error::Unsupported`].
    pub fn set_hint_target(&self, target: Duration) -> Result<()> {
        let arguments = Target { target_nanos: nanos(target)? };
        self.0.call::<Option<()>>("setHintTarget", arguments).map(drop)
    }

    /// Reports how long the work of one frame took.
    ///
    /// # Errors
    /// Those of [`Self::set_hint_target`].
    pub fn report_work(&self, took: Duration) -> Result<()> {
        let arguments = Worked { actual_nanos: nanos(took)? };
        self.0.call::<Option<()>>("reportWork", arguments).map(drop)
    }

    /// Closes the hints; not open is no error.
    ///
    /// # Errors
    /// [`Error::Unsupported`] on desktops.
    pub fn close_hints(&self) -> Result<()> {
        self.0.call::<Option<()>>("closeHints", Nothing {}).map(drop)
    }
}

fn nanos(time: Duration) -> Result<u64> {
    let nanos = u64::try_from(time.as_nanos()).ok().filter(|nanos| *nanos > 0);
    nanos
        .filter(|_| time <= LONGEST)
        .ok_or_else(|| Error::BadArgument(format!("{time:?} is not above 0 and at most {LONGEST:?}")))
}
