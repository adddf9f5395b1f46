//! What carrying live text and deciding whether to read cost a frame: twenty lines that move.
//!
//! `cargo run --release -p glimpse-live --example carry_text`

use std::sync::Arc;
use std::time::{Duration, Instant};

use glimpse_engine::{Line, Reading, Receipt, Timings};
use glimpse_live::scene::{Look, Looker};
use glimpse_live::text::TextTracks;
use glimpse_scenes::{Scene, TextLine, TextOptions, TextScene, Truth};

const LINES: usize = 20;
const FRAMES: u64 = 90;

/// Two columns of lines that move to and fro.
fn scene() -> TextScene {
    let line = |i: usize| {
        let (column, row) = (i % 2, i / 2);
        TextLine {
            velocity: [40.0, 4.0],
            reach: [20.0, 4.0],
            ..TextLine::standing(
                &format!("Line {i} of text"),
                22.0,
                [50.0 + 300.0 * column as f32, 20.0 + 45.0 * row as f32],
            )
        }
    };
    TextScene::of((0..LINES).map(line).collect(), &TextOptions::default())
}

fn reading(truth: &Truth) -> Reading {
    let line = |text: &glimpse_scenes::TruthText| Line {
        text: text.text.clone(),
        confidence: 0.95,
        quad: text.quad,
        words: Vec::new(),
        char_confidences: vec![0.95; text.text.chars().count()],
    };
    Reading {
        width: 640,
        height: 480,
        lines: truth.texts.iter().map(line).collect(),
        paragraphs: Vec::new(),
        timings: Timings::default(),
        receipt: Receipt::default(),
    }
}

fn main() {
    let (scene, mut looker, mut tracks) = (scene(), Looker::new(), TextTracks::new());
    let mut late: Option<(Duration, Look, Reading)> = None;
    let (mut carried, mut read) = (Vec::new(), Vec::new());
    let mut shown = 0;
    for index in 0..FRAMES {
        let (image, truth) = scene.render(index);
        let at = Duration::from_secs_f64(index as f64 / 30.0);
        let look = looker.look(&image, at);
        let small = Arc::clone(&look.luma);
        if index % 3 == 2
            && let Some((of, then, reading)) = late.take()
        {
            let began = Instant::now();
            tracks.read(of, &then.luma, &reading);
            read.push(began.elapsed());
        }
        let began = Instant::now();
        shown = tracks.carry(at, &small, &look).len();
        let wants = tracks.wants_reading(&small, &look, at).is_some();
        carried.push(began.elapsed());
        if wants {
            late = Some((at, look, reading(&truth)));
        }
    }
    let quantile = |times: &mut Vec<Duration>, share: f64| {
        times.sort();
        times.get(((times.len() - 1) as f64 * share) as usize).map_or(0.0, |t| t.as_secs_f64() * 1e3)
    };
    let (median, p90) = (quantile(&mut carried, 0.5), quantile(&mut carried, 0.9));
    eprintln!("{shown} lines shown; carry and decide: median {median:.3} ms, p90 {p90:.3} ms a frame");
    eprintln!("take in a reading: median {:.3} ms, {} readings", quantile(&mut read, 0.5), read.len());
}
