use glimpse_engine::read::{Picture, ReadLimits};
use glimpse_engine::{Engine, EngineOptions, FindOptions, Part, Result};

/// Whether nine of ten frames find their objects within the budget.
pub fn fits(bytes: &[u8]) -> Result<bool> {
    let budget_ms = 33.0;
    let runs = 12;

    let engine = Engine::open(EngineOptions::default())?;
    engine.load(Part::Find)?;
    let picture = Picture::decode(bytes, &ReadLimits::default())?;
    let mut times = Vec::new();
    for _ in 0..runs {
        times.push(engine.find_picture(&picture, &FindOptions::default())?.timings.total);
    }
    times.sort_by(f64::total_cmp);
    Ok(times[(times.len() * 9).div_ceil(10) - 1] <= budget_ms)
}
