//! The slow thread: reads and describes one frame at a time, beside the others.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use glimpse_engine::{DescribeOptions, Description, Error, Picture, ReadOptions, Reading};
use image::RgbImage;

use crate::scene::Small;
use crate::scheduler::Slow;
use crate::shared::Shared;
use crate::{EndReason, Eyes};

/// A frame to look at.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) kind: Slow,
    pub(crate) image: Arc<RgbImage>,
    pub(crate) about: About,
    /// Languages whose characters alone are read; empty: all.
    pub(crate) languages: Vec<String>,
}

/// Which frame it is.
#[derive(Debug, Clone)]
pub(crate) struct About {
    pub(crate) at: Duration,
    pub(crate) small: Arc<Small>,
    pub(crate) scene: u32,
}

/// What came of it.
#[derive(Debug)]
pub(crate) enum Seen {
    Text(Reading),
    Sentence(Box<Description>),
}

/// The thread, as the fast one sees it.
#[derive(Debug)]
pub(crate) struct SlowThread {
    jobs: SyncSender<Job>,
    done: Receiver<(About, Seen)>,
}

impl SlowThread {
    /// Its ends: for the fast thread, and for [`work`].
    pub(crate) fn new() -> (Self, Worker) {
        let (jobs, to_do) = sync_channel(1);
        let (finished, done) = sync_channel(1);
        (Self { jobs, done }, Worker { to_do, finished })
    }

    /// Begins `job`; the one before must be over.
    pub(crate) fn begin(&self, job: Job) {
        // A thread that is gone has told why.
        let _ = self.jobs.try_send(job);
    }

    /// What is over by now.
    pub(crate) fn finished(&self) -> Option<(About, Seen)> {
        self.done.try_recv().ok()
    }

    /// Waits until the job is over or the session is.
    pub(crate) fn wait(&self, shared: &Shared) -> Option<(About, Seen)> {
        while !shared.is_stopped() {
            match self.done.recv_timeout(Duration::from_millis(20)) {
                Ok(done) => return Some(done),
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
        None
    }
}

/// The other ends.
#[derive(Debug)]
pub(crate) struct Worker {
    to_do: Receiver<Job>,
    finished: SyncSender<(About, Seen)>,
}

impl Worker {
    /// Works until the fast thread is gone. What fails ends the session.
    pub(crate) fn run(self, shared: &Shared, eyes: &dyn Eyes) {
        let mut charset = Charset::default();
        while let Ok(job) = self.to_do.recv() {
            let looked = catch_unwind(AssertUnwindSafe(|| look(&job, shared, eyes, &mut charset)));
            match looked {
                Ok(Ok(seen)) => {
                    drop(job.image);
                    if self.finished.send((job.about, seen)).is_err() {
                        return;
                    }
                }
                Ok(Err(Error::Cancelled)) if shared.is_stopped() => return,
                Ok(Err(error)) => return shared.end(EndReason::EngineFailed, error.to_string()),
                Err(panic) => return shared.end(EndReason::EngineFailed, panic_text(&*panic)),
            }
        }
    }
}

/// The characters of the languages that were asked for last.
#[derive(Debug, Default)]
struct Charset {
    languages: Vec<String>,
    characters: Option<Arc<HashSet<char>>>,
}

impl Charset {
    fn of(&mut self, languages: &[String], eyes: &dyn Eyes) -> Result<Option<Arc<HashSet<char>>>, Error> {
        if self.languages != languages {
            self.characters = if languages.is_empty() { None } else { Some(eyes.charset(languages)?.into()) };
            self.languages = languages.to_vec();
        }
        Ok(self.characters.clone())
    }
}

fn look(job: &Job, shared: &Shared, eyes: &dyn Eyes, charset: &mut Charset) -> Result<Seen, Error> {
    let picture = Picture::from(&*job.image);
    let cancel = shared.cancel.clone();
    match job.kind {
        Slow::Read => {
            let charset = charset.of(&job.languages, eyes)?;
            let _timed = shared.meter.span("read").entered();
            let reading = eyes.read(&picture, &ReadOptions { charset, cancel, ..ReadOptions::default() })?;
            Ok(Seen::Text(reading))
        }
        Slow::Caption => {
            let _timed = shared.meter.span("caption").entered();
            let said = eyes.caption(&picture, &DescribeOptions { cancel, ..DescribeOptions::default() })?;
            Ok(Seen::Sentence(Box::new(said)))
        }
    }
}

/// What a panic said.
pub(crate) fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("a model panicked: {}", text.unwrap_or("it does not say why"))
}
