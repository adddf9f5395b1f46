//! Whether a session held its budget, and how quietly.

use crate::run::{Case, Point, SETTLED};
use crate::scene::{CHANGE, Scene};

/// What a settled session was like.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Verdict {
    /// Frames analysed a second.
    pub(crate) rate: f64,
    /// Mean step of the ladder.
    pub(crate) level: f64,
    /// Share of the quarters of a second whose 9th decile was beyond the frame's budget.
    pub(crate) late: f64,
    /// The hottest ten-second mean, in °C.
    pub(crate) degrees: f64,
    /// Mean, and that of the highest minute, in mW.
    pub(crate) milliwatts: f64,
    pub(crate) minute_milliwatts: f64,
    /// Share of the time in which the governor kept the clock below its highest.
    #[allow(dead_code, reason = "the example's table does not tell it")]
    pub(crate) throttled: f64,
    /// Steps taken a minute.
    pub(crate) changes: f64,
    /// Times that the same two steps were gone to and fro twice within two minutes.
    pub(crate) swings: usize,
}

/// Judges what is settled: all but the first five minutes, and those after a change of the scene.
pub(crate) fn judge(scene: Scene, points: &[Point]) -> Verdict {
    let unsettled = |at: f64| at < SETTLED || scene.changes() && (CHANGE..CHANGE + SETTLED).contains(&at);
    judge_all(&points.iter().filter(|point| !unsettled(point.at)).copied().collect::<Vec<_>>())
}

/// Judges all of the points, quarters of a second each.
pub(crate) fn judge_all(settled: &[Point]) -> Verdict {
    if settled.is_empty() {
        return Verdict::default();
    }
    let count = settled.len() as f64;
    let minutes = count / 240.0;
    let mean = |value: &dyn Fn(&Point) -> f64| settled.iter().map(value).sum::<f64>() / count;
    let highest = |quarters: usize, value: &dyn Fn(&Point) -> f64| {
        let values: Vec<f64> = settled.iter().map(value).collect();
        if values.len() < quarters {
            return f64::NEG_INFINITY;
        }
        let mut sum: f64 = values[..quarters].iter().sum();
        let mut most = sum;
        for (comes, goes) in values[quarters..].iter().zip(&values) {
            sum += comes - goes;
            most = most.max(sum);
        }
        most / quarters as f64
    };
    let late = |point: &Point| point.p90_ms.is_some_and(|p90| p90 > point.frame_budget_ms);
    let steps: Vec<(f64, u32)> = settled
        .windows(2)
        .filter(|pair| pair[0].level != pair[1].level && pair[1].at - pair[0].at < 1.0)
        .map(|pair| (pair[1].at, pair[1].level))
        .collect();
    Verdict {
        rate: settled.iter().map(|point| f64::from(point.frames)).sum::<f64>() / (minutes * 60.0),
        level: mean(&|point| f64::from(point.level)),
        late: settled.iter().filter(|point| late(point)).count() as f64 / count,
        degrees: highest(40, &|point| point.degrees),
        milliwatts: mean(&|point| point.milliwatts),
        minute_milliwatts: highest(240, &|point| point.milliwatts),
        throttled: settled.iter().filter(|point| point.throttled).count() as f64 / count,
        changes: steps.len() as f64 / minutes,
        swings: steps
            .windows(4)
            .filter(|four| four[0].1 == four[2].1 && four[1].1 == four[3].1 && four[3].0 - four[0].0 < 120.0)
            .count(),
    }
}

/// Whether the budget was held once settled: the frame's time in all but 5 % of the quarters of a second,
/// the temperature to 1 °C, the mean power, and that of every minute to 10 %.
pub(crate) fn holds(case: &Case, verdict: &Verdict) -> bool {
    verdict.late <= 0.05
        && case.budget.temperature_c.is_none_or(|limit| verdict.degrees <= limit + 1.0)
        && case
            .budget
            .power_mw
            .is_none_or(|limit| verdict.milliwatts <= limit && verdict.minute_milliwatts <= 1.1 * limit)
}
