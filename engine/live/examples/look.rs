//! How well cuts of drawn reels are found, and what a look costs:
//! `cargo run --release -p glimpse-live --example look -- [FIRST_SEED] [REELS]`.
#![allow(clippy::print_stdout)]

use std::time::{Duration, Instant};

use glimpse_live::scene::Looker;
use glimpse_scenes::score::cuts;
use glimpse_scenes::{Reel, ReelOptions, Scene};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |i: usize, or: u64| arguments.get(i).map_or(Ok(or), |a| a.parse());
    let (first, count) = (number(0, 1)?, number(1, 4)?);
    let (mut hits, mut truths, mut found) = (0.0, 0, 0);
    for seed in first..first + count {
        let reel = Reel::new(&ReelOptions { seed, ..ReelOptions::default() });
        let mut looker = Looker::new();
        let (mut told, mut spent) = (Vec::new(), Vec::new());
        for index in 0..reel.frames() {
            let (image, _) = reel.render(index);
            let started = Instant::now();
            let look = looker.look(&image, Duration::from_millis(index * 33));
            spent.push(started.elapsed());
            if look.cut {
                told.push(index);
            }
        }
        let score = cuts(&reel.cuts(), &told, 1);
        spent.sort_unstable();
        println!(
            "seed {seed}: F1 {:.3} of {} cuts and {} traps; a look takes {:?} in the median, {:?} at the 99th percentile",
            score.f1,
            reel.cuts().len(),
            reel.traps(),
            spent[spent.len() / 2],
            spent[spent.len() * 99 / 100]
        );
        let kinds = |frames: &[u64]| frames.iter().map(|&f| (f, reel.action(f))).collect::<Vec<_>>();
        println!("  missed {:?}, invented {:?}", kinds(&score.missed), kinds(&score.invented));
        hits += score.recall * reel.cuts().len() as f64;
        truths += reel.cuts().len();
        found += told.len();
    }
    println!("all: F1 {:.3} of {truths} cuts", 2.0 * hits / (truths + found) as f64);
    Ok(())
}
