//! The steps from everything to little.

use glimpse_engine::Precision;

use super::demand::demand;
use crate::{Load, Policy};

/// A step that costs more than this share of the one before is left out.
const WORTH_A_STEP: f64 = 0.95;

/// Frames a second, scale, objects and tags every how many frames, least milliseconds between readings
/// and captions, share of the threads.
type Row = (f32, f32, u32, u32, Option<u32>, Option<u32>, f32);

/// The smooth picture goes last: how often text is read and how finely objects are looked for go first.
const FAST: [Row; 17] = [
    (60.0, 1.0, 1, 1, Some(200), Some(2_000), 1.0),
    (60.0, 1.0, 1, 2, Some(300), Some(3_000), 1.0),
    (60.0, 0.85, 1, 3, Some(450), Some(4_000), 1.0),
    (60.0, 0.85, 2, 3, Some(600), Some(5_000), 1.0),
    (60.0, 0.75, 2, 4, Some(800), Some(8_000), 1.0),
    (45.0, 0.75, 2, 4, Some(1_000), Some(8_000), 1.0),
    (30.0, 0.75, 2, 4, Some(1_300), Some(10_000), 1.0),
    (30.0, 0.65, 3, 6, Some(1_800), Some(15_000), 1.0),
    (24.0, 0.65, 3, 6, Some(2_400), Some(20_000), 1.0),
    (20.0, 0.55, 3, 8, Some(3_200), Some(20_000), 1.0),
    (15.0, 0.55, 3, 8, Some(4_500), Some(30_000), 0.5),
    (12.0, 0.5, 3, 8, Some(6_000), None, 0.5),
    (8.0, 0.5, 3, 8, Some(8_000), None, 0.5),
    (5.0, 0.5, 2, 8, Some(15_000), None, 0.0),
    (3.0, 0.5, 2, 10, None, None, 0.0),
    (2.0, 0.5, 2, 10, None, None, 0.0),
    (1.0, 0.5, 2, 10, None, None, 0.0),
];

const BALANCED: [Row; 16] = [
    (30.0, 1.0, 1, 1, Some(300), Some(3_000), 1.0),
    (30.0, 1.0, 1, 2, Some(450), Some(5_000), 1.0),
    (30.0, 0.85, 1, 3, Some(650), Some(7_000), 1.0),
    (30.0, 0.75, 2, 3, Some(900), Some(9_000), 1.0),
    (30.0, 0.75, 2, 4, Some(1_300), Some(12_000), 1.0),
    (30.0, 0.65, 3, 6, Some(1_800), Some(15_000), 1.0),
    (24.0, 0.65, 3, 6, Some(2_400), Some(20_000), 1.0),
    (20.0, 0.55, 3, 8, Some(3_200), Some(20_000), 1.0),
    (15.0, 0.55, 3, 8, Some(4_500), Some(30_000), 0.5),
    (12.0, 0.5, 3, 8, Some(6_000), None, 0.5),
    (8.0, 0.5, 3, 8, Some(8_000), None, 0.5),
    (5.0, 0.5, 2, 8, Some(15_000), None, 0.0),
    (3.0, 0.5, 2, 10, None, None, 0.0),
    (2.0, 0.5, 2, 10, None, None, 0.0),
    (1.0, 0.5, 2, 10, None, None, 0.0),
    (0.5, 0.5, 2, 10, None, None, 0.0),
];

const COOL: [Row; 12] = [
    (15.0, 0.75, 1, 4, Some(1_000), Some(10_000), 1.0),
    (15.0, 0.75, 2, 4, Some(1_300), Some(12_000), 1.0),
    (15.0, 0.65, 2, 6, Some(1_800), Some(15_000), 1.0),
    (15.0, 0.55, 3, 8, Some(2_500), Some(20_000), 0.5),
    (12.0, 0.55, 3, 8, Some(3_500), Some(30_000), 0.5),
    (10.0, 0.5, 3, 8, Some(5_000), None, 0.5),
    (8.0, 0.5, 3, 8, Some(8_000), None, 0.5),
    (5.0, 0.5, 2, 8, Some(15_000), None, 0.0),
    (3.0, 0.5, 2, 10, None, None, 0.0),
    (2.0, 0.5, 2, 10, None, None, 0.0),
    (1.0, 0.5, 2, 10, None, None, 0.0),
    (0.5, 0.5, 2, 10, None, None, 0.0),
];

/// The loads that the policy steps through, the richest first; none costs more than the one before, and
/// there is at least one. `cores` is the threads of the richest, at least 1. Where the session was opened
/// in `f32`, the first step down is to `int8`, which costs accuracy least.
pub fn ladder(policy: Policy, cores: usize, precision: Precision) -> Vec<Load> {
    let rows: &[Row] = match policy {
        Policy::Fast => &FAST,
        Policy::Balanced => &BALANCED,
        Policy::Cool => &COOL,
    };
    let cores = cores.max(1);
    let steps = rows.iter().map(|&(fps, scale, find_every, tags_every, read_ms, caption_ms, share)| Load {
        fps,
        scale,
        find_every,
        tags_every,
        read_ms,
        caption_ms,
        threads: ((cores as f32 * share).ceil() as usize).max(1),
        precision: Precision::Int8,
    });
    match precision {
        Precision::F32 => rich(steps.clone()).into_iter().chain(steps).collect(),
        Precision::Int8 => steps.collect(),
    }
}

fn rich(mut steps: impl Iterator<Item = Load>) -> Option<Load> {
    steps.next().map(|load| Load { precision: Precision::F32, ..load })
}

/// The ladder at a source that gives `fps` frames a second: without the steps that there change nothing.
pub(super) fn at_source(ladder: &[Load], fps: f32) -> Vec<Load> {
    let mut steps: Vec<Load> = Vec::with_capacity(ladder.len());
    for load in ladder {
        let cheaper = |last: &Load| demand(load, fps) <= WORTH_A_STEP * demand(last, fps);
        if steps.last().is_none_or(cheaper) {
            steps.push(*load);
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICIES: [Policy; 3] = [Policy::Fast, Policy::Balanced, Policy::Cool];

    #[test]
    fn every_step_costs_less_and_none_falls_off_a_cliff() {
        for policy in POLICIES {
            for precision in [Precision::Int8, Precision::F32] {
                let ladder = ladder(policy, 4, precision);
                assert_eq!(ladder[0].precision, precision);
                for (number, pair) in ladder.windows(2).enumerate() {
                    let share = demand(&pair[1], 60.0) / demand(&pair[0], 60.0);
                    assert!(
                        (0.4..=0.97).contains(&share),
                        "{policy:?} {precision:?} step {number}: {share:.3}"
                    );
                    assert!(pair[1].fps <= pair[0].fps && pair[1].threads <= pair[0].threads);
                }
            }
        }
    }

    #[test]
    fn loads_are_within_their_bounds() {
        for policy in POLICIES {
            for cores in [0, 1, 2, 8] {
                for load in ladder(policy, cores, Precision::F32) {
                    assert!(load.fps > 0.0 && load.scale > 0.0 && load.scale <= 1.0);
                    assert!(load.find_every >= 1 && load.tags_every >= 1);
                    assert!((1..=cores.max(1)).contains(&load.threads));
                }
            }
        }
    }

    #[test]
    fn steps_that_change_nothing_at_the_source_are_left_out() {
        let full = ladder(Policy::Fast, 2, Precision::Int8);
        for fps in [5.0, 15.0, 30.0, 60.0] {
            let steps = at_source(&full, fps);
            assert!(!steps.is_empty() && steps[0] == full[0]);
            assert!(steps.windows(2).all(|pair| demand(&pair[1], fps) <= 0.95 * demand(&pair[0], fps)));
            assert_eq!(steps.last().unwrap().fps, 1.0);
        }
        let rates = [60.0, 45.0, 30.0, 20.0].map(|fps| Load { fps, ..full[0] });
        assert_eq!(at_source(&rates, 60.0).len(), 4);
        assert_eq!(at_source(&rates, 25.0), [rates[0], rates[3]]);
    }
}
