//! The stages of one session, and where the spans find them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};
use std::time::{Duration, Instant};

use crate::StageSummary;
use crate::times::Times;

/// More names than this are one stage, `"other"`: a name that is made up at run time must not fill memory.
const MOST: usize = 64;

/// As a frame passes through them.
const ORDER: [&str; 14] = [
    "capture", "convert", "pre", "look", "find", "tags", "post", "track", "carry", "read", "caption",
    "other", "deliver", "frame",
];
const PARTS: [&str; 4] = ["wait", "pre", "infer", "post"];

static SESSIONS: RwLock<BTreeMap<u64, Weak<Stages>>> = RwLock::new(BTreeMap::new());

/// One stage and its times.
#[derive(Debug)]
pub(crate) struct Stage {
    name: Cow<'static, str>,
    times: Mutex<Times>,
}

impl Stage {
    /// Adds a time that ended at `at`.
    pub(crate) fn record(&self, at: Instant, time: Duration) {
        self.times().record(at, time);
    }

    fn times(&self) -> MutexGuard<'_, Times> {
        self.times.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The stages of one session. Spans find them by its number for as long as it lives.
#[derive(Debug)]
pub(crate) struct Stages {
    session: u64,
    all: RwLock<Vec<Arc<Stage>>>,
}

impl Stages {
    /// Those of a new session. No two of a process have the same number.
    pub(crate) fn begin(session: u64) -> Arc<Self> {
        let stages = Arc::new(Self { session, all: RwLock::default() });
        SESSIONS.write().unwrap_or_else(PoisonError::into_inner).insert(session, Arc::downgrade(&stages));
        stages
    }

    /// Those of a session that has not ended.
    pub(crate) fn of(session: u64) -> Option<Arc<Self>> {
        SESSIONS.read().unwrap_or_else(PoisonError::into_inner).get(&session)?.upgrade()
    }

    /// The stage of this name.
    pub(crate) fn stage(&self, name: &str) -> Arc<Stage> {
        self.known(name).unwrap_or_else(|| self.add(Cow::Owned(name.to_owned())))
    }

    /// Likewise, without a copy of the name.
    pub(crate) fn named(&self, name: &'static str) -> Arc<Stage> {
        self.known(name).unwrap_or_else(|| self.add(Cow::Borrowed(name)))
    }

    pub(crate) fn known(&self, name: &str) -> Option<Arc<Stage>> {
        let all = self.all.read().unwrap_or_else(PoisonError::into_inner);
        all.iter().find(|stage| stage.name == name).map(Arc::clone)
    }

    fn add(&self, name: Cow<'static, str>) -> Arc<Stage> {
        let mut all = self.all.write().unwrap_or_else(PoisonError::into_inner);
        let name = if all.len() + 1 < MOST { name } else { Cow::Borrowed("other") };
        if let Some(stage) = all.iter().find(|stage| stage.name == name) {
            return Arc::clone(stage);
        }
        let stage = Arc::new(Stage { name, times: Mutex::new(Times::new()) });
        all.push(Arc::clone(&stage));
        stage
    }

    pub(crate) fn recent(
        &self,
        name: &str,
        quantile: f64,
        now: Instant,
        within: Duration,
    ) -> Option<Duration> {
        self.known(name)?.times().recent(quantile, now, within)
    }

    /// All that ran, in the order in which a frame passes through them.
    pub(crate) fn summaries(&self) -> Vec<StageSummary> {
        let mut all = self.all.read().unwrap_or_else(PoisonError::into_inner).clone();
        all.sort_by_key(|stage| rank(&stage.name));
        all.iter()
            .map(|stage| stage.times().summary(&stage.name))
            .filter(|summary| summary.count > 0)
            .collect()
    }
}

impl Drop for Stages {
    fn drop(&mut self) {
        SESSIONS.write().unwrap_or_else(PoisonError::into_inner).remove(&self.session);
    }
}

/// Where a stage stands; those that nobody knows stand before the delivery, as they came.
fn rank(name: &str) -> (usize, usize) {
    let (stage, part) = name.split_once('.').map_or((name, None), |(stage, part)| (stage, Some(part)));
    let unknown = ORDER.iter().position(|&other| other == "other").unwrap_or(ORDER.len());
    let stage = ORDER.iter().position(|&known| known == stage).unwrap_or(unknown);
    let part =
        part.map_or(0, |part| 1 + PARTS.iter().position(|&known| known == part).unwrap_or(PARTS.len()));
    (stage, part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_come_in_the_order_of_a_frame() {
        let stages = Stages::begin(u64::MAX - 1);
        let names =
            ["frame", "find.post", "deliver", "mine", "find", "find.infer", "capture", "find.pre", "read"];
        for name in names {
            stages.stage(name).record(Instant::now(), Duration::from_millis(1));
        }
        stages.stage("never");
        let told: Vec<String> = stages.summaries().into_iter().map(|summary| summary.stage).collect();
        assert_eq!(
            told,
            ["capture", "find", "find.pre", "find.infer", "find.post", "read", "mine", "deliver", "frame"]
        );
    }

    #[test]
    fn made_up_names_end_in_one_stage() {
        let stages = Stages::begin(u64::MAX - 2);
        for number in 0..1000 {
            stages.stage(&format!("stage {number}")).record(Instant::now(), Duration::from_millis(1));
        }
        let told = stages.summaries();
        assert_eq!(told.len(), MOST);
        assert_eq!(told.iter().map(|summary| summary.count).sum::<u64>(), 1000);
    }

    #[test]
    fn an_ended_session_is_not_found() {
        let stages = Stages::begin(u64::MAX - 3);
        assert!(Stages::of(u64::MAX - 3).is_some());
        drop(stages);
        assert!(Stages::of(u64::MAX - 3).is_none());
        assert!(!SESSIONS.read().unwrap().contains_key(&(u64::MAX - 3)));
    }
}
