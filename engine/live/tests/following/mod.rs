//! Follows the objects of drawn scenes; for the test and the example.

use std::path::PathBuf;
use std::time::Duration;

use glimpse_engine::{Engine, EngineOptions, FindOptions};
use glimpse_live::track::{Detection, Tracker, TrackerOptions};
use glimpse_scenes::score::Placed;
use glimpse_scenes::{DetectorNoise, NoisyDetector, Scene, Truth};

/// What is true of a frame and what was detected on it.
pub(crate) type Seen = (Truth, Vec<Detection>);

/// Objects of which less can be seen do not count, and neither do boxes on them.
pub(crate) const LEAST_VISIBLE: f32 = 0.1;

/// Numbers of labels, in the order in which they come.
#[derive(Default)]
struct Labels(Vec<String>);

impl Labels {
    fn class(&mut self, label: &str) -> u32 {
        let known = self.0.iter().position(|l| l == label);
        known.unwrap_or_else(|| {
            self.0.push(label.into());
            self.0.len() - 1
        }) as u32
    }
}

/// A scene through a detector that errs in known ways.
pub(crate) fn with_noise(scene: &dyn Scene, noise: DetectorNoise, seed: u64) -> Vec<Seen> {
    let (mut detector, mut labels) = (NoisyDetector::new(noise, seed), Labels::default());
    (0..scene.frames())
        .map(|index| {
            let (_, truth) = scene.render(index);
            let boxes = detector.find(&truth, scene.size());
            let detection = |b: &glimpse_scenes::NoisyBox| Detection {
                class: labels.class(b.label),
                score: b.score,
                bounds: b.bounds,
            };
            let detections = boxes.iter().map(detection).collect();
            (truth, detections)
        })
        .collect()
}

/// A scene through the engine's own detector, which looks at `scale` times its usual sides.
pub(crate) fn with_engine(scene: &dyn Scene, engine: &Engine, scale: f32) -> Vec<Seen> {
    let options = FindOptions { min_score: Some(0.1), scale: Some(scale), ..FindOptions::default() };
    let mut labels = Labels::default();
    (0..scene.frames())
        .map(|index| {
            let (image, truth) = scene.render(index);
            let found = engine.find(&image, &options).expect("the pack is in the repository");
            let detection = |o: &glimpse_engine::Object| Detection {
                class: labels.class(&o.label),
                score: o.score,
                bounds: o.bounds,
            };
            (truth, found.objects.iter().map(detection).collect())
        })
        .collect()
}

/// The engine with the packs of the repository.
pub(crate) fn engine(threads: usize) -> Engine {
    let packs = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../assets");
    let options = EngineOptions { threads, packs: Some(packs), ..EngineOptions::default() };
    Engine::open(options).expect("the packs are in the repository")
}

/// True boxes and tracks of every frame. `every`: objects are looked for on every how many frames.
pub(crate) fn follow(
    seen: &[Seen],
    size: [u32; 2],
    fps: u32,
    every: usize,
    options: TrackerOptions,
) -> Vec<(Vec<Placed>, Vec<Placed>)> {
    let mut tracker = Tracker::new(options);
    tracker.set_frame(size[0], size[1]);
    let mut frames = Vec::new();
    for (index, (truth, detections)) in seen.iter().enumerate() {
        let at = Duration::from_secs_f64(index as f64 / f64::from(fps));
        if let Some(shift) = truth.shift {
            tracker.shift(shift);
        }
        let tracks =
            if index.is_multiple_of(every) { tracker.update(at, detections) } else { tracker.predict(at) };
        let of =
            |visible: bool| truth.objects.iter().filter(move |o| (o.visible >= LEAST_VISIBLE) == visible);
        let objects: Vec<Placed> = of(true).map(|o| Placed { id: o.id, bounds: o.bounds }).collect();
        let overlaps = |t: &[f32; 4], b: &[f32; 4]| glimpse_scenes::score::iou(t, b) >= 0.5;
        let counts = |t: &[f32; 4]| {
            !of(false).any(|o| overlaps(t, &o.bounds)) || objects.iter().any(|o| overlaps(t, &o.bounds))
        };
        let placed = tracks.iter().map(|t| Placed { id: t.id, bounds: t.bounds });
        let placed = placed.filter(|p| counts(&p.bounds)).collect();
        frames.push((objects, placed));
    }
    frames
}
