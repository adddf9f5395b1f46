//! The engine: packs, pool and the calls on them.

use std::collections::HashSet;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use glimpse_kernels::{Isa, Kernels};
use once_cell::sync::OnceCell;

use crate::caption::Captioner;
use crate::clock::{CallClock, Work};
use crate::exec::Pool;
use crate::find::{FindOptions, Found, Objects};
use crate::network::PackFolder;
use crate::ocr::{Ocr, OcrCall};
use crate::pack::{Manifest, PackFiles, PackSource, find_packs};
use crate::read::{self, Picture, ReadLimits, ReadOptions, Reading};
use crate::see::{See, TagOptions, Tags};
use crate::{Error, Result};

/// Number format of the weights and activations.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// 8-bit weights and activations where calibration allows, `f32` elsewhere.
    #[default]
    Int8,
    /// 32-bit floating point throughout.
    F32,
}

impl Precision {
    /// `"int8"` or `"f32"`.
    pub fn as_str(self) -> &'static str {
        match self {
            Precision::Int8 => "int8",
            Precision::F32 => "f32",
        }
    }
}

/// How an [`Engine`] is opened.
#[derive(Debug, Clone, Default)]
pub struct EngineOptions {
    /// Number format; the packs of that precision must be present.
    pub precision: Precision,
    /// Threads of the pool; 0 means one a core.
    pub threads: usize,
    /// Folder with `packs.toml`; `None` looks beside the program and upwards.
    pub packs: Option<PathBuf>,
    /// Packs in opened files, in place of a folder's.
    pub files: Option<Arc<PackFiles>>,
    /// Kernels to use; `None` takes the fastest that the machine has.
    pub isa: Option<Isa>,
}

/// What an engine can do, by the packs that it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// Reading text: `ocr-det`, `ocr-rec`.
    Read,
    /// Tags and embeddings: `see`.
    See,
    /// Captions: `caption`.
    Caption,
    /// Describing: `see`, `find`, `caption`.
    Describe,
    /// Finding objects: `find`.
    Find,
}

/// An opened engine. `Send + Sync`: calls from several threads share the mapped weights.
///
/// Packs are opened by the first call that needs them, or by [`Engine::load`].
#[derive(Debug)]
pub struct Engine {
    options: EngineOptions,
    pub(crate) pool: Pool,
    networks: Arc<Networks>,
}

/// The opened packs, which engines of several pools share.
#[derive(Debug)]
struct Networks {
    packs: PackFolder,
    ocr: OnceCell<Ocr>,
    see: OnceCell<See>,
    captioner: OnceCell<Captioner>,
    objects: OnceCell<Objects>,
}

impl Engine {
    /// Finds the packs' folder and its list, and starts the threads. No pack is opened yet.
    ///
    /// # Errors
    /// [`Error::PackMissing`] where there is no `packs.toml`, [`Error::PackDamaged`] where it does
    /// not parse, [`Error::Io`], and [`Error::InvalidOption`] for too many threads or where the
    /// machine lacks the instruction set asked for.
    pub fn open(options: EngineOptions) -> Result<Self> {
        let kernels = match options.isa {
            None => Kernels::best(),
            Some(isa) => Kernels::for_isa(isa).ok_or_else(|| Error::InvalidOption {
                option: "isa",
                reason: format!("this machine has no {}", isa.name()),
            })?,
        };
        let pool = Pool::new(options.threads)?;
        let source = match &options.files {
            Some(files) => PackSource::Files(Arc::clone(files)),
            None => {
                let folder = find_packs(options.packs.as_deref())?;
                let manifest = Manifest::read(&folder)?;
                PackSource::Folder(folder, manifest)
            }
        };
        let packs = PackFolder { source, precision: options.precision, kernels };
        let networks = Networks {
            packs,
            ocr: OnceCell::new(),
            captioner: OnceCell::new(),
            see: OnceCell::new(),
            objects: OnceCell::new(),
        };
        Ok(Self { options, pool, networks: Arc::new(networks) })
    }

    /// Another engine over the same packs, with a pool of its own: `threads` of them, 0 means one a core.
    /// What either opens, both have: weights are mapped and laid out once. Calls on one do not wait for
    /// those on the other.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] for more than 1024 threads, or where the system gives none.
    pub fn with_threads(&self, threads: usize) -> Result<Self> {
        let pool = Pool::new(threads)?;
        let options = EngineOptions { threads, ..self.options.clone() };
        Ok(Self { options, pool, networks: Arc::clone(&self.networks) })
    }

    /// Threads of its pool, at least 1.
    pub fn threads(&self) -> usize {
        self.pool.threads()
    }

    /// Opens the packs of `part` now, so that no call waits for them later: maps and verifies them
    /// and lays out their weights for this machine. Does nothing where they are open.
    ///
    /// # Errors
    /// [`Error::PackMissing`], [`Error::PackDamaged`], [`Error::PackVersion`], [`Error::Io`],
    /// [`Error::Model`].
    pub fn load(&self, part: Part) -> Result<()> {
        match part {
            Part::Read => self.ocr().map(|_| ()),
            Part::See => self.see().map(|_| ()),
            Part::Caption => self.captioner().map(|_| ()),
            Part::Describe => self.see().and(self.objects()).and(self.captioner()).map(|_| ()),
            Part::Find => self.objects().map(|_| ()),
        }
    }

    /// The networks of reading. Not to be called on a thread of the pool: opening waits for it.
    pub(crate) fn ocr(&self) -> Result<&Ocr> {
        let Networks { ocr, packs, .. } = &*self.networks;
        ocr.get_or_try_init(|| Ocr::open(packs, &self.pool))
    }

    /// The encoder. Not to be called on a thread of the pool: opening waits for it.
    pub(crate) fn see(&self) -> Result<&See> {
        let Networks { see, packs, .. } = &*self.networks;
        see.get_or_try_init(|| See::open(packs))
    }

    /// The captioner. Not to be called on a thread of the pool: opening waits for it.
    pub(crate) fn captioner(&self) -> Result<&Captioner> {
        let Networks { captioner, packs, .. } = &*self.networks;
        captioner.get_or_try_init(|| Captioner::open(packs))
    }

    /// The network that finds objects. Likewise not to be called on a thread of the pool.
    pub(crate) fn objects(&self) -> Result<&Objects> {
        let Networks { objects, packs, .. } = &*self.networks;
        objects.get_or_try_init(|| Objects::open(packs))
    }

    /// The options in force.
    pub fn options(&self) -> &EngineOptions {
        &self.options
    }

    /// The characters that the recognizer knows.
    ///
    /// # Errors
    /// Those of [`load`](Self::load).
    pub fn characters(&self) -> Result<HashSet<char>> {
        Ok(self.ocr()?.dictionary().iter().flat_map(|text| text.chars()).collect())
    }

    /// Reads the text on a picture given as pixels.
    ///
    /// # Errors
    /// Those of [`read_picture`](Self::read_picture).
    pub fn read(&self, image: &image::RgbImage, options: &ReadOptions) -> Result<Reading> {
        self.read_picture(&Picture::from(image), options)
    }

    /// Decodes the file at `path` and reads the text on it.
    ///
    /// # Errors
    /// [`Error::Io`] and those of [`read_bytes`](Self::read_bytes).
    pub fn read_file(&self, path: &Path, options: &ReadOptions) -> Result<Reading> {
        let (picture, clock) = open_picture(path, &options.limits)?;
        self.read_on(&picture, options, &clock)
    }

    /// Decodes an encoded picture and reads the text on it.
    ///
    /// # Errors
    /// The image errors of [`Error`] and those of [`read`](Self::read).
    pub fn read_bytes(&self, bytes: &[u8], options: &ReadOptions) -> Result<Reading> {
        let (picture, clock) = decode_picture(bytes, &options.limits)?;
        self.read_on(&picture, options, &clock)
    }

    /// Reads the text on a decoded picture. `timings.decode` is 0: decoding it was no part of this.
    ///
    /// # Errors
    /// [`Error::Cancelled`], [`Error::InvalidOption`], [`Error::Model`], and those of
    /// [`load`](Self::load).
    pub fn read_picture(&self, picture: &Picture<'_>, options: &ReadOptions) -> Result<Reading> {
        self.read_on(picture, options, &CallClock::start())
    }

    /// `clock` has run since decoding began.
    pub(crate) fn read_on(
        &self,
        picture: &Picture<'_>,
        options: &ReadOptions,
        clock: &CallClock,
    ) -> Result<Reading> {
        let call = OcrCall::new(self.ocr()?, &self.pool);
        clock.skip();
        let mut reading = read::pipeline::read(&call, &call, picture, options, clock)?;
        reading.receipt.engine = env!("CARGO_PKG_VERSION").into();
        reading.receipt.threads = self.pool.threads();
        reading.receipt.stages = call.receipts();
        reading.timings.set(clock.finish());
        Ok(reading)
    }

    /// Finds the objects on a picture given as pixels.
    ///
    /// # Errors
    /// Those of [`find_picture`](Self::find_picture).
    pub fn find(&self, image: &image::RgbImage, options: &FindOptions) -> Result<Found> {
        self.find_picture(&Picture::from(image), options)
    }

    /// Decodes the file at `path` and finds the objects on it.
    ///
    /// # Errors
    /// [`Error::Io`] and those of [`find_bytes`](Self::find_bytes).
    pub fn find_file(&self, path: &Path, options: &FindOptions) -> Result<Found> {
        let (picture, clock) = open_picture(path, &options.limits)?;
        self.find_on(&picture, options, &clock)
    }

    /// Decodes an encoded picture and finds the objects on it.
    ///
    /// # Errors
    /// The image errors of [`Error`] and those of [`find`](Self::find).
    pub fn find_bytes(&self, bytes: &[u8], options: &FindOptions) -> Result<Found> {
        let (picture, clock) = decode_picture(bytes, &options.limits)?;
        self.find_on(&picture, options, &clock)
    }

    /// Finds the objects on a decoded picture. `timings.decode` is 0: decoding it was no part of this.
    ///
    /// # Errors
    /// [`Error::Cancelled`], [`Error::InvalidOption`], [`Error::Model`], and those of
    /// [`load`](Self::load).
    pub fn find_picture(&self, picture: &Picture<'_>, options: &FindOptions) -> Result<Found> {
        self.find_on(picture, options, &CallClock::start())
    }

    /// `clock` has run since decoding began.
    fn find_on(&self, picture: &Picture<'_>, options: &FindOptions, clock: &CallClock) -> Result<Found> {
        options.cancel.check()?;
        let objects = self.objects()?;
        clock.skip();
        let mut found = objects.find(picture, options, &self.pool, clock)?;
        found.receipt.engine = env!("CARGO_PKG_VERSION").into();
        found.receipt.threads = self.pool.threads();
        found.timings.set(clock.finish());
        Ok(found)
    }
}

impl Engine {
    /// Names what a picture given as pixels shows.
    ///
    /// # Errors
    /// Those of [`tag_picture`](Self::tag_picture).
    pub fn tags(&self, image: &image::RgbImage, options: &TagOptions) -> Result<Tags> {
        self.tag_picture(&Picture::from(image), options)
    }

    /// Decodes the file at `path` and names what it shows.
    ///
    /// # Errors
    /// [`Error::Io`] and those of [`tags_bytes`](Self::tags_bytes).
    pub fn tags_file(&self, path: &Path, options: &TagOptions) -> Result<Tags> {
        let (picture, clock) = open_picture(path, &options.limits)?;
        self.tag_on(&picture, options, &clock)
    }

    /// Decodes an encoded picture and names what it shows.
    ///
    /// # Errors
    /// The image errors of [`Error`] and those of [`tags`](Self::tags).
    pub fn tags_bytes(&self, bytes: &[u8], options: &TagOptions) -> Result<Tags> {
        let (picture, clock) = decode_picture(bytes, &options.limits)?;
        self.tag_on(&picture, options, &clock)
    }

    /// Names what a decoded picture shows. `timings.decode` is 0: decoding it was no part of this.
    ///
    /// # Errors
    /// [`Error::Cancelled`], [`Error::Model`], and those of [`load`](Self::load).
    pub fn tag_picture(&self, picture: &Picture<'_>, options: &TagOptions) -> Result<Tags> {
        self.tag_on(picture, options, &CallClock::start())
    }

    /// `clock` has run since decoding began.
    fn tag_on(&self, picture: &Picture<'_>, options: &TagOptions, clock: &CallClock) -> Result<Tags> {
        let see = self.see()?;
        clock.skip();
        let mut tags = see.tags(picture, options, &self.pool, clock)?;
        tags.receipt.engine = env!("CARGO_PKG_VERSION").into();
        tags.receipt.threads = self.pool.threads();
        tags.timings.set(clock.finish());
        Ok(tags)
    }
}

impl Picture<'static> {
    /// Reads and decodes the file at `path`, as [`decode`](Self::decode) does its bytes.
    ///
    /// # Errors
    /// [`Error::Io`] and those of [`decode`](Self::decode).
    pub fn open(path: &Path, limits: &ReadLimits) -> Result<Self> {
        Ok(open_picture(path, limits)?.0)
    }
}

/// The picture in the file at `path`, and a clock that has run since it was opened.
pub(crate) fn open_picture(path: &Path, limits: &ReadLimits) -> Result<(Picture<'static>, CallClock)> {
    let clock = CallClock::start();
    let picture = Picture::decode(&read_limited(path, limits.max_bytes)?, limits)?;
    clock.lap(Work::Decode);
    Ok((picture, clock))
}

/// The picture of encoded `bytes`, and a clock that has run since decoding began.
pub(crate) fn decode_picture(bytes: &[u8], limits: &ReadLimits) -> Result<(Picture<'static>, CallClock)> {
    let clock = CallClock::start();
    let picture = Picture::decode(bytes, limits)?;
    clock.lap(Work::Decode);
    Ok((picture, clock))
}

/// The bytes of the file at `path`, at most `limit` of them.
fn read_limited(path: &Path, limit: u64) -> Result<Vec<u8>> {
    let read = || -> std::io::Result<Result<Vec<u8>>> {
        let file = std::fs::File::open(path)?;
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(std::io::ErrorKind::IsADirectory.into());
        }
        let too_large = |value| Error::ImageTooLarge { what: "bytes", value, limit };
        if metadata.len() > limit {
            return Ok(Err(too_large(metadata.len())));
        }
        let mut bytes = Vec::with_capacity(metadata.len() as usize);
        file.take(limit + 1).read_to_end(&mut bytes)?;
        let len = bytes.len() as u64;
        Ok(if len > limit { Err(too_large(len)) } else { Ok(bytes) })
    };
    read().map_err(|e| Error::io(path, e))?
}
