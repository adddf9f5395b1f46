use glimpse_engine::read::{BoxRules, CancelToken, Picture, ReadLimits};
use glimpse_engine::{Engine, EngineOptions, Result};

/// The lines of an encoded picture, each with the score of its box.
pub fn lines(bytes: &[u8]) -> Result<Vec<(f32, String)>> {
    let engine = Engine::open(EngineOptions::default())?;
    let picture = Picture::decode(bytes, &ReadLimits::default())?;
    let cancel = CancelToken::new();

    let map = engine.text_map(&picture, &cancel)?;
    let rules = BoxRules { pixel_threshold: 0.302, box_threshold: 0.5, unclip: 1.6, min_side: 3.0 };
    let mut lines = Vec::new();
    for region in map.boxes(&rules)? {
        let line = engine.trace_line(&picture, &region.quad, &cancel)?;
        lines.push((region.score, line.text));
    }
    Ok(lines)
}
