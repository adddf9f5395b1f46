//! The fast thread: takes each frame through the stages to its observation.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use glimpse_engine::{Error, FindOptions, Picture, TagOptions};
use glimpse_telemetry::{Fate, StageGuard};
use image::RgbImage;

use crate::images::Images;
use crate::scene::{Look, Looker};
use crate::scheduler::{Scheduler, Slow, Step, Steps};
use crate::shared::{Settings, Shared};
use crate::slot::{Arrived, Taken};
use crate::slow::{About, Job, Seen, SlowThread, panic_text};
use crate::smooth::Smooth;
use crate::summary::Summary;
use crate::text::TextTracks;
use crate::track::{Detection, Track, Tracker, TrackerOptions};
use crate::{
    EndReason, Eyes, LiveCaption, LiveEvent, LiveObject, LiveText, Observation, SourceState, StageTime, Tap,
};

/// Longest single wait for a frame.
const STEP: Duration = Duration::from_millis(50);
/// Objects of a lower score are not shown, where the options do not say.
const MIN_SCORE: f32 = 0.4;
/// Tags that are taken in, of a frame.
const TAGS: usize = 20;
/// Objects of this score and above are looked for: the tracker makes use of unsure ones.
const LEAST_SCORE: f32 = 0.1;

/// What the thread starts with.
pub(crate) struct Start {
    pub(crate) shared: Arc<Shared>,
    pub(crate) eyes: Arc<dyn Eyes>,
    pub(crate) slow: SlowThread,
    pub(crate) tap: Option<Box<dyn Tap>>,
    /// Where frames go in turn: after how many frames what the slow thread found is taken in.
    pub(crate) slow_frames: u64,
}

/// Works until the session is over.
pub(crate) fn run(start: Start) {
    let shared = Arc::clone(&start.shared);
    let worked = catch_unwind(AssertUnwindSafe(|| Fast::new(start).run()));
    if let Err(panic) = worked {
        shared.end(EndReason::EngineFailed, panic_text(&*panic));
    }
}

struct Fast {
    shared: Arc<Shared>,
    eyes: Arc<dyn Eyes>,
    slow: SlowThread,
    tap: Option<Box<dyn Tap>>,
    slow_frames: u64,
    settings: Settings,
    version: u64,
    scheduler: Scheduler,
    images: Images,
    looker: Looker,
    tracker: Tracker,
    smooth: Smooth,
    labels: Vec<String>,
    /// What was found at the last frame that was looked at.
    found: Vec<Detection>,
    texts: TextTracks,
    summary: Summary,
    caption: Option<LiveCaption>,
    scene: u32,
    /// That of the last observation.
    told: u32,
    size: Option<[u32; 2]>,
    /// Frames analysed so far.
    analysed: u64,
    /// At which of them the slow thread was given its job.
    job: Option<u64>,
    times: Vec<StageTime>,
}

/// A frame on its way through the stages.
struct Current<'a> {
    arrived: &'a Arrived,
    image: Arc<RgbImage>,
    look: Look,
    steps: Steps,
}

impl Fast {
    fn new(start: Start) -> Self {
        let Start { shared, eyes, slow, tap, slow_frames } = start;
        let version = shared.version();
        let settings = shared.settings();
        Self {
            scheduler: Scheduler::new(settings.adapt.load, settings.options.stages),
            shared,
            eyes,
            slow,
            tap,
            slow_frames,
            settings,
            version,
            images: Images::default(),
            looker: Looker::new(),
            tracker: Tracker::new(TrackerOptions::default()),
            smooth: Smooth::default(),
            labels: Vec::new(),
            found: Vec::new(),
            texts: TextTracks::new(),
            summary: Summary::new(),
            caption: None,
            scene: 1,
            told: 1,
            size: None,
            analysed: 0,
            job: None,
            times: Vec::new(),
        }
    }

    fn run(mut self) {
        while !self.shared.is_stopped() {
            self.take_settings();
            match self.shared.slot.take(STEP) {
                Taken::Frame(arrived) => {
                    let began = Instant::now();
                    self.take(&arrived);
                    let spent = u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX);
                    self.shared.busy.fetch_add(spent, Ordering::Relaxed);
                }
                Taken::Nothing => {}
                Taken::Over(reason, message) => self.shared.end(reason, message),
            }
        }
    }

    fn take_settings(&mut self) {
        let version = self.shared.version();
        if version == self.version {
            return;
        }
        let settings = self.shared.settings();
        if settings.adapt.load != self.settings.adapt.load
            && let Err(error) = self.eyes.set_load(&settings.adapt.load)
        {
            self.shared.end(EndReason::EngineFailed, error.to_string());
        }
        self.scheduler.set(settings.adapt.load, settings.options.stages);
        if !settings.options.stages.caption {
            self.caption = None;
        }
        if !settings.options.stages.tags {
            self.smooth.reset();
        }
        if !settings.options.stages.read {
            self.texts.reset();
        }
        if !settings.options.stages.find {
            self.tracker.reset();
        }
        (self.settings, self.version) = (settings, version);
    }

    /// A frame: what becomes of it is counted, whatever happens.
    fn take(&mut self, arrived: &Arrived) {
        self.times.clear();
        if self.shared.paused.load(Ordering::Relaxed) || !self.scheduler.admits(arrived.at) {
            return self.settle(Fate::Skipped);
        }
        self.record("capture", arrived.came);
        let timed = self.begin("convert");
        let mut image = self.images.free();
        let converted = match Arc::get_mut(&mut image) {
            Some(pixels) => arrived.frame.to_rgb_in(pixels),
            None => arrived.frame.to_rgb().map(|pixels| image = Arc::new(pixels)),
        };
        self.end("convert", timed);
        if let Err(error) = converted {
            self.images.keep(image);
            self.shared.damaged(&error.to_string());
            return self.settle(Fate::Damaged);
        }
        self.check_size([image.width(), image.height()]);
        if let Err(error) = self.analyse(arrived, &image) {
            self.settle(Fate::Dropped);
            if !(matches!(error, Error::Cancelled) && self.shared.is_stopped()) {
                self.shared.end(EndReason::EngineFailed, error.to_string());
            }
        }
        self.images.keep(image);
    }

    fn settle(&self, fate: Fate) {
        self.shared.meter.count(|frames| frames.settle(fate));
    }

    fn begin(&self, stage: &'static str) -> StageGuard {
        self.shared.meter.span(stage).entered()
    }

    fn end(&mut self, stage: &'static str, timed: StageGuard) {
        self.note(stage, timed.finish());
    }

    /// A stage that began at `began`, perhaps on another thread.
    fn record(&mut self, stage: &'static str, began: Instant) {
        let time = began.elapsed();
        self.shared.meter.record(stage, time);
        self.note(stage, time);
    }

    fn note(&mut self, stage: &'static str, time: Duration) {
        self.times.push(StageTime { stage: stage.into(), ms: milliseconds(time) });
    }

    fn check_size(&mut self, size: [u32; 2]) {
        let before = self.size.replace(size);
        if before.is_some_and(|before| before != size) {
            let message = format!("its frames have {} × {} pixels", size[0], size[1]);
            self.shared.tell(SourceState::Resized, &message);
            self.looker = Looker::new();
            self.forget();
        }
    }

    /// Another scene begins.
    fn forget(&mut self) {
        self.tracker.reset();
        self.smooth.reset();
        self.found.clear();
        self.texts.reset();
        self.caption = None;
        self.scene += 1;
    }

    /// From pixels to an observation.
    fn analyse(&mut self, arrived: &Arrived, image: &Arc<RgbImage>) -> Result<(), Error> {
        let timed = self.begin("look");
        let look = self.looker.look(image, arrived.at);
        if look.cut {
            self.forget();
        }
        self.end("look", timed);
        let cut = self.scene != std::mem::replace(&mut self.told, self.scene);
        let steps = self.scheduler.steps(arrived.at, cut, look.still);
        let current = Current { arrived, image: Arc::clone(image), look, steps };
        self.find(&current)?;
        self.tag(&current)?;
        let tracks = self.track(&current);
        self.take_slow();
        let texts = self.carry(&current);
        self.begin_slow(&current);
        self.analysed += 1;
        let observation = self.observe(&current, cut, &tracks, texts);
        self.deliver(&current, observation);
        Ok(())
    }

    fn find(&mut self, current: &Current<'_>) -> Result<(), Error> {
        if current.steps.find != Step::Run {
            return Ok(());
        }
        let timed = self.begin("find");
        let options = FindOptions {
            min_score: Some(LEAST_SCORE),
            scale: Some(self.settings.adapt.load.scale),
            cancel: self.shared.cancel.clone(),
            ..FindOptions::default()
        };
        let found = self.eyes.find(&Picture::from(&*current.image), &options)?;
        self.end("find", timed);
        let timings = [
            ("find.pre", found.timings.pre),
            ("find.infer", found.timings.infer),
            ("find.post", found.timings.post),
        ];
        for (stage, ms) in timings {
            self.shared.meter.record(stage, Duration::from_secs_f64(ms.max(0.0) / 1e3));
        }
        self.found.clear();
        for object in found.objects {
            let class = self.class(object.label);
            self.found.push(Detection { class, score: object.score, bounds: object.bounds });
        }
        Ok(())
    }

    /// Index of a label.
    fn class(&mut self, label: String) -> u32 {
        let index = self.labels.iter().position(|known| *known == label).unwrap_or_else(|| {
            self.labels.push(label);
            self.labels.len() - 1
        });
        u32::try_from(index).unwrap_or(u32::MAX)
    }

    fn tag(&mut self, current: &Current<'_>) -> Result<(), Error> {
        if current.steps.tags != Step::Run {
            return Ok(());
        }
        let timed = self.begin("tags");
        let options =
            TagOptions { top: Some(TAGS), cancel: self.shared.cancel.clone(), ..TagOptions::default() };
        let tags = self.eyes.tags(&Picture::from(&*current.image), &options)?;
        self.end("tags", timed);
        self.smooth.add(&tags.tags);
        Ok(())
    }

    fn track(&mut self, current: &Current<'_>) -> Vec<Track> {
        let timed = self.begin("track");
        let at = current.arrived.at;
        self.tracker.set_frame(current.image.width(), current.image.height());
        if let Some(shift) = current.look.shift {
            self.tracker.shift(shift);
        }
        let tracks = match current.steps.find {
            // What does not move is found again where it was.
            Step::Run | Step::Reuse => self.tracker.update(at, &self.found),
            Step::Carry => self.tracker.predict(at),
            Step::Off => Vec::new(),
        };
        self.end("track", timed);
        tracks
    }

    /// Takes in what the slow thread found.
    fn take_slow(&mut self) {
        let Some(began) = self.job else { return };
        let done = match self.shared.in_turn {
            true if self.analysed < began + self.slow_frames => None,
            true => self.slow.wait(&self.shared),
            false => self.slow.finished(),
        };
        let Some((about, seen)) = done else { return };
        self.job = None;
        self.scheduler.slow_done();
        if about.scene != self.scene {
            return;
        }
        match seen {
            Seen::Text(reading) if self.settings.options.stages.read => {
                self.texts.read(about.at, &about.small, &reading);
            }
            Seen::Sentence(said) if self.settings.options.stages.caption => {
                let at_ms = milliseconds(about.at);
                self.caption = Some(LiveCaption { text: said.caption, source: said.caption_source, at_ms });
            }
            Seen::Text(_) | Seen::Sentence(_) => {}
        }
    }

    /// The lines of text, where they are now.
    fn carry(&mut self, current: &Current<'_>) -> Vec<LiveText> {
        if !self.settings.options.stages.read {
            return Vec::new();
        }
        let timed = self.begin("carry");
        let texts = self.texts.carry(current.arrived.at, &current.look.luma, &current.look);
        self.end("carry", timed);
        texts
    }

    fn begin_slow(&mut self, current: &Current<'_>) {
        let at = current.arrived.at;
        let (texts, look) = (&mut self.texts, &current.look);
        let wants = || texts.wants_reading(&look.luma, look, at).is_some();
        if let Some(kind) = self.scheduler.slow(at, wants) {
            let small = Arc::clone(&current.look.luma);
            let about = About { at, small, scene: self.scene };
            let languages = match kind {
                Slow::Read => self.settings.options.languages.clone(),
                Slow::Caption => Vec::new(),
            };
            self.slow.begin(Job { kind, image: Arc::clone(&current.image), about, languages });
            self.job = Some(self.analysed);
        }
    }

    fn observe(
        &self,
        current: &Current<'_>,
        cut: bool,
        tracks: &[Track],
        texts: Vec<LiveText>,
    ) -> Observation {
        let least = self.settings.options.min_score.unwrap_or(MIN_SCORE);
        let at = current.arrived.at;
        let object = |track: &Track| LiveObject {
            id: track.id,
            label: self.labels.get(track.class as usize).cloned().unwrap_or_default(),
            score: track.score,
            bounds: track.bounds,
            velocity: track.velocity,
            age_ms: milliseconds(at.saturating_sub(track.first_seen)),
            unseen_ms: milliseconds(at.saturating_sub(track.last_seen)),
        };
        Observation {
            frame: current.arrived.number,
            at_ms: milliseconds(at),
            width: current.image.width(),
            height: current.image.height(),
            scene: self.scene,
            cut,
            still: current.look.still,
            objects: tracks.iter().filter(|track| track.best_score >= least).map(object).collect(),
            texts,
            tags: self.smooth.tags(),
            caption: self.caption.clone(),
            stages: Vec::new(),
        }
    }

    fn deliver(&mut self, current: &Current<'_>, mut observation: Observation) {
        let reused = current.steps.find == Step::Reuse || current.steps.tags == Step::Reuse;
        self.settle(if reused { Fate::Reused } else { Fate::Analysed });
        self.record("frame", current.arrived.came);
        let timed = self.begin("deliver");
        observation.stages.append(&mut self.times);
        if let Some(tap) = &mut self.tap {
            tap.frame(&current.image, &observation);
        }
        let moments = self.summary.add(&observation);
        if self.shared.in_turn {
            self.shared.queue.wait_for_room(|| self.shared.is_stopped());
        }
        if self.shared.queue.put(LiveEvent::Observation { observation }) {
            self.shared.meter.count(|frames| frames.undelivered += 1);
        }
        for moment in moments {
            self.shared.queue.put(LiveEvent::Moment { moment });
        }
        drop(timed);
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
