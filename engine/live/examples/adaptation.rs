//! Prints what the controller does on simulated devices, as a table: see docs/live.md.

#[path = "../tests/adaptation/device.rs"]
mod device;
#[path = "../tests/adaptation/judge.rs"]
mod judge;
#[path = "../tests/adaptation/run.rs"]
mod run;
#[path = "../tests/adaptation/scene.rs"]
mod scene;

use std::io::{self, Write};

use glimpse_engine::Precision;
use glimpse_live::adapt::ladder;
use glimpse_live::{Budget, Policy};

use device::{DEVICES, Device, PHONE};
use judge::{Verdict, holds, judge};
use run::{Case, adapted, fixed, threads};
use scene::{SCENES, Scene};

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "| device | budget | runs | held | fps | step | late | hottest °C | mean mW | steps a minute | to and fro |"
    )?;
    writeln!(out, "|---|---|---|---|---|---|---|---|---|---|---|")?;
    for device in DEVICES {
        let none = Budget::default();
        let budgets = [
            ("frame".to_owned(), none),
            ("50 ms".to_owned(), Budget { frame_ms: Some(50.0), ..none }),
            (format!("{} mW", device.power_mw), Budget { power_mw: Some(device.power_mw), ..none }),
            (
                format!("{} °C", device.temperature_c),
                Budget { temperature_c: Some(device.temperature_c), ..none },
            ),
        ];
        for (name, budget) in budgets {
            row(&mut out, device, &name, budget)?;
        }
    }
    sustained(&mut out)
}

/// The worst of all scenes and policies; rate, step and power are means.
fn row(out: &mut impl Write, device: Device, name: &str, budget: Budget) -> io::Result<()> {
    let (mut runs, mut held, mut sum) = (0u32, 0u32, Verdict::default());
    for scene in SCENES {
        for policy in [Policy::Fast, Policy::Balanced, Policy::Cool] {
            let case = Case { device, scene, policy, budget };
            let verdict = judge(scene, &adapted(&case));
            runs += 1;
            held += u32::from(holds(&case, &verdict));
            sum.rate += verdict.rate;
            sum.level += verdict.level;
            sum.milliwatts += verdict.milliwatts;
            sum.late = sum.late.max(verdict.late);
            sum.degrees = sum.degrees.max(verdict.degrees);
            sum.changes = sum.changes.max(verdict.changes);
            sum.swings = sum.swings.max(verdict.swings);
        }
    }
    let mean = |value: f64| value / f64::from(runs);
    writeln!(
        out,
        "| {} | {name} | {runs} | {held} | {:.1} | {:.1} | {:.1} % | {:.1} | {:.0} | {:.2} | {} |",
        device.name,
        mean(sum.rate),
        mean(sum.level),
        sum.late * 100.0,
        sum.degrees,
        mean(sum.milliwatts),
        sum.changes,
        sum.swings,
    )
}

/// A throttling phone: each load by itself, and the controller.
fn sustained(out: &mut impl Write) -> io::Result<()> {
    let device = Device { name: "throttling phone", slowness: 6.5, ..PHONE };
    let case = Case { device, scene: Scene::Street, policy: Policy::Balanced, budget: Budget::default() };
    writeln!(out, "\n| load | fps | late | hottest °C | mean mW |\n|---|---|---|---|---|")?;
    let mut line = |name: &str, verdict: Verdict| {
        let Verdict { rate, late, degrees, milliwatts, .. } = verdict;
        writeln!(out, "| {name} | {rate:.2} | {:.1} % | {degrees:.1} | {milliwatts:.0} |", late * 100.0)
    };
    for (step, load) in ladder(case.policy, threads(&device), Precision::Int8).iter().enumerate() {
        line(&format!("fixed at step {step}"), judge(case.scene, &fixed(&case, *load)))?;
    }
    line("adapted", judge(case.scene, &adapted(&case)))
}
