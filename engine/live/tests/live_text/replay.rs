//! A clip and its readings in lockstep: a reading of frame `k` arrives at frame `k + 3`, one at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use glimpse_engine::{Engine, EngineOptions, Part, Picture, ReadOptions, Reading};
use glimpse_live::LiveText;
use glimpse_live::scene::{Looker, Small};
use glimpse_live::text::TextTracks;
use glimpse_scenes::{Scene, TruthText};
use image::RgbImage;

/// Frames that a reading takes.
const LATE: u64 = 3;
/// Frames after which a line must be right, from when it appeared.
pub(crate) const SETTLED: u64 = 10;
/// Frames after which a line that went must be gone.
pub(crate) const GONE: u64 = 15;

pub(crate) fn engine() -> Engine {
    let assets = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../assets");
    let options = EngineOptions { threads: 2, packs: Some(assets), ..EngineOptions::default() };
    let engine = Engine::open(options).expect("packs.toml is in the repository");
    engine.load(Part::Read).expect("the int8 packs are in the repository");
    engine
}

/// What was counted.
#[derive(Debug, Default)]
pub(crate) struct Score {
    /// Characters of settled lines, and how many edits away from them what is shown is.
    pub(crate) characters: usize,
    pub(crate) errors: usize,
    /// Frames of lines that were right once, and how often what is shown of them changed.
    pub(crate) right_frames: usize,
    pub(crate) changes: usize,
    /// Overlap of settled lines' boxes with the truth: sum and count.
    pub(crate) overlap: f64,
    pub(crate) overlaps: usize,
    /// Lines whose id changed, and lines.
    pub(crate) id_changes: usize,
    pub(crate) lines: usize,
    /// Lines shown in frames in which nothing had been there for a while, and frames.
    pub(crate) ghosts: usize,
    pub(crate) frames: usize,
    pub(crate) readings: usize,
    pub(crate) reasons: BTreeMap<String, usize>,
    /// By line: the frame of its first appearance and the first in which it was right.
    pub(crate) first_right: BTreeMap<u64, (u64, Option<u64>)>,
}

impl Score {
    pub(crate) fn accuracy(&self) -> f64 {
        1.0 - self.errors as f64 / self.characters.max(1) as f64
    }

    /// Changes in 100 frames of a line.
    pub(crate) fn flicker(&self) -> f64 {
        100.0 * self.changes as f64 / self.right_frames.max(1) as f64
    }

    pub(crate) fn mean_overlap(&self) -> f64 {
        self.overlap / self.overlaps.max(1) as f64
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.characters += other.characters;
        self.errors += other.errors;
        self.right_frames += other.right_frames;
        self.changes += other.changes;
        self.overlap += other.overlap;
        self.overlaps += other.overlaps;
        self.id_changes += other.id_changes;
        self.lines += other.lines;
        self.ghosts += other.ghosts;
        self.frames += other.frames;
        self.readings += other.readings;
    }

    pub(crate) fn tell(&self, name: &str) {
        let waits: Vec<String> = self
            .first_right
            .values()
            .map(|(from, right)| right.map_or("never".into(), |r| (r - from).to_string()))
            .collect();
        eprintln!(
            "{name}: accuracy {:.2} %, flicker {:.2} in 100, overlap {:.3}, ids changed {} of {}, ghosts {} in {} frames, {} readings {:?}, right after {}",
            100.0 * self.accuracy(),
            self.flicker(),
            self.mean_overlap(),
            self.id_changes,
            self.lines,
            self.ghosts,
            self.frames,
            self.readings,
            self.reasons,
            waits.join(" "),
        );
    }
}

struct Late {
    of: Duration,
    small: Arc<Small>,
    reading: Reading,
    due: u64,
}

/// Plays `scene` with what `disturb` draws over it; `told` sees every frame.
pub(crate) fn replay(
    engine: &Engine,
    scene: &dyn Scene,
    disturb: impl Fn(&mut RgbImage, u64),
    mut told: impl FnMut(u64, &[TruthText], &[LiveText]),
) -> Score {
    let (mut tracks, mut late, mut score) = (TextTracks::new(), None::<Late>, Score::default());
    let (mut looker, mut margins) = (Looker::new(), Margins::default());
    let mut before: BTreeMap<u64, Known> = BTreeMap::new();
    let mut gone: Vec<(u64, [[f32; 2]; 4])> = Vec::new();
    for index in 0..scene.frames() {
        let (mut image, truth) = scene.render(index);
        disturb(&mut image, index);
        let at = Duration::from_secs_f64(index as f64 / f64::from(scene.fps()));
        let look = looker.look(&image, at);
        let small = Arc::clone(&look.luma);
        if let Some(l) = late.take_if(|l| l.due <= index) {
            tracks.read(l.of, &l.small, &l.reading);
        }
        let shown = tracks.carry(at, &small, &look);
        if late.is_none()
            && let Some(reason) = tracks.wants_reading(&small, &look, at)
        {
            *score.reasons.entry(format!("{reason:?}")).or_default() += 1;
            let reading = read(engine, &image);
            margins.note(&truth.texts, &reading);
            late = Some(Late { of: at, small, reading, due: index + LATE });
            score.readings += 1;
        }
        told(index, &truth.texts, &shown);
        count(&mut score, index, &margins.around(&truth.texts), &shown, &mut before, &mut gone);
    }
    score.lines = before.len();
    score.id_changes = before.values().filter(|k| k.ids.len() > 1).count();
    score.first_right = before.iter().map(|(id, k)| (*id, (k.from, k.right))).collect();
    score
}

fn read(engine: &Engine, image: &RgbImage) -> Reading {
    engine.read_picture(&Picture::from(image), &ReadOptions::default()).expect("reads")
}

/// By how much the engine's box of a line is larger than its ink, to the left, top, right and bottom: a
/// box is to be carried as it was read.
#[derive(Default)]
struct Margins(BTreeMap<u64, [f32; 4]>);

impl Margins {
    fn note(&mut self, truth: &[TruthText], reading: &Reading) {
        for text in truth {
            let Some(line) = reading.lines.iter().find(|l| l.text == text.text) else { continue };
            let (ink, read) = (bounds(&text.quad), bounds(&line.quad));
            self.0.entry(text.id).or_insert_with(|| std::array::from_fn(|i| read[i] - ink[i]));
        }
    }

    fn around(&self, truth: &[TruthText]) -> Vec<TruthText> {
        let around = |text: &TruthText| {
            let [l, t, r, b] = bounds(&text.quad);
            let m = self.0.get(&text.id).copied().unwrap_or([-10.0, -10.0, 10.0, 10.0]);
            let (l, t, r, b) = (l + m[0], t + m[1], r + m[2], b + m[3]);
            TruthText { quad: [[l, t], [r, t], [r, b], [l, b]], ..text.clone() }
        };
        truth.iter().map(around).collect()
    }
}

struct Known {
    from: u64,
    right: Option<u64>,
    last: String,
    quad: [[f32; 2]; 4],
    seen: u64,
    ids: BTreeSet<u64>,
}

fn count(
    score: &mut Score,
    index: u64,
    truth: &[TruthText],
    shown: &[LiveText],
    before: &mut BTreeMap<u64, Known>,
    gone: &mut Vec<(u64, [[f32; 2]; 4])>,
) {
    score.frames += 1;
    for text in truth {
        let best = shown.iter().map(|s| (iou(&s.quad, &text.quad), s)).max_by(|a, b| a.0.total_cmp(&b.0));
        let best = best.filter(|(iou, _)| *iou >= 0.3);
        let said = best.map_or("", |(_, s)| s.text.as_str());
        let known = before.entry(text.id).or_insert_with(|| Known {
            from: index,
            right: None,
            last: String::new(),
            quad: text.quad,
            seen: index,
            ids: BTreeSet::new(),
        });
        (known.quad, known.seen) = (text.quad, index);
        if let Some((_, s)) = best {
            known.ids.insert(s.id);
        }
        if index >= known.from + SETTLED {
            score.characters += text.text.chars().count();
            score.errors += strsim::levenshtein(said, &text.text).min(text.text.chars().count());
            score.overlap += best.map_or(0.0, |(iou, _)| f64::from(iou));
            score.overlaps += 1;
        }
        if known.right.is_some() {
            score.right_frames += 1;
            score.changes += usize::from(said != known.last);
        } else if said == text.text {
            known.right = Some(index);
        }
        known.last = said.to_owned();
    }
    for known in before.values().filter(|k| k.seen + 1 == index) {
        gone.push((index, known.quad));
    }
    score.ghosts += shown
        .iter()
        .filter(|s| {
            let covers = |quad: &[[f32; 2]; 4]| iou(&s.quad, quad) > 0.05;
            let there = truth.iter().any(|t| covers(&t.quad));
            let lately = gone.iter().any(|(at, quad)| index < at + GONE && covers(quad));
            !there && !lately
        })
        .count();
}

/// Left, top, right and bottom.
fn bounds(quad: &[[f32; 2]; 4]) -> [f32; 4] {
    let of = |i: usize, start: f32, f: fn(f32, f32) -> f32| quad.iter().map(|p| p[i]).fold(start, f);
    [
        of(0, f32::MAX, f32::min),
        of(1, f32::MAX, f32::min),
        of(0, f32::MIN, f32::max),
        of(1, f32::MIN, f32::max),
    ]
}

/// Overlap of the upright boxes around two quads.
fn iou(a: &[[f32; 2]; 4], b: &[[f32; 2]; 4]) -> f32 {
    let (a, b) = (bounds(a), bounds(b));
    let side = |i: usize| (a[i + 2].min(b[i + 2]) - a[i].max(b[i])).max(0.0);
    let area = |r: &[f32; 4]| (r[2] - r[0]) * (r[3] - r[1]);
    let shared = side(0) * side(1);
    shared / (area(&a) + area(&b) - shared).max(1e-3)
}
