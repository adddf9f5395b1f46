use glimpse_engine::{DescribeOptions, Engine, EngineOptions, Result};

/// The words of a caption, each with where it looked: 7 × 7 weights, row by row.
pub fn words(bytes: &[u8]) -> Result<Vec<(String, Vec<f32>)>> {
    let engine = Engine::open(EngineOptions::default())?;
    let options = DescribeOptions { attention: true, beam: None, ..DescribeOptions::default() };
    let description = engine.describe_bytes(bytes, &options)?;
    Ok(description.tokens.into_iter().map(|token| (token.text, token.attention)).collect())
}
