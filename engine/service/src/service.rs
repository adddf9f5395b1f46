//! The service: what the window and the server call.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bytes::Bytes;
use glimpse_engine::pack::find_packs;
use glimpse_engine::read::{CancelToken, ReadLimits};
use glimpse_engine::{Engine, EngineOptions, Error, Part, Picture as Decoded, Precision};
use glimpse_telemetry::{ProbeOptions, Probes};
use image::RgbImage;

use crate::api::{Failure, Memory, Picture, PictureId, Sample, ServiceCode, Settings, SettingsChange, Task};
use crate::clips::Clips;
use crate::data::make_private;
use crate::gate::{Crowd, Gate};
use crate::library::Library;
use crate::live::LiveSessions;
use crate::measures::History;
use crate::memory;
use crate::pictures::{Opened, PictureLimits, Pictures, Source, new_id};
use crate::render::{self, File};
use crate::samples::Samples;
use crate::settings::SettingsFile;

/// Most bytes of a picture that can be opened.
pub const MOST_PICTURE_BYTES: u64 = 64 << 20;
/// How many may wait for the engine, and as many for decoding.
const QUEUE: usize = 64;
/// Folder of the library in the data folder.
const LIBRARY: &str = "library";
/// Longest name of a picture that is kept, in characters.
const LONGEST_NAME: usize = 255;

/// How a [`Service`] is opened.
#[derive(Debug, Clone, Default)]
pub struct ServiceOptions {
    /// Folder with `packs.toml`; `None` looks beside the program and upwards.
    pub packs: Option<PathBuf>,
    /// Folder of sample pictures; `None` looks beside the packs, beside the program and upwards.
    pub samples: Option<PathBuf>,
    /// Folder of settings and library; `None` keeps nothing on disk.
    pub data: Option<PathBuf>,
    /// Leaves the library out although there is a folder for it.
    pub no_library: bool,
    /// Threads of the engine, 0 for one a core; `None` takes the settings' choice.
    pub threads: Option<usize>,
    /// Number format of the packs.
    pub precision: Precision,
    /// How much is held of opened pictures.
    pub pictures: PictureLimits,
    /// Where heat and power are looked for; `None` is `/sys`.
    pub sysfs: Option<PathBuf>,
}

/// What the app does over the engine. `Send + Sync`; its functions block, some for seconds.
#[derive(Debug)]
pub struct Service {
    pub(crate) engine: Engine,
    pub(crate) packs: PathBuf,
    pub(crate) data: Option<PathBuf>,
    /// Lets one at a time to the engine.
    pub(crate) work: Gate,
    /// Lets one at a time decode and scale what no look waits for.
    pub(crate) pixels: Gate,
    /// Held while a picture is decoded, inside of whichever gate.
    decoding: Mutex<()>,
    pub(crate) pictures: Pictures,
    pub(crate) samples: Samples,
    pub(crate) clips: Clips,
    pub(crate) live: LiveSessions,
    settings: SettingsFile,
    pub(crate) history: History,
    pub(crate) probes: Probes,
    pub(crate) characters: OnceLock<HashSet<char>>,
    /// `None` where nothing is kept.
    pub(crate) library: Option<Library>,
}

/// How much a service has to do and holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Load {
    /// At the engine.
    pub engine: Crowd,
    /// At decoding and scaling.
    pub pixels: Crowd,
    /// Opened pictures.
    pub pictures: usize,
    /// Bytes of the opened pictures, as they came.
    pub picture_bytes: u64,
}

impl Service {
    /// Finds the packs, the samples, the settings. No pack is opened yet: see [`load`](Self::load).
    ///
    /// # Errors
    /// Those of opening the engine; `storage` where the data folder cannot be made or read.
    pub fn open(options: ServiceOptions) -> Result<Self, Failure> {
        let packs = find_packs(options.packs.as_deref())?;
        if let Some(folder) = &options.data {
            make_private(folder).map_err(|error| {
                Failure::new(ServiceCode::Storage, format!("{}: {error}", folder.display()))
            })?;
        }
        let settings = SettingsFile::open(options.data.as_deref())?;
        let threads = options.threads.unwrap_or_else(|| settings.get().threads);
        let engine = Engine::open(EngineOptions {
            precision: options.precision,
            threads,
            packs: Some(packs.clone()),
            files: None,
            isa: None,
        })?;
        let library = match &options.data {
            Some(folder) if !options.no_library => Some(open_library(&folder.join(LIBRARY))?),
            _ => None,
        };
        Ok(Self {
            engine,
            library,
            samples: Samples::find(options.samples.as_deref(), &packs),
            clips: Clips::default(),
            live: LiveSessions::new(options.sysfs.clone()),
            packs,
            data: options.data,
            work: Gate::new(1, QUEUE),
            pixels: Gate::new(1, QUEUE),
            decoding: Mutex::default(),
            pictures: Pictures::new(options.pictures),
            settings,
            history: History::default(),
            probes: Probes::new(ProbeOptions { sysfs: options.sysfs, ..ProbeOptions::default() }),
            characters: OnceLock::new(),
        })
    }

    /// Opens the packs of `task` now, so that no look waits for it.
    ///
    /// # Errors
    /// Those of the engine where a pack is missing or damaged.
    pub fn load(&self, task: Task) -> Result<(), Failure> {
        let part = match task {
            Task::Read => Part::Read,
            Task::Describe => Part::Describe,
            Task::Find => Part::Find,
        };
        Ok(self.engine.load(part)?)
    }

    /// Opens the encoded picture `bytes`: decodes it, and holds it for looks.
    ///
    /// # Errors
    /// The engine's errors of pictures, `busy`, `cancelled`.
    pub fn open_picture(
        &self,
        bytes: impl Into<Bytes>,
        name: Option<&str>,
        cancel: &CancelToken,
    ) -> Result<Picture, Failure> {
        let bytes = bytes.into();
        let limits = limits();
        if bytes.len() as u64 > limits.max_bytes {
            return Err(too_large(bytes.len() as u64).into());
        }
        let decoded = {
            let _permit = self.pixels.enter(cancel)?;
            Arc::new(self.decode(&bytes)?)
        };
        let about = about(&decoded, name, bytes.len() as u64)?;
        let opened = self.pictures.add(Opened::new(about, Source::Encoded(bytes)));
        self.pictures.hold(&opened.about.id, &decoded);
        Ok(opened.about.clone())
    }

    /// Opens the file at `path`.
    ///
    /// # Errors
    /// `not_found`, `permission_denied`, `is_a_directory`, `io` and those of
    /// [`open_picture`](Self::open_picture).
    pub fn open_path(&self, path: &Path, cancel: &CancelToken) -> Result<Picture, Failure> {
        let bytes = read_file(path)?;
        let name = path.file_name().map(|name| name.to_string_lossy());
        self.open_picture(bytes, name.as_deref(), cancel)
    }

    /// Opens pixels, such as a camera's frame.
    ///
    /// # Errors
    /// `image_empty` where it has none, `image_too_large`.
    pub fn open_frame(&self, frame: RgbImage, name: Option<&str>) -> Result<Picture, Failure> {
        if frame.width() == 0 || frame.height() == 0 {
            return Err(Error::ImageEmpty.into());
        }
        let (pixels, limit) =
            (u64::from(frame.width()) * u64::from(frame.height()), ReadLimits::default().max_pixels);
        if pixels > limit {
            return Err(Error::ImageTooLarge { what: "pixels", value: pixels, limit }.into());
        }
        let bytes = frame.as_raw().len() as u64;
        let decoded = Arc::new(Decoded::from(frame));
        let about = about(&decoded, name, bytes)?;
        Ok(self.pictures.add(Opened::new(about, Source::Pixels(decoded))).about.clone())
    }

    /// The sample pictures; there may be none.
    pub fn samples(&self) -> Vec<Sample> {
        self.samples.list()
    }

    /// Opens the sample picture `name`.
    ///
    /// # Errors
    /// `unknown_sample` and those of [`open_path`](Self::open_path).
    pub fn open_sample(&self, name: &str, cancel: &CancelToken) -> Result<Picture, Failure> {
        self.open_picture(read_file(&self.samples.file(name)?)?, Some(name), cancel)
    }

    /// Lets an opened picture go.
    ///
    /// # Errors
    /// `unknown_picture`.
    pub fn close_picture(&self, id: &PictureId) -> Result<(), Failure> {
        self.pictures.close(id)
    }

    /// An opened picture for the screen: as it came where a browser shows it and `max` is `None`, else
    /// a JPEG whose longest side is at most `max` pixels.
    ///
    /// # Errors
    /// `unknown_picture`, `bad_request` for a `max` of 0, `busy`, `cancelled`.
    pub fn picture_image(
        &self,
        id: &PictureId,
        max: Option<u32>,
        cancel: &CancelToken,
    ) -> Result<File, Failure> {
        if max == Some(0) {
            return Err(Failure::new(ServiceCode::BadRequest, "max must be at least 1"));
        }
        let opened = self.pictures.get(id)?;
        let longest = opened.about.width.max(opened.about.height);
        if let (Source::Encoded(bytes), Some(media_type)) =
            (&opened.source, render::shown_by_browsers(&opened.about.format))
            && max.is_none_or(|max| max >= longest)
        {
            return Ok(File { bytes: bytes.clone(), media_type });
        }
        let _permit = self.pixels.enter(cancel)?;
        let (decoded, _) = self.pixels_of(&opened)?;
        render::jpeg(&decoded, max)
    }

    /// A picture's file for the screen: as it is where a browser shows it, else as a JPEG.
    pub(crate) fn image_of_file(&self, bytes: Bytes, cancel: &CancelToken) -> Result<File, Failure> {
        if let Some(media_type) = render::media_type(&bytes) {
            return Ok(File { bytes, media_type });
        }
        let _permit = self.pixels.enter(cancel)?;
        render::jpeg(&self.decode(&bytes)?, None)
    }

    /// The settings in force.
    pub fn settings(&self) -> Settings {
        self.settings.get()
    }

    /// Makes `change` to the settings, and keeps and gives them all. Several services may share a data
    /// folder: what another changed stays changed.
    ///
    /// # Errors
    /// `bad_request` for a value out of its range and for what is no setting, `storage` where they cannot
    /// be written.
    pub fn change_settings(&self, change: &SettingsChange) -> Result<Settings, Failure> {
        self.settings.change(change)
    }

    /// Memory of this process.
    pub fn memory(&self) -> Memory {
        memory::process()
    }

    /// How much there is to do now.
    pub fn workload(&self) -> Load {
        let (pictures, picture_bytes) = self.pictures.held();
        Load { engine: self.work.crowd(), pixels: self.pixels.crowd(), pictures, picture_bytes }
    }

    /// Decodes a picture, one at a time: the largest that is allowed takes more than a gigabyte
    /// meanwhile.
    pub(crate) fn decode(&self, bytes: &[u8]) -> Result<Decoded<'static>, Failure> {
        let _alone = self.decoding.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Decoded::decode(bytes, &limits())?)
    }

    /// The pixels of an opened picture, and how long decoding took where it had to be done.
    pub(crate) fn pixels_of(&self, opened: &Opened) -> Result<(Arc<Decoded<'static>>, Option<f64>), Failure> {
        match &opened.source {
            Source::Pixels(decoded) => Ok((decoded.clone(), None)),
            Source::Encoded(bytes) => {
                if let Some(decoded) = self.pictures.decoded(&opened.about.id) {
                    return Ok((decoded, None));
                }
                let decoded = Arc::new(self.decode(bytes)?);
                self.pictures.hold(&opened.about.id, &decoded);
                let ms = decoded.decode_ms();
                Ok((decoded, Some(ms)))
            }
        }
    }
}

fn open_library(folder: &Path) -> Result<Library, Failure> {
    let library = Library::open(folder)?;
    if let Some(aside) = library.set_aside() {
        tracing::warn!("the library was damaged and is now at {}; an empty one is begun", aside.display());
    }
    Ok(library)
}

/// Bounds on pictures.
fn limits() -> ReadLimits {
    ReadLimits { max_bytes: MOST_PICTURE_BYTES, ..ReadLimits::default() }
}

fn too_large(value: u64) -> Error {
    Error::ImageTooLarge { what: "bytes", value, limit: MOST_PICTURE_BYTES }
}

/// The bytes of the file at `path`, at most as many as a picture may have.
fn read_file(path: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |error| Failure::from(Error::io(path, error));
    let metadata = std::fs::metadata(path).map_err(failed)?;
    if metadata.is_dir() {
        return Err(failed(std::io::ErrorKind::IsADirectory.into()));
    }
    if metadata.len() > MOST_PICTURE_BYTES {
        return Err(too_large(metadata.len()).into());
    }
    let file = std::fs::File::open(path).map_err(failed)?;
    let mut bytes = Vec::with_capacity(metadata.len() as usize);
    std::io::Read::read_to_end(&mut std::io::Read::take(file, MOST_PICTURE_BYTES + 1), &mut bytes)
        .map_err(failed)?;
    Ok(bytes)
}

/// What is told of a picture, under a new id.
fn about(decoded: &Decoded<'_>, name: Option<&str>, bytes: u64) -> Result<Picture, Failure> {
    Ok(Picture {
        id: new_id()?,
        name: name.map(plain_name).filter(|name| !name.is_empty()),
        width: decoded.width(),
        height: decoded.height(),
        format: decoded.format().into(),
        bytes,
        decode_ms: decoded.decode_ms(),
    })
}

/// `name` without control characters, and not too long.
pub(crate) fn plain_name(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect::<String>().trim().to_owned()
}
