//! The one owner of what outlives a command.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use glimpse_service::api::{Failure, ServiceCode};
use glimpse_service::{Service, ServiceOptions};

use crate::arrivals::Arrivals;
use crate::camera::Camera;
use crate::live::LiveSessions;
use crate::running::Running;

/// The app's state, as commands and events share it.
pub(crate) type Shared = Arc<App>;

/// The engine with all that is open, what runs, and what may be opened.
#[derive(Default)]
pub(crate) struct App {
    service: OnceLock<Result<Service, Failure>>,
    /// Looks and measurements that run.
    pub(crate) running: Running,
    /// Paths that the page may open.
    pub(crate) arrivals: Arrivals,
    /// The camera that is open.
    pub(crate) camera: Camera,
    /// Live video that runs.
    pub(crate) live: LiveSessions,
}

/// Where things lie on this device.
#[derive(Debug, Clone)]
pub(crate) struct Folders {
    /// Packs and samples that came with the program.
    pub(crate) resources: Option<PathBuf>,
    /// Library and settings; `None` keeps nothing, and it may be that there was a failure.
    pub(crate) data: Result<Option<PathBuf>, Failure>,
}

impl App {
    /// Opens the service; [`App::service`] waits for it. Further calls do nothing.
    pub(crate) fn open(&self, folders: &Folders) {
        self.service.get_or_init(|| {
            let beside = |name: &str, has: &str| {
                let folder = folders.resources.as_deref().map(|folder| folder.join(name))?;
                Path::exists(&folder.join(has)).then_some(folder)
            };
            let data = folders.data.clone();
            let opened = data.and_then(|data| {
                Service::open(ServiceOptions {
                    packs: beside("packs", "packs.toml"),
                    samples: beside("samples", "."),
                    data,
                    ..ServiceOptions::default()
                })
            });
            opened.inspect_err(|failure| {
                tracing::error!(code = %failure.code, message = %failure.message, "the service did not open");
            })
        });
    }

    /// The service, once it is open.
    ///
    /// # Errors
    /// Why it did not open.
    pub(crate) fn service(&self) -> Result<&Service, Failure> {
        self.service.wait().as_ref().map_err(Clone::clone)
    }

    /// Runs `work` on a thread for blocking work.
    ///
    /// # Errors
    /// Those of `work`; why the service did not open; `internal` where `work` panicked.
    pub(crate) async fn blocking<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&App, &Service) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let app = Arc::clone(self);
        let done = tauri::async_runtime::spawn_blocking(move || work(&app, app.service()?)).await;
        done.unwrap_or_else(|error| {
            tracing::error!(%error, "a command panicked");
            Err(Failure::new(ServiceCode::Internal, error.to_string()))
        })
    }
}
