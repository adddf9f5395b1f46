//! Spans of stages: those that a subscriber sees are timed by [`StageLayer`], the others by themselves.

use std::cell::Cell;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, EnteredSpan, Id};
use tracing::{Level, Span, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use crate::stages::{Stage, Stages};

/// Target of the spans of stages. Their fields are `session`, a [`crate::Collector`]'s number, and
/// `stage`, a name.
pub const TARGET: &str = "glimpse::stage";

thread_local! {
    /// Whether a layer times the span that was made last on this thread.
    static TIMED: Cell<bool> = const { Cell::new(false) };
}

/// Adds the time from the first entering to the closing of each span of target [`TARGET`] to the
/// [`crate::Collector`] of its session.
///
/// A program need not install it: a [`StageSpan`] that no such layer has seen (there is none, or a filter
/// took the span away) adds its time itself, and one that a layer has seen leaves it to that. It is for
/// spans of other crates, which know the target and the fields and nothing of this crate.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct StageLayer;

/// The layer, for the program's subscriber.
pub fn layer() -> StageLayer {
    StageLayer
}

/// What a layer keeps with a span.
#[derive(Debug)]
struct Timing {
    stage: Arc<Stage>,
    entered: Option<Instant>,
}

impl<S> Layer<S> for StageLayer
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if attributes.metadata().target() != TARGET {
            return;
        }
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let (Some(stage), Some(span)) = (fields.stage(), context.span(id)) else { return };
        let mut extensions = span.extensions_mut();
        if extensions.get_mut::<Timing>().is_none() {
            extensions.insert(Timing { stage, entered: None });
        }
        TIMED.set(true);
    }

    fn on_enter(&self, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if span.metadata().target() != TARGET {
            return;
        }
        if let Some(timing) = span.extensions_mut().get_mut::<Timing>() {
            timing.entered.get_or_insert_with(Instant::now);
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        if span.metadata().target() != TARGET {
            return;
        }
        let timing = span.extensions_mut().remove::<Timing>();
        if let Some(Timing { stage, entered: Some(entered) }) = timing {
            let now = Instant::now();
            stage.record(now, now.saturating_duration_since(entered));
        }
    }
}

/// Finds the stage that a span's fields name.
#[derive(Default)]
struct Fields {
    session: Option<Arc<Stages>>,
    name: Option<String>,
    stage: Option<Arc<Stage>>,
}

impl Fields {
    fn stage(self) -> Option<Arc<Stage>> {
        match (self.stage, self.session, self.name) {
            (None, Some(session), Some(name)) => Some(session.stage(&name)),
            (stage, ..) => stage,
        }
    }
}

impl Visit for Fields {
    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "session" {
            self.session = Stages::of(value);
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        if let Ok(value) = u64::try_from(value) {
            self.record_u64(field, value);
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "stage" {
            match &self.session {
                Some(session) => self.stage = Some(session.stage(value)),
                None => self.name = Some(value.to_owned()),
            }
        }
    }

    fn record_debug(&mut self, _field: &Field, _value: &dyn std::fmt::Debug) {}
}

/// A stage at work on one frame. It ends when it, or the guard that it turns into, is dropped.
#[derive(Debug)]
#[must_use = "nothing is timed before it is entered"]
pub struct StageSpan {
    span: Span,
    /// Where no layer times the span.
    stage: Option<Arc<Stage>>,
}

impl StageSpan {
    pub(crate) fn new(session: u64, stage: &'static str, stages: &Stages) -> Self {
        TIMED.set(false);
        let span = tracing::span!(target: "glimpse::stage", Level::DEBUG, "stage", session, stage);
        let stage = (!TIMED.get()).then(|| stages.named(stage));
        Self { span, stage }
    }

    /// Enters it on this thread until the guard is dropped.
    pub fn entered(self) -> StageGuard {
        StageGuard { entered: Some(self.span.entered()), stage: self.stage, started: Instant::now() }
    }

    /// Runs `work` inside of it.
    pub fn in_scope<T>(self, work: impl FnOnce() -> T) -> T {
        let _guard = self.entered();
        work()
    }
}

/// A stage that was entered on this thread.
#[derive(Debug)]
#[must_use = "the stage ends when this is dropped"]
pub struct StageGuard {
    entered: Option<EnteredSpan>,
    stage: Option<Arc<Stage>>,
    started: Instant,
}

impl StageGuard {
    /// Ends the stage: how long it took.
    pub fn finish(self) -> Duration {
        self.started.elapsed()
    }
}

impl Drop for StageGuard {
    fn drop(&mut self) {
        if let Some(stage) = &self.stage {
            let now = Instant::now();
            stage.record(now, now.saturating_duration_since(self.started));
        }
        self.entered.take();
    }
}
