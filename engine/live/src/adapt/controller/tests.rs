use glimpse_engine::Precision;

use super::*;
use crate::{Budget, Policy};

fn controller(policy: Policy, budget: Budget) -> Controller {
    let options = LiveOptions { policy, budget, ..LiveOptions::default() };
    Controller::new(options, 30.0, ladder(policy, 2, Precision::Int8))
}

/// Steps through `seconds` of what `signals` says of each state.
fn run(
    controller: &mut Controller,
    from: u64,
    seconds: u64,
    signals: impl Fn(Duration, &AdaptState) -> Signals,
) -> Vec<AdaptState> {
    let mut states = Vec::new();
    let mut state = controller.state(controller.load(), controller.cause);
    for step in 0..seconds * 4 {
        let at = Duration::from_secs(from) + Duration::from_millis(250) * u32::try_from(step).unwrap();
        state = controller.step(at, &signals(at, &state));
        states.push(state.clone());
    }
    states
}

/// A device on which a frame with everything takes `full` milliseconds.
fn device(full: f64) -> impl Fn(Duration, &AdaptState) -> Signals {
    move |_, state| {
        let weight = super::super::demand::longest_frame(&state.load);
        let p90 = full * weight / 8.0;
        let rate = f64::from(state.load.fps.min(30.0)).min(1000.0 / p90);
        Signals { frame_p90_ms: Some(p90), busy: (rate * p90 / 1000.0).min(1.0), rate, ..Signals::default() }
    }
}

#[test]
fn a_fast_device_stays_at_everything() {
    let states = run(&mut controller(Policy::Balanced, Budget::default()), 0, 120, device(10.0));
    assert!(states.iter().all(|state| state.level == 0 && state.pressure == Pressure::None));
}

#[test]
fn a_slow_device_steps_down_quickly_and_stays() {
    let mut controller = controller(Policy::Balanced, Budget::default());
    let states = run(&mut controller, 0, 300, device(60.0));
    let settled = states[40].level;
    assert!(settled > 0 && states[40].pressure == Pressure::Time);
    let used = device(60.0)(Duration::ZERO, &states[1199]).frame_p90_ms.unwrap()
        * f64::from(states[1199].load.fps.min(30.0));
    assert!(used <= 1000.0, "{used}");
    let changes = states[40..].windows(2).filter(|pair| pair[0].level != pair[1].level).count();
    assert!(changes <= 6, "{changes}");
    // The load falls: all of it comes back, a step at a time.
    let states = run(&mut controller, 300, 600, device(8.0));
    assert_eq!((states[2399].level, states[2399].pressure), (0, Pressure::None));
    assert!(states.windows(2).all(|pair| pair[0].level.saturating_sub(pair[1].level) <= 1));
}

#[test]
fn a_hiccup_changes_nothing() {
    let mut controller = controller(Policy::Fast, Budget::default());
    let states = run(&mut controller, 0, 60, |at, _| Signals {
        frame_p90_ms: Some(if at.as_millis() % 5000 < 500 { 90.0 } else { 12.0 }),
        busy: 0.4,
        ..Signals::default()
    });
    assert!(states.iter().all(|state| state.level == 0));
}

#[test]
fn heat_is_seen_coming_by_balanced_and_not_by_fast() {
    let rising = |at: Duration, _: &AdaptState| Signals {
        frame_p90_ms: Some(10.0),
        busy: 0.3,
        temperature_c: Some(60.0 + at.as_secs_f64() * 0.4),
        ..Signals::default()
    };
    let first = |policy: Policy| {
        let budget = Budget { temperature_c: Some(80.0), ..Budget::default() };
        let states = run(&mut controller(policy, budget), 0, 60, rising);
        let index = states.iter().position(|state| state.level > 0).unwrap();
        assert_eq!(states[index].pressure, Pressure::Heat);
        60.0 + index as f64 * 0.1
    };
    assert!(first(Policy::Balanced) < 78.0, "{}", first(Policy::Balanced));
    assert!((78.5..=80.5).contains(&first(Policy::Fast)), "{}", first(Policy::Fast));
    assert!(first(Policy::Cool) < first(Policy::Balanced));
}

#[test]
fn power_above_the_budget_lowers_the_load_by_as_much_as_it_takes() {
    let mut controller = controller(Policy::Balanced, Budget { power_mw: Some(100.0), ..Budget::default() });
    let watts = |_: Duration, state: &AdaptState| Signals {
        frame_p90_ms: Some(5.0),
        busy: 0.2,
        power_mw: Some(30.0 + super::super::demand::demand(&state.load, 30.0) * 0.4),
        ..Signals::default()
    };
    let states = run(&mut controller, 0, 300, watts);
    let end = states.last().unwrap();
    assert_eq!(end.pressure, Pressure::Power);
    let power = watts(Duration::ZERO, end).power_mw.unwrap();
    assert!((60.0..=100.0).contains(&power), "{power}");
    assert!(states[60].level >= end.level);
}

#[test]
fn what_the_user_fixes_stays_and_is_said() {
    let mut controller = controller(Policy::Balanced, Budget::default());
    let fixed = Load { fps: 12.0, ..ladder(Policy::Cool, 1, Precision::Int8)[0] };
    controller.set(LiveOptions { fixed: Some(fixed), ..LiveOptions::default() });
    for state in run(&mut controller, 0, 30, device(900.0)) {
        assert_eq!((state.load, state.pressure), (fixed, Pressure::User));
    }
    controller.set(LiveOptions::default());
    let state = controller.step(Duration::from_secs(31), &Signals::default());
    assert!(state.level > 0 && state.load != fixed && state.pressure != Pressure::User);
}

#[test]
fn another_policy_goes_on_from_a_like_load() {
    let mut controller = controller(Policy::Fast, Budget::default());
    run(&mut controller, 0, 60, device(80.0));
    let before = super::super::demand::demand(&controller.load(), 30.0);
    controller.set(LiveOptions { policy: Policy::Cool, ..LiveOptions::default() });
    let state = controller.step(Duration::from_secs(60), &Signals::default());
    let after = super::super::demand::demand(&state.load, 30.0);
    assert_eq!(state.policy, Policy::Cool);
    assert!(after <= before * 1.3 && state.load.fps <= 15.0);
}

#[test]
fn senseless_signals_and_jumping_clocks_change_nothing() {
    let mut controller = Controller::new(LiveOptions::default(), f32::NAN, Vec::new());
    let odd = Signals {
        frame_p90_ms: Some(f64::NAN),
        busy: f64::NAN,
        dropped_share: f64::INFINITY,
        temperature_c: Some(f64::NAN),
        heat: None,
        headroom: Some(f64::NAN),
        power_mw: Some(-5.0),
        rate: f64::NAN,
    };
    for at in [5, 4, 0, 1000, 1001, u64::from(u32::MAX), 7] {
        let state = controller.step(Duration::from_secs(at), &odd);
        assert_eq!((state.level, state.pressure), (0, Pressure::None));
    }
    let zero = Budget { frame_ms: Some(0.0), power_mw: Some(f64::NAN), temperature_c: Some(-1.0) };
    controller.set(LiveOptions { budget: zero, ..LiveOptions::default() });
    for at in 8..60 {
        let signals = Signals { frame_p90_ms: Some(5.0), power_mw: Some(1e6), ..Signals::default() };
        assert_eq!(controller.step(Duration::from_secs(at), &signals).level, 0);
    }
}

#[test]
fn the_same_signals_give_the_same_steps() {
    let mut one = controller(Policy::Balanced, Budget::default());
    let mut two = one.clone();
    assert_eq!(run(&mut one, 0, 120, device(70.0)), run(&mut two, 0, 120, device(70.0)));
}
