//! How far each bound is used under the load that is, and would be under another one.

use super::controller::Signals;
use super::demand::{demand, longest_frame, rate};
use crate::{Budget, Load, Policy};

/// Shares of dropped frames below this happen to anybody.
const FEW_DROPPED: f64 = 0.05;

/// Numbers of a policy.
#[derive(Debug, Clone, Copy)]
pub(super) struct Temper {
    pub(super) policy: Policy,
    /// The bound of the temperature, in °C, where the user sets none.
    pub(super) degrees: f64,
    /// The bound of the headroom, where 1 is severe throttling.
    pub(super) headroom: f64,
    /// How far ahead heat is looked for, in seconds.
    pub(super) foresight: u64,
    /// How far below the bound it must be for a richer step, in °C.
    pub(super) margin: f64,
    /// Calm before a richer step, in seconds.
    pub(super) calm: u64,
    /// Share of the frame's time, and of the processor, that a richer step may be expected to use.
    pub(super) fill: f64,
}

impl Temper {
    pub(super) fn of(policy: Policy) -> Self {
        match policy {
            Policy::Fast => {
                Self { policy, degrees: 90.0, headroom: 0.95, foresight: 3, margin: 4.0, calm: 8, fill: 0.8 }
            }
            Policy::Balanced => Self {
                policy,
                degrees: 80.0,
                headroom: 0.85,
                foresight: 10,
                margin: 5.0,
                calm: 12,
                fill: 0.75,
            },
            Policy::Cool => {
                Self { policy, degrees: 65.0, headroom: 0.7, foresight: 20, margin: 6.0, calm: 20, fill: 0.7 }
            }
        }
    }
}

/// Milliseconds that a frame may take at the 9th decile.
fn frame_budget(budget: &Budget, load: &Load, fps: f32) -> f64 {
    bound(budget.frame_ms).unwrap_or(1000.0 / rate(load, fps))
}

/// Bounds that bind nothing are none.
pub(super) fn bound(value: Option<f64>) -> Option<f64> {
    value.filter(|value| value.is_finite() && *value > 0.0)
}

/// Share of the frame's time that is used; above 1 it is too little. `None` where no frame came.
pub(super) fn time(signals: &Signals, budget: &Budget, load: &Load, fps: f32) -> Option<f64> {
    let p90 = signals.frame_p90_ms.filter(|value| value.is_finite() && *value >= 0.0)?;
    let mut used = p90 / frame_budget(budget, load, fps);
    let busy = signals.busy > 0.9;
    if busy && signals.dropped_share > FEW_DROPPED {
        used = used.max(1.0 + signals.dropped_share.min(1.0));
    }
    // Few frames from an idle processor are the source's doing.
    if signals.busy > 0.95 && signals.rate > 0.0 {
        let missing = rate(load, fps) / signals.rate;
        if missing > 1.15 {
            used = used.max(missing.min(4.0));
        }
    }
    Some(used)
}

/// Likewise, as it would be under `other`: by what both loads cost.
pub(super) fn time_under(other: &Load, used: f64, budget: &Budget, load: &Load, fps: f32) -> f64 {
    let budgets = frame_budget(budget, load, fps) / frame_budget(budget, other, fps);
    used * budgets * longest_frame(other) / longest_frame(load)
}

/// Share of the processor's time that `other` would use.
pub(super) fn busy_under(other: &Load, busy: f64, load: &Load, fps: f32) -> f64 {
    busy * per_frame(other) * rate(other, fps) / (per_frame(load) * rate(load, fps))
}

/// How much of the power's budget `other` would use.
pub(super) fn power_under(other: &Load, used: f64, load: &Load, fps: f32) -> f64 {
    used * demand(other, fps) / demand(load, fps)
}

/// Without readings and captions, which run beside.
fn per_frame(load: &Load) -> f64 {
    demand(&Load { read_ms: None, caption_ms: None, ..*load }, 1000.0) / f64::from(load.fps.max(0.01))
}
