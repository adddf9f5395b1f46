//! Phones that tell no temperature: Android its headroom and status, iOS its state alone.

use std::time::Duration;

use glimpse_engine::Precision;
use glimpse_live::adapt::{Controller, Signals, ladder};
use glimpse_live::{Budget, LiveOptions, Policy};
use glimpse_telemetry::HeatState;

use crate::device::{DEVICES, Device, PHONE};
use crate::judge::{Verdict, judge};
use crate::run::{Case, Point, SETTLED, SOURCE, run, threads};
use crate::scene::Scene;

/// States begin at these headrooms, and end 2 °C below.
const STATES: [(HeatState, f64); 3] =
    [(HeatState::Critical, 1.2), (HeatState::Serious, 1.0), (HeatState::Fair, 0.8)];
const ENDS: f64 = 2.0 / 30.0;

/// What a phone tells.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Tells {
    Headroom,
    State,
    Nothing,
}

/// Makes of the temperature what the phone tells in its place: severe throttling is where the governor acts.
struct Teller {
    tells: Tells,
    trip: f64,
    headroom: Option<f64>,
    state: HeatState,
    asked: Duration,
}

impl Teller {
    fn tell(&mut self, at: Duration, signals: &Signals) -> Signals {
        let headroom = signals.temperature_c.map(|degrees| (1.0 + (degrees - self.trip) / 30.0).max(0.0));
        // Once a second, and not from the beginning.
        if at.saturating_sub(self.asked) >= Duration::from_secs(1) {
            self.asked = at;
            self.headroom = headroom;
        }
        if let Some(headroom) = headroom {
            let begun = STATES.iter().find(|(_, begins)| headroom >= *begins);
            let held = STATES.iter().find(|(_, begins)| headroom >= *begins - ENDS);
            let state =
                |found: Option<&(HeatState, f64)>| found.map_or(HeatState::Nominal, |(state, _)| *state);
            self.state = self.state.clamp(state(begun), state(held));
        }
        Signals {
            temperature_c: None,
            headroom: self.headroom.filter(|_| self.tells == Tells::Headroom),
            heat: (self.tells != Tells::Nothing).then_some(self.state),
            ..*signals
        }
    }
}

fn told(device: Device, scene: Scene, policy: Policy, tells: Tells) -> (Verdict, Vec<Point>) {
    let case = Case { device, scene, policy, budget: Budget::default() };
    let options = LiveOptions { policy, ..LiveOptions::default() };
    let steps = ladder(policy, threads(&device), Precision::Int8);
    let mut controller = Controller::new(options, SOURCE as f32, steps);
    let mut teller =
        Teller { tells, trip: device.trip, headroom: None, state: HeatState::Nominal, asked: Duration::ZERO };
    let points = run(&case, |at, signals| controller.step(at, &teller.tell(at, signals)));
    (judge(scene, &points), points)
}

/// Phones whose governor acts under all of the work.
fn phones() -> impl Iterator<Item = Device> {
    let early = [
        Device { name: "throttling phone", slowness: 5.0, trip: 70.0, ..PHONE },
        Device { name: "throttling phone in the sun", slowness: 5.0, trip: 70.0, ambient: 38.0, ..PHONE },
    ];
    early.into_iter().chain(DEVICES.into_iter().filter(|device| device.name == "old phone"))
}

fn throttled(points: &[Point], trip: f64) -> f64 {
    let settled: Vec<&Point> = points.iter().filter(|point| point.at >= SETTLED).collect();
    settled.iter().filter(|point| point.degrees > trip).count() as f64 / settled.len() as f64
}

#[test]
fn with_the_headroom_alone_a_phone_is_kept_from_throttling() {
    let (mut throttles, mut failed) = (0, Vec::new());
    for device in phones() {
        for policy in [Policy::Balanced, Policy::Cool] {
            let (blind, points) = told(device, Scene::Street, policy, Tells::Nothing);
            throttles += u32::from(throttled(&points, device.trip) > 0.0);
            let (seen, points) = told(device, Scene::Street, policy, Tells::Headroom);
            let quiet = seen.changes <= 1.5 && seen.swings == 0;
            if throttled(&points, device.trip) > 0.0 || !quiet || seen.rate < 0.3 * blind.rate {
                failed.push(format!("{} {policy:?}: {blind:.2?} {seen:.2?}", device.name));
            }
        }
    }
    assert!(throttles >= 3, "only {throttles} throttle at all");
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn with_the_state_alone_a_phone_seldom_throttles_and_does_not_go_to_and_fro() {
    let mut failed = Vec::new();
    for device in phones() {
        for policy in [Policy::Balanced, Policy::Cool] {
            let (_, points) = told(device, Scene::Street, policy, Tells::Nothing);
            let blind = throttled(&points, device.trip);
            let (seen, points) = told(device, Scene::Street, policy, Tells::State);
            let share = throttled(&points, device.trip);
            if share > 0.1 || share > blind || seen.changes > 1.5 || seen.swings > 0 {
                failed.push(format!("{} {policy:?}: {share:.2} after {blind:.2}, {seen:.2?}", device.name));
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
