//! Logs: to standard error at once, and to a file a day as soon as its folder is known.

use std::io::IsTerminal;
use std::path::Path;

use tracing_appender::rolling::{InitError, RollingFileAppender, Rotation};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Registry, fmt, reload};

/// Files that are kept; the oldest go first.
const KEPT_FILES: usize = 7;

type FileLayer = fmt::Layer<Registry, fmt::format::DefaultFields, fmt::format::Format, RollingFileAppender>;

/// Starts logging to standard error; the handle adds the file.
///
/// `GLIMPSE_LOG` says what is logged, in the syntax of `tracing_subscriber::EnvFilter`; else what
/// Glimpse has to say from `info` on, and warnings of others.
pub(crate) fn begin() -> LogFile {
    let (file, handle) = reload::Layer::new(None::<FileLayer>);
    let filter = EnvFilter::try_from_env("GLIMPSE_LOG").unwrap_or_else(|_| {
        EnvFilter::new(
            "warn,glimpse_app=info,glimpse_service=info,glimpse_engine=info,tauri_plugin_camera=info",
        )
    });
    let stderr = fmt::layer().with_ansi(std::io::stderr().is_terminal()).with_writer(std::io::stderr);
    let started = tracing_subscriber::registry().with(file).with(stderr).with(filter).try_init();
    if let Err(error) = started {
        tracing::warn!(%error, "somebody logs already");
    }
    LogFile(handle)
}

/// Adds the log file.
#[derive(Debug)]
pub(crate) struct LogFile(reload::Handle<Option<FileLayer>, Registry>);

impl LogFile {
    /// Logs into `folder` from now on: `glimpse.DATE.log`, a file a day, seven of them.
    ///
    /// # Errors
    /// Where the folder or the file cannot be made.
    pub(crate) fn open(&self, folder: &Path) -> Result<(), LogError> {
        // The appender makes it as well, but complains on standard error that there is none to tidy.
        std::fs::create_dir_all(folder)?;
        let appender = RollingFileAppender::builder()
            .rotation(Rotation::DAILY)
            .filename_prefix("glimpse")
            .filename_suffix("log")
            .max_log_files(KEPT_FILES)
            .build(folder)?;
        self.0.reload(Some(fmt::layer().with_ansi(false).with_writer(appender)))?;
        Ok(())
    }
}

/// Why there is no log file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LogError {
    /// The folder cannot be made.
    #[error(transparent)]
    Folder(#[from] std::io::Error),
    /// The file cannot be made.
    #[error(transparent)]
    File(#[from] InitError),
    /// Nothing listens to the log any more.
    #[error(transparent)]
    Reload(#[from] reload::Error),
}
