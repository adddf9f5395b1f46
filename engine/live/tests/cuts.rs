//! The cut detector on drawn reels of hard cuts and of what is easily taken for one.

use std::time::Duration;

use glimpse_live::scene::Looker;
use glimpse_scenes::score::cuts;
use glimpse_scenes::{Reel, ReelOptions, Scene};

/// Seeds that no threshold was chosen on: that was 1.
const UNSEEN: std::ops::Range<u64> = 4..6;

/// Of the reel of a seed: the cuts that were found, all cuts, what was taken for one, and traps.
fn judged(seed: u64) -> [f64; 4] {
    let reel = Reel::new(&ReelOptions { seed, ..ReelOptions::default() });
    let mut looker = Looker::new();
    let is_cut = |index: &u64| looker.look(&reel.render(*index).0, Duration::from_millis(index * 33)).cut;
    let found: Vec<u64> = (0..reel.frames()).filter(is_cut).collect();
    let score = cuts(&reel.cuts(), &found, 1);
    let truths = reel.cuts().len() as f64;
    [score.recall * truths, truths, found.len() as f64, reel.traps() as f64]
}

#[test]
fn cuts_are_told_from_what_looks_like_one() {
    let mut all = [0.0; 4];
    std::thread::scope(|scope| {
        let reels: Vec<_> = UNSEEN.map(|seed| scope.spawn(move || judged(seed))).collect();
        for reel in reels {
            let counts = reel.join().expect("no reel panics");
            println!("hits, cuts, found, traps of a reel: {counts:?}");
            all.iter_mut().zip(counts).for_each(|(all, count)| *all += count);
        }
    });
    let [hits, truths, told, traps] = all;
    let f1 = 2.0 * hits / (truths + told);
    println!("F1 {f1:.3} of {truths} cuts and {traps} traps");
    assert!(truths > 50.0 && traps > 70.0, "{truths} cuts, {traps} traps");
    assert!(f1 >= 0.95, "F1 {f1:.3}");
}
