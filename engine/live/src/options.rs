//! Whether options are within their ranges.

use glimpse_engine::FindOptions;
use glimpse_engine::languages::Language;

use crate::{LiveError, LiveOptions, Load};

/// Most threads of the fast stages.
const MOST_THREADS: usize = 256;
/// Most frames a second that are asked for.
const MOST_FPS: f32 = 1000.0;

/// # Errors
/// [`LiveError::InvalidOption`] for the first value that is out of its range.
pub(crate) fn check(options: &LiveOptions) -> Result<(), LiveError> {
    if options.min_score.is_some_and(|score| !(0.0..=1.0).contains(&score)) {
        return Err(LiveError::option("min_score", "not within 0 to 1"));
    }
    let budget = [
        ("budget.frame_ms", options.budget.frame_ms),
        ("budget.power_mw", options.budget.power_mw),
        ("budget.temperature_c", options.budget.temperature_c),
    ];
    for (option, value) in budget {
        if value.is_some_and(|value| !(value.is_finite() && value > 0.0)) {
            return Err(LiveError::option(option, "not a number above 0"));
        }
    }
    for code in &options.languages {
        if Language::find(code).is_none() {
            return Err(LiveError::option("languages", format!("{code:?} is not a known language")));
        }
    }
    options.fixed.as_ref().map_or(Ok(()), check_load)
}

fn check_load(load: &Load) -> Result<(), LiveError> {
    if !(load.fps > 0.0 && load.fps <= MOST_FPS) {
        return Err(LiveError::option("fixed.fps", format!("not above 0 and at most {MOST_FPS}")));
    }
    if !(load.scale > 0.0 && load.scale <= FindOptions::MAX_SCALE) {
        return Err(LiveError::option("fixed.scale", "not above 0 and at most 2"));
    }
    if load.find_every == 0 || load.tags_every == 0 {
        return Err(LiveError::option("fixed.find_every", "every 0 frames is never; switch the stage off"));
    }
    if !(1..=MOST_THREADS).contains(&load.threads) {
        return Err(LiveError::option("fixed.threads", format!("not 1 to {MOST_THREADS}")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use glimpse_engine::Precision;

    use super::*;
    use crate::Budget;

    const LOAD: Load = Load {
        fps: 30.0,
        scale: 1.0,
        find_every: 1,
        tags_every: 1,
        read_ms: None,
        caption_ms: None,
        threads: 1,
        precision: Precision::Int8,
    };

    #[test]
    fn the_first_value_out_of_range_is_named() {
        let fixed = |load: Load| LiveOptions { fixed: Some(load), ..LiveOptions::default() };
        let budget = |budget: Budget| LiveOptions { budget, ..LiveOptions::default() };
        let languages = |code: &str| LiveOptions { languages: vec![code.into()], ..LiveOptions::default() };
        for good in [LiveOptions::default(), fixed(LOAD), languages("de")] {
            assert!(check(&good).is_ok(), "{good:?}");
        }
        let cases = [
            ("min_score", LiveOptions { min_score: Some(1.5), ..LiveOptions::default() }),
            ("min_score", LiveOptions { min_score: Some(f32::NAN), ..LiveOptions::default() }),
            ("budget.power_mw", budget(Budget { power_mw: Some(0.0), ..Budget::default() })),
            ("budget.frame_ms", budget(Budget { frame_ms: Some(f64::INFINITY), ..Budget::default() })),
            ("languages", languages("klingon")),
            ("fixed.fps", fixed(Load { fps: 0.0, ..LOAD })),
            ("fixed.fps", fixed(Load { fps: f32::NAN, ..LOAD })),
            ("fixed.scale", fixed(Load { scale: 2.01, ..LOAD })),
            ("fixed.find_every", fixed(Load { tags_every: 0, ..LOAD })),
            ("fixed.threads", fixed(Load { threads: 0, ..LOAD })),
        ];
        for (expected, options) in cases {
            match check(&options) {
                Err(LiveError::InvalidOption { option, .. }) => assert_eq!(option, expected),
                other => panic!("{expected}: {other:?}"),
            }
        }
    }
}
