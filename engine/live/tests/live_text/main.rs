//! Live text on drawn scenes, read by the real engine.

mod replay;

use glimpse_scenes::{TextLine, TextOptions, TextScene};
use image::{Rgb, RgbImage};
use replay::{GONE, SETTLED, Score, engine, replay};

/// Seeds that nothing was tuned on; those from 100 on are for tuning.
const SEEDS: [u64; 3] = [11, 12, 13];

fn assert_targets(score: &Score) {
    assert!(score.characters > 500, "{score:?}");
    assert!(score.accuracy() >= 0.99, "{score:?}");
    assert!(score.flicker() < 1.0, "{score:?}");
    assert!(score.mean_overlap() >= 0.7, "{score:?}");
    assert_eq!(score.ghosts, 0, "{score:?}");
}

fn options(seed: u64, lines: usize) -> TextOptions {
    TextOptions { seed, lines, frames: 75, appear: 30, grain: 6.0, ..TextOptions::default() }
}

#[test]
fn lines_that_stand_and_move_are_read_once_and_kept() {
    let engine = engine();
    let mut all = Score::default();
    for seed in SEEDS {
        let scene = TextScene::new(&options(seed, 4));
        let score = replay(&engine, &scene, |_, _| {}, |_, _, _| {});
        score.tell(&format!("seed {seed}"));
        all.add(&score);
    }
    all.tell("all");
    assert_targets(&all);
    assert!(all.readings * 4 <= all.frames, "a reading needs a reason: {all:?}");
}

#[test]
#[ignore = "takes a minute; the seeds that the constants were chosen on"]
fn seeds_of_the_tuning() {
    let engine = engine();
    let mut all = Score::default();
    for seed in 100..108 {
        let scene = TextScene::new(&options(seed, 3 + seed as usize % 4));
        let score = replay(&engine, &scene, |_, _| {}, |_, _, _| {});
        score.tell(&format!("seed {seed}"));
        all.add(&score);
    }
    all.tell("all");
    assert_targets(&all);
}

#[test]
fn out_of_focus_at_first() {
    let engine = engine();
    let scene = TextScene::new(&TextOptions { appear: 0, frames: 60, ..options(21, 3) });
    let sharp_from = 12;
    let blur = |image: &mut RgbImage, index: u64| {
        if index < sharp_from {
            *image = image::imageops::blur(image, 4.0 * (1.0 - index as f32 / sharp_from as f32) + 0.3);
        }
    };
    let mut wrong = Vec::new();
    let score = replay(&engine, &scene, blur, |index, truth, shown| {
        if index >= sharp_from + SETTLED {
            wrong.extend(
                truth
                    .iter()
                    .filter(|t| !shown.iter().any(|s| s.text == t.text))
                    .map(|t| (index, t.text.clone())),
            );
        }
    });
    score.tell("blurred");
    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(score.flicker() < 1.0, "{score:?}");
}

#[test]
fn something_passes_in_front() {
    let engine = engine();
    let scene = TextScene::new(&TextOptions { appear: 0, frames: 75, vanish: false, ..options(31, 3) });
    let bar = |image: &mut RgbImage, index: u64| {
        let left = (index as i64 - 20) * 16;
        for x in left.max(0)..(left + 50).min(i64::from(image.width())) {
            for y in 0..image.height() {
                image.put_pixel(x as u32, y, Rgb([90, 140, 70]));
            }
        }
    };
    let score = replay(&engine, &scene, bar, |_, _, _| {});
    score.tell("covered");
    assert_targets(&score);
    assert_eq!(score.id_changes, 0, "{score:?}");
}

#[test]
fn another_text_in_the_same_place_and_the_end() {
    let engine = engine();
    let line = |text: &str, at, frames| TextLine { frames, ..TextLine::standing(text, 34.0, at) };
    let lines = vec![
        line("Gate A17", [60.0, 60.0], 0..40),
        line("Boarding", [60.0, 60.0], 40..200),
        line("12:34:56", [60.0, 180.0], 0..40),
        line("12:34:57", [60.0, 180.0], 40..200),
        line("Closed today", [60.0, 300.0], 0..40),
    ];
    let scene =
        TextScene::of(lines, &TextOptions { frames: 80, grain: 5.0, seed: 41, ..TextOptions::default() });
    let mut ids = Vec::new();
    let score = replay(
        &engine,
        &scene,
        |_, _| {},
        |index, _, shown| {
            let has = |text: &str| shown.iter().find(|s| s.text == text).map(|s| s.id);
            if index == 39 {
                ids = vec![has("Gate A17"), has("12:34:56"), has("Closed today")];
            }
            if index >= 40 + GONE {
                let texts: Vec<&str> = shown.iter().map(|s| s.text.as_str()).collect();
                assert_eq!(texts, ["Boarding", "12:34:57"], "frame {index}");
                assert_eq!(has("12:34:57"), ids[1], "a change in part is the same line");
                assert!(!ids.contains(&has("Boarding")), "another text is another line");
            }
        },
    );
    score.tell("replaced");
    assert!(ids.iter().all(Option::is_some), "{ids:?}");
}
