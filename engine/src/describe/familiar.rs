//! How familiar a picture is to the captioner.
//!
//! A logistic regression on the encoder's embedding, fitted by `benches/fit_familiar.py` to tell
//! photographs that the captioner was trained on from pictures of everything else.

use std::sync::LazyLock;

use crate::see::EMBEDDING;

/// Weights, then the bias.
static FITTED: LazyLock<Vec<f32>> = LazyLock::new(|| {
    let bytes = include_bytes!("familiar.f32");
    bytes.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect()
});

/// Log-odds that a picture of this embedding is of the kind that the captioner was trained on.
pub(crate) fn familiarity(embedding: &[f32]) -> f32 {
    let (weights, bias) = FITTED.split_at(EMBEDDING.min(FITTED.len()));
    embedding.iter().zip(weights).map(|(x, w)| x * w).sum::<f32>() + bias.first().copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_weight_for_each_number_and_a_bias() {
        assert_eq!(FITTED.len(), EMBEDDING + 1);
        assert!(FITTED.iter().all(|w| w.is_finite()));
        assert_eq!(familiarity(&[0.0; EMBEDDING]), FITTED[EMBEDDING]);
        let mut one = [0.0; EMBEDDING];
        one[7] = 1.0;
        assert!((familiarity(&one) - FITTED[7] - FITTED[EMBEDDING]).abs() < 1e-5);
    }
}
