//! The engine and the calls on it.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use glimpse_engine as engine;
use glimpse_live::EngineEyes;

use crate::error::{GlimpseError, ListenerError, Result};
use crate::inspect::{LineTrace, TextMap};
use crate::live::{LiveListener, LiveOptions, LiveStream};
use crate::numbers::{int, natural};
use crate::options::{DescribeOptions, FindOptions, Part, Precision, ReadOptions, TagOptions, flag};
use crate::results::{CaptionToken, Description, Found, Quad, Reading, Tags};
use crate::{CancelToken, Picture};

/// How an engine is opened.
#[derive(Debug, Clone, Default, uniffi::Record)]
pub struct OpenOptions {
    /// Folder with `packs.toml` and the packs that it lists. Unset: what the variable `GLIMPSE_PACKS`
    /// names, else `assets` or `share/glimpse` beside the program or above it.
    #[uniffi(default = None)]
    pub packs: Option<String>,
    /// Packs in files that are open already, in place of a folder's. Unset: the folder's.
    #[uniffi(default = None)]
    pub files: Option<PackFiles>,
    /// Threads of the pool; 0 means one a core.
    #[uniffi(default = 0)]
    pub threads: i32,
    /// Number format. Unset: 8 bits.
    #[uniffi(default = None)]
    pub precision: Option<Precision>,
}

/// Packs that lie in files which are open already, such as the assets inside of an Android package.
#[derive(Debug, Clone, Default, uniffi::Record)]
pub struct PackFiles {
    /// The text of `packs.toml`.
    pub list: String,
    /// The packs that it lists.
    pub parts: Vec<PackPart>,
}

/// A pack as a part of an open file.
#[derive(Debug, Clone, uniffi::Record)]
pub struct PackPart {
    /// Its name in `packs.toml`, for example `"see-int8.safetensors"`.
    pub name: String,
    /// A file descriptor that can be read from. It is duplicated: the caller's may be closed once the
    /// engine is open.
    pub descriptor: i32,
    /// Where the pack begins in the file, in bytes; a multiple of 4.
    pub offset: i64,
    /// Bytes of the pack.
    pub length: i64,
}

impl PackFiles {
    #[cfg(unix)]
    fn open(&self) -> Result<engine::pack::PackFiles> {
        use std::os::fd::BorrowedFd;

        let part = |part: &PackPart| {
            if part.descriptor < 0 {
                return Err(GlimpseError::option("descriptor", format!("{} is none", part.descriptor)));
            }
            // SAFETY: it is not -1, and borrowed for this call only, as the caller is told; one that is not
            // open gives an error.
            let descriptor = unsafe { BorrowedFd::borrow_raw(part.descriptor) };
            let file =
                descriptor.try_clone_to_owned().map_err(|error| engine::Error::io(&part.name, error))?;
            let (offset, length) = (natural("offset", part.offset)?, natural("length", part.length)?);
            Ok((part.name.clone(), engine::pack::FilePart { file: file.into(), offset, length }))
        };
        let parts = self.parts.iter().map(part).collect::<Result<_>>()?;
        Ok(engine::pack::PackFiles::new(&self.list, parts)?)
    }

    #[cfg(not(unix))]
    fn open(&self) -> Result<engine::pack::PackFiles> {
        Err(GlimpseError::option("files", "this system has no file descriptors; name a folder"))
    }
}

/// An opened engine. Its calls block; any thread may make them, several at once, and they share the weights,
/// which are mapped. Packs are opened by the first call that needs them, or by `load`.
#[derive(Debug, uniffi::Object)]
pub struct GlimpseEngine {
    engine: engine::Engine,
}

/// Told of the tokens of a caption as the decoder writes them.
#[uniffi::export(with_foreign)]
pub trait CaptionListener: Send + Sync {
    /// The next token, on a thread of the engine's, which waits meanwhile. After a failure it is
    /// told of nothing more, and the call fails with `listener`.
    fn on_token(&self, token: CaptionToken) -> std::result::Result<(), ListenerError>;
}

#[uniffi::export]
impl GlimpseEngine {
    /// Finds the packs and starts the threads. No pack is opened yet.
    ///
    /// Fails with `pack_missing` where there is no `packs.toml`, `pack_damaged` where it does not parse,
    /// `io`, and `invalid_option` for more than 1024 threads.
    #[uniffi::constructor]
    pub fn open(options: OpenOptions) -> Result<Self> {
        let files = options.files.map(|files| files.open()).transpose()?;
        let engine = engine::Engine::open(engine::EngineOptions {
            precision: options.precision.unwrap_or_default().into(),
            threads: natural("threads", options.threads)?,
            packs: options.packs.map(PathBuf::from),
            files: files.map(Arc::new),
            isa: None,
        })?;
        Ok(Self { engine })
    }

    /// Opens the packs of `part` now, so that no call waits for them later. Does nothing where they are open.
    ///
    /// Fails with `pack_missing`, `pack_damaged`, `pack_version`, `io`, `model`.
    pub fn load(&self, part: Part) -> Result<()> {
        Ok(self.engine.load(part.into())?)
    }

    /// Threads of its pool, at least 1.
    pub fn threads(&self) -> i32 {
        int(self.engine.threads())
    }

    /// Reads the text on `picture`.
    ///
    /// Fails with `cancelled`, `invalid_option`, `model`, and as `load` does.
    #[uniffi::method(default(cancel = None))]
    pub fn read(
        &self,
        picture: &Picture,
        options: ReadOptions,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<Reading> {
        let options = options.of(&self.engine, cancel.as_deref())?;
        Ok(self.engine.read_picture(&picture.0, &options)?.into())
    }

    /// Finds the objects on `picture`.
    ///
    /// Fails with `cancelled`, `invalid_option`, `model`, and as `load` does.
    #[uniffi::method(default(cancel = None))]
    pub fn find(
        &self,
        picture: &Picture,
        options: FindOptions,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<Found> {
        Ok(self.engine.find_picture(&picture.0, &options.of(cancel.as_deref()))?.into())
    }

    /// Names what `picture` shows, and gives its embedding, by which pictures are compared.
    ///
    /// Fails with `cancelled`, `model`, and as `load` does.
    #[uniffi::method(default(cancel = None))]
    pub fn tags(
        &self,
        picture: &Picture,
        options: TagOptions,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<Tags> {
        Ok(self.engine.tag_picture(&picture.0, &options.of(cancel.as_deref())?)?.into())
    }

    /// Describes `picture`, and tells `listener` of the tokens of the caption that the decoder writes
    /// first, as they come. The sentence to show may be another: see `Description.caption_source`.
    ///
    /// Fails with `cancelled`, `invalid_option`, `model`, `listener`, and as `load` does.
    #[uniffi::method(default(cancel = None, listener = None))]
    pub fn describe(
        &self,
        picture: &Picture,
        options: DescribeOptions,
        cancel: Option<Arc<CancelToken>>,
        listener: Option<Arc<dyn CaptionListener>>,
    ) -> Result<Description> {
        let options = options.of(cancel.as_deref())?;
        let failed: Mutex<Option<ListenerError>> = Mutex::default();
        let described = self.engine.describe_picture(&picture.0, &options, &mut |token| {
            let Some(listener) = &listener else { return };
            let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
            if failed.is_none() {
                *failed = listener.on_token(token.clone().into()).err();
            }
        });
        match failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some(error) => Err(error.into()),
            None => Ok(described?.into()),
        }
    }

    /// Where the text detector sees text on `picture`: the map that reading works from.
    ///
    /// Fails with `cancelled`, `model`, and as `load` does.
    #[uniffi::method(default(cancel = None))]
    pub fn text_map(&self, picture: &Picture, cancel: Option<Arc<CancelToken>>) -> Result<TextMap> {
        Ok(TextMap(self.engine.text_map(&picture.0, &flag(cancel.as_deref()))?))
    }

    /// Follows one line of `picture` through the recognizer. `quad` is that of a line or of a text region.
    ///
    /// Fails with `invalid_option` for a quad that is no part of the picture, `cancelled`, `model`, and
    /// as `load` does.
    #[uniffi::method(default(cancel = None))]
    pub fn trace_line(
        &self,
        picture: &Picture,
        quad: Quad,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<LineTrace> {
        Ok(self.engine.trace_line(&picture.0, &quad.into(), &flag(cancel.as_deref()))?.into())
    }

    /// Starts to look at frames that are pushed into the stream, and tells `listener` what it sees. One
    /// session beside another works, and each is slower.
    ///
    /// Fails with `invalid_option`, and as `load` does.
    pub fn live(&self, options: LiveOptions, listener: Arc<dyn LiveListener>) -> Result<LiveStream> {
        LiveStream::start(EngineEyes::from_engine(&self.engine)?, options, listener)
    }
}
