//! The cut detector on drawn reels of hard cuts and of what is easily taken for one.

use std::time::Duration;

use glimpse_live::scene::Looker;
use glimpse_scenes::score::cuts;
use glimpse_scenes::{Reel, ReelOptions, Scene};

/// Seeds that no threshold was chosen on: that was 1.
const UNSEEN: std::ops::Range<u64> = 4..6;

#[test]
fn cuts_are_told_from_what_looks_like_one() {
    let (mut hits, mut truths, mut told, mut traps) = (0.0, 0, 0, 0);
    for seed in UNSEEN {
        let reel = Reel::new(&ReelOptions { seed, ..ReelOptions::default() });
        let mut looker = Looker::new();
        let is_cut = |index: &u64| looker.look(&reel.render(*index).0, Duration::from_millis(index * 33)).cut;
        let found: Vec<u64> = (0..reel.frames()).filter(is_cut).collect();
        let score = cuts(&reel.cuts(), &found, 1);
        println!("seed {seed}: {score:.3?}");
        hits += score.recall * reel.cuts().len() as f64;
        truths += reel.cuts().len();
        told += found.len();
        traps += reel.traps();
    }
    let f1 = 2.0 * hits / (truths + told) as f64;
    println!("F1 {f1:.3} of {truths} cuts and {traps} traps");
    assert!(truths > 50 && traps > 70, "{truths} cuts, {traps} traps");
    assert!(f1 >= 0.95, "F1 {f1:.3}");
}
