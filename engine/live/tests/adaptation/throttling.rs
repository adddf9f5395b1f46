//! A phone that throttles gives under the controller at least 95 % of the rate that it can sustain.
//!
//! The rule was set before the results were seen: every phone of a grid of slowness, trip point, scene and
//! policy. What can be sustained is the most that any one load gives within the bound of the temperature,
//! which is the policy's own, and of the frame's time. A phone counts as throttling where the governor
//! holds the clock down for more than half of the time under the full load, and the rate then is below what
//! can be sustained.

use glimpse_engine::Precision;
use glimpse_live::adapt::ladder;
use glimpse_live::{Budget, Policy};

use crate::device::{Device, PHONE};
use crate::judge::{Verdict, holds, judge_all};
use crate::run::{Case, LASTS, Point, SETTLED, adapted, fixed, threads};
use crate::scene::{CHANGE, Scene};

/// Of the richest load's time on a desktop, and the governor's trip points in °C.
const SLOWNESS: [f64; 5] = [3.0, 4.0, 5.0, 6.5, 8.0];
const TRIPS: [f64; 2] = [70.0, 82.0];
const PLACES: [Scene; 5] = [Scene::Desk, Scene::Street, Scene::Signs, Scene::Fair, Scene::Leaving];
/// With the bounds of their temperatures, in °C.
const POLICIES: [(Policy, f64); 3] = [(Policy::Fast, 90.0), (Policy::Balanced, 80.0), (Policy::Cool, 65.0)];
const LEAST: f64 = 0.95;

/// What the controller gives, what can be sustained, and the full load.
fn rates(case: &Case, bound: f64) -> (f64, f64, Verdict) {
    let until = if case.scene.changes() { CHANGE } else { LASTS };
    let settled = |mut points: Vec<Point>| {
        points.retain(|point| (SETTLED..until).contains(&point.at));
        judge_all(&points)
    };
    let steps = ladder(case.policy, threads(&case.device), Precision::Int8);
    let all: Vec<Verdict> = steps.iter().map(|load| settled(fixed(case, *load))).collect();
    let kept = all.iter().filter(|verdict| verdict.degrees <= bound && holds(case, verdict));
    let sustainable = kept.map(|verdict| verdict.rate).fold(0.0, f64::max);
    (settled(adapted(case)).rate, sustainable, all[0])
}

#[test]
fn throttling_phones_keep_within_5_percent_of_what_they_can_sustain() {
    let (mut shares, mut failed) = (Vec::new(), Vec::new());
    for slowness in SLOWNESS {
        for trip in TRIPS {
            for scene in PLACES {
                for (policy, bound) in POLICIES {
                    let device = Device { name: "throttling phone", slowness, trip, ..PHONE };
                    let case = Case { device, scene, policy, budget: Budget::default() };
                    let (controlled, sustainable, full) = rates(&case, bound);
                    if controlled < LEAST * sustainable {
                        let name = format!("slowness {slowness}, {trip} °C, {scene:?}, {policy:?}");
                        failed.push(format!("{name}: {controlled:.2} of {sustainable:.2} a second"));
                    }
                    if full.throttled > 0.5 && full.rate < sustainable {
                        shares.push((controlled / sustainable, full.rate / sustainable));
                    }
                }
            }
        }
    }
    shares.sort_by(|a, b| a.0.total_cmp(&b.0));
    let far = shares.iter().filter(|(_, full)| *full < LEAST).count();
    println!(
        "{} phones throttle, {far} of them by more than 5 %; shares from {:.3}, median {:.3}",
        shares.len(),
        shares[0].0,
        shares[shares.len() / 2].0
    );
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert!(far >= 40, "only {far} phones fall below without the controller");
}
