//! Plain tracks and looks: boxes that overlap most, cells that changed.

use std::time::Duration;

use image::RgbImage;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Detection {
    pub(crate) class: u32,
    pub(crate) score: f32,
    pub(crate) bounds: [f32; 4],
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Track {
    pub(crate) id: u64,
    pub(crate) class: u32,
    pub(crate) score: f32,
    pub(crate) bounds: [f32; 4],
    pub(crate) velocity: [f32; 2],
    pub(crate) first_seen: Duration,
    pub(crate) last_seen: Duration,
}

#[derive(Debug, Default)]
pub(crate) struct Tracker {
    tracks: Vec<Track>,
    ids: u64,
}

const COAST: Duration = Duration::from_millis(500);

impl Tracker {
    pub(crate) fn update(&mut self, at: Duration, detections: &[Detection]) -> Vec<Track> {
        let mut taken = vec![false; detections.len()];
        for track in &mut self.tracks {
            let best = (0..detections.len())
                .filter(|i| !taken[*i] && detections[*i].class == track.class)
                .map(|i| (i, overlap(track.bounds, detections[i].bounds)))
                .max_by(|a, b| a.1.total_cmp(&b.1));
            if let Some((i, _)) = best.filter(|(_, share)| *share > 0.2) {
                taken[i] = true;
                (track.bounds, track.score, track.last_seen) =
                    (detections[i].bounds, detections[i].score, at);
            }
        }
        self.tracks.retain(|t| at >= t.last_seen && at - t.last_seen <= COAST);
        for (detection, _) in detections.iter().zip(taken).filter(|(d, taken)| !taken && d.score >= 0.4) {
            self.ids += 1;
            let Detection { class, score, bounds } = *detection;
            let velocity = [0.0; 2];
            let track = Track { id: self.ids, class, score, bounds, velocity, first_seen: at, last_seen: at };
            self.tracks.push(track);
        }
        self.tracks.clone()
    }

    pub(crate) fn predict(&mut self, _at: Duration) -> Vec<Track> {
        self.tracks.clone()
    }

    pub(crate) fn reset(&mut self) {
        self.tracks.clear();
    }
}

fn overlap(a: [f32; 4], b: [f32; 4]) -> f32 {
    let side = |i: usize| (a[i] + a[i + 2]).min(b[i] + b[i + 2]) - a[i].max(b[i]);
    let both = side(0).max(0.0) * side(1).max(0.0);
    both / (a[2] * a[3] + b[2] * b[3] - both).max(1e-6)
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    pub(crate) cut: bool,
    pub(crate) still: bool,
    pub(crate) change: f32,
}

#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Small {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) luma: Vec<u8>,
}

#[derive(Debug, Default)]
pub(crate) struct Looker {
    last: Option<Small>,
}

impl Looker {
    pub(crate) fn look(&mut self, image: &RgbImage, _at: Duration) -> Look {
        let (width, height) = (40.min(image.width() as usize), 30.min(image.height() as usize));
        let cell = |i: usize| {
            let (x, y) = (i % width, i / width);
            let at = |x: usize, n: usize, side: u32| (x * side as usize / n) as u32;
            image.get_pixel(at(x, width, image.width()), at(y, height, image.height())).0[1]
        };
        let luma = Small { width, height, luma: (0..width * height).map(cell).collect() };
        let change =
            self.last.as_ref().filter(|l| (l.width, l.height) == (width, height)).map_or(1.0, |last| {
                let pairs = luma.luma.iter().zip(&last.luma);
                pairs.filter(|(a, b)| a.abs_diff(**b) > 12).count() as f32 / luma.luma.len().max(1) as f32
            });
        let first = self.last.is_none();
        self.last = Some(luma);
        Look { cut: change > 0.7 && !first, still: change == 0.0, change }
    }
}
