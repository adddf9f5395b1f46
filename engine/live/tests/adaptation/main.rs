//! The controller on simulated devices: it holds its budget over a grid of devices, scenes, policies and
//! budgets without going to and fro, and gets out of a throttling phone what can be had.

mod device;
mod judge;
mod phone;
mod run;
mod scene;
mod throttling;

use glimpse_engine::Precision;
use glimpse_live::adapt::ladder;
use glimpse_live::{Budget, Policy};

use device::{DEVICES, Device, PHONE};
use judge::{Verdict, holds, judge, judge_all};
use run::{Case, LASTS, adapted, fixed, threads};
use scene::{CHANGE, SCENES, Scene};

const POLICIES: [Policy; 3] = [Policy::Fast, Policy::Balanced, Policy::Cool];

/// Steps a minute that nobody minds.
const MOST_CHANGES: f64 = 1.5;

fn budgets(device: &Device) -> [(&'static str, Budget); 4] {
    let none = Budget::default();
    [
        ("frame", none),
        ("50 ms", Budget { frame_ms: Some(50.0), ..none }),
        ("power", Budget { power_mw: Some(device.power_mw), ..none }),
        ("heat", Budget { temperature_c: Some(device.temperature_c), ..none }),
    ]
}

/// Whether the load of the last step holds the budget: then there is one that does.
fn feasible(case: &Case) -> bool {
    let steps = ladder(case.policy, threads(&case.device), Precision::Int8);
    let least = judge(case.scene, &fixed(case, steps[steps.len() - 1]));
    holds(case, &least)
}

fn each(mut check: impl FnMut(&str, &Case, &Verdict)) {
    for device in DEVICES {
        for scene in SCENES {
            for policy in POLICIES {
                for (name, budget) in budgets(&device) {
                    let case = Case { device, scene, policy, budget };
                    let verdict = judge(scene, &adapted(&case));
                    check(&format!("{} {scene:?} {policy:?} {name}", device.name), &case, &verdict);
                }
            }
        }
    }
}

#[test]
fn the_budget_is_held_on_every_device_and_load_without_going_to_and_fro() {
    let (mut runs, mut failed) = (0, Vec::new());
    each(|name, case, verdict| {
        runs += 1;
        let held = holds(case, verdict) || !feasible(case);
        if !held || verdict.changes > MOST_CHANGES || verdict.swings > 0 {
            failed.push(format!("{name}: {verdict:.2?}"));
        }
    });
    assert_eq!(runs, DEVICES.len() * SCENES.len() * POLICIES.len() * 4);
    assert!(failed.is_empty(), "{} of {runs}:\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn the_load_comes_back_when_the_crowd_leaves_and_when_the_air_cools() {
    for device in DEVICES {
        let case =
            Case { device, scene: Scene::Leaving, policy: Policy::Balanced, budget: Budget::default() };
        let (crowded, left) = ends(&case);
        assert!(left.level < crowded.level || crowded.level < 0.5, "{}: {crowded:?} {left:?}", device.name);
    }
    let budget = Budget { temperature_c: Some(PHONE.temperature_c), ..Budget::default() };
    let case = Case { device: PHONE, scene: Scene::Shade, policy: Policy::Balanced, budget };
    let (hot, shaded) = ends(&case);
    assert!(shaded.level < hot.level - 0.5 && shaded.rate > 1.2 * hot.rate, "{hot:?} {shaded:?}");
}

/// The last five minutes before the scene changes, and the last ten after.
fn ends(case: &Case) -> (Verdict, Verdict) {
    let points = adapted(case);
    let between = |from: f64, to: f64| -> Verdict {
        judge_all(&points.iter().filter(|point| (from..to).contains(&point.at)).copied().collect::<Vec<_>>())
    };
    (between(600.0, CHANGE), between(1200.0, LASTS))
}
