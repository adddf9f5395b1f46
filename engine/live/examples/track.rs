//! How well objects of drawn scenes are followed, and what it costs:
//! `cargo run --release -p glimpse-live --example track -- [noise|engine|photographs] [FIRST_SEED] [SEEDS] [SCALE]`.
#![allow(clippy::print_stdout)]

#[path = "../tests/following/mod.rs"]
mod following;

use std::time::Instant;

use following::{engine, follow, with_engine, with_noise};
use glimpse_live::track::TrackerOptions;
use glimpse_scenes::score::tracking;
use glimpse_scenes::{DetectorNoise, ObjectOptions, ObjectScene, Scene, Sprite};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let kind = arguments.first().map_or("noise", String::as_str);
    let real = kind != "noise";
    let scale: f32 = arguments.get(3).map_or(Ok(1.0), |a| a.parse())?;
    let number = |i: usize, or: u64| arguments.get(i).map_or(Ok(or), |a| a.parse());
    let (first, count) = (number(1, 1)?, number(2, 6)?);
    let engine = real.then(|| engine(2));
    let plain = TrackerOptions { reupdate: false, ..TrackerOptions::default() };
    let ways = [("as built", TrackerOptions::default()), ("without the re-update", plain)];
    let scenes: Vec<_> = (first..first + count)
        .map(|seed| {
            let usual = ObjectOptions { seed, ..ObjectOptions::default() };
            let options = match kind {
                "photographs" => {
                    ObjectOptions { sprites: Sprite::PHOTOGRAPHS.to_vec(), height: [0.25, 0.33], ..usual }
                }
                _ => usual,
            };
            let scene = ObjectScene::new(&options);
            let seen = match &engine {
                Some(engine) => with_engine(&scene, engine, scale),
                None => with_noise(&scene, DetectorNoise::default(), seed),
            };
            (seed, scene, seen)
        })
        .collect();
    for (name, options) in ways {
        let (mut sum, mut least, mut switches) = (0.0, 1.0f64, 0);
        let started = Instant::now();
        let mut frames = 0;
        for (seed, scene, seen) in &scenes {
            let followed = follow(seen, scene.size(), scene.fps(), 1, options);
            frames += followed.len();
            let score = tracking(&followed, 0.5);
            println!(
                "{name}: seed {seed}: IDF1 {:.3} MOTA {:.3} switches {} misses {} extra {} of {}",
                score.idf1, score.mota, score.switches, score.misses, score.extra, score.boxes
            );
            sum += score.idf1;
            least = least.min(score.idf1);
            switches += score.switches;
        }
        let spent = started.elapsed().as_secs_f64() * 1e6 / frames as f64;
        println!(
            "{name}: IDF1 mean {:.3} least {least:.3} switches {switches}; {spent:.0} µs a frame with scoring",
            sum / count as f64
        );
    }
    Ok(())
}
