//! What looks at frames.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use glimpse_engine::languages::charset;
use glimpse_engine::{
    DescribeOptions, Description, Engine, EngineOptions, Error, FindOptions, Found, Part, Picture, Precision,
    ReadOptions, Reading, TagOptions, Tags,
};

use crate::{Load, Stages};

/// The models, as a session uses them: `find` and `tags` on its fast thread, `read` and `caption` on its
/// slow one, at the same time.
pub trait Eyes: Send + Sync {
    /// Objects.
    ///
    /// # Errors
    /// Those of [`Engine::find_picture`].
    fn find(&self, picture: &Picture<'_>, options: &FindOptions) -> Result<Found, Error>;

    /// What the whole picture shows.
    ///
    /// # Errors
    /// Those of [`Engine::tag_picture`].
    fn tags(&self, picture: &Picture<'_>, options: &TagOptions) -> Result<Tags, Error>;

    /// Text.
    ///
    /// # Errors
    /// Those of [`Engine::read_picture`].
    fn read(&self, picture: &Picture<'_>, options: &ReadOptions) -> Result<Reading, Error>;

    /// A sentence.
    ///
    /// # Errors
    /// Those of [`Engine::describe_picture`].
    fn caption(&self, picture: &Picture<'_>, options: &DescribeOptions) -> Result<Description, Error>;

    /// The characters that may appear in text of these languages (BCP 47).
    ///
    /// # Errors
    /// Those of [`glimpse_engine::languages::charset`] and [`Engine::characters`].
    fn charset(&self, languages: &[String]) -> Result<HashSet<char>, Error>;

    /// Threads of the fast stages at the richest load, 1 at least.
    fn threads(&self) -> usize;

    /// Number format at the richest load.
    fn precision(&self) -> Precision;

    /// Threads and number format from now on.
    ///
    /// # Errors
    /// Those of opening an engine.
    fn set_load(&self, load: &Load) -> Result<(), Error>;
}

/// The engine: the fast stages on a pool of their own, the slow ones on one thread beside it, over the
/// same weights. Other programs' threads aside, neither waits for the other.
#[derive(Debug)]
pub struct EngineEyes {
    pair: RwLock<Pair>,
    /// Engines by number format, so that going back to one does not open its packs again.
    opened: Mutex<Vec<Engine>>,
    /// Threads and number format that it was opened with.
    richest: (usize, Precision),
}

#[derive(Debug)]
struct Pair {
    fast: Arc<Engine>,
    slow: Arc<Engine>,
}

impl Pair {
    fn of(engine: &Engine, threads: usize) -> Result<Self, Error> {
        Ok(Self { fast: engine.with_threads(threads)?.into(), slow: engine.with_threads(1)?.into() })
    }
}

impl EngineEyes {
    /// Opens an engine; `options.threads` are those of the fast stages.
    ///
    /// # Errors
    /// Those of [`Engine::open`].
    pub fn open(options: EngineOptions) -> Result<Self, Error> {
        Self::from_engine(&Engine::open(options)?)
    }

    /// Looks with the packs of `engine`, on pools of its own.
    ///
    /// # Errors
    /// Those of [`Engine::with_threads`].
    pub fn from_engine(engine: &Engine) -> Result<Self, Error> {
        let pair = Pair::of(engine, engine.threads())?;
        let richest = (engine.threads(), engine.options().precision);
        Ok(Self { pair: RwLock::new(pair), opened: Mutex::new(vec![engine.with_threads(1)?]), richest })
    }

    /// Opens the packs of `stages` now, so that no frame waits for them.
    ///
    /// # Errors
    /// Those of [`Engine::load`].
    pub fn load(&self, stages: &Stages) -> Result<(), Error> {
        let engine = self.slow();
        let parts = [
            (stages.find, Part::Find),
            (stages.tags, Part::See),
            (stages.read, Part::Read),
            (stages.caption, Part::Describe),
        ];
        parts.into_iter().filter(|(wanted, _)| *wanted).try_for_each(|(_, part)| engine.load(part))
    }

    fn fast(&self) -> Arc<Engine> {
        self.pair.read().unwrap_or_else(PoisonError::into_inner).fast.clone()
    }

    fn slow(&self) -> Arc<Engine> {
        self.pair.read().unwrap_or_else(PoisonError::into_inner).slow.clone()
    }

    /// An engine of this number format over the same folder of packs.
    fn of_precision(&self, precision: Precision) -> Result<Engine, Error> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(engine) = opened.iter().find(|engine| engine.options().precision == precision) {
            return engine.with_threads(1);
        }
        let options = EngineOptions { precision, ..self.slow().options().clone() };
        let engine = Engine::open(options)?;
        engine.load(Part::Find)?;
        engine.load(Part::See)?;
        let same = engine.with_threads(1)?;
        opened.push(engine);
        Ok(same)
    }
}

impl Eyes for EngineEyes {
    fn find(&self, picture: &Picture<'_>, options: &FindOptions) -> Result<Found, Error> {
        self.fast().find_picture(picture, options)
    }

    fn tags(&self, picture: &Picture<'_>, options: &TagOptions) -> Result<Tags, Error> {
        self.fast().tag_picture(picture, options)
    }

    fn read(&self, picture: &Picture<'_>, options: &ReadOptions) -> Result<Reading, Error> {
        self.slow().read_picture(picture, options)
    }

    fn caption(&self, picture: &Picture<'_>, options: &DescribeOptions) -> Result<Description, Error> {
        self.slow().describe_picture(picture, options, &mut |_| ())
    }

    fn charset(&self, languages: &[String]) -> Result<HashSet<char>, Error> {
        charset(languages, &self.slow().characters()?)
    }

    fn threads(&self) -> usize {
        self.richest.0
    }

    fn precision(&self) -> Precision {
        self.richest.1
    }

    fn set_load(&self, load: &Load) -> Result<(), Error> {
        let fast = self.fast();
        let same_format = fast.options().precision == load.precision;
        if same_format && fast.threads() == load.threads {
            return Ok(());
        }
        let pair = match same_format {
            true => Pair { fast: fast.with_threads(load.threads)?.into(), slow: self.slow() },
            false => Pair::of(&self.of_precision(load.precision)?, load.threads)?,
        };
        *self.pair.write().unwrap_or_else(PoisonError::into_inner) = pair;
        Ok(())
    }
}
