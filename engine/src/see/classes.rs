//! The classes that the encoder knows, and how probabilities of classes become tags.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// Labels of the classes; what equal labels mean is said in the file.
const TEXT: &str = include_str!("classes.txt");

/// Number of classes.
pub(crate) const CLASSES: usize = 1000;

/// Divides the logits so that a score of `s` is right about `s` of the time (Guo et al. 2017,
/// arXiv:1706.04599). `benches/fit_temperature.py` fitted it on pictures of 500 classes.
const TEMPERATURE: f32 = 0.68;

/// One tag of a picture.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tag {
    /// Its name in English.
    pub label: String,
    /// Index of its most probable class, in the order of ImageNet-1k.
    pub class: u32,
    /// Probability that the picture shows it, 0 to 1; that of its classes together.
    pub score: f32,
}

/// Labels by class, and the tag that each class belongs to.
struct Labels {
    labels: Vec<&'static str>,
    /// For each class the first class of the same label.
    tags: Vec<usize>,
}

static LABELS: LazyLock<Labels> = LazyLock::new(|| {
    let labels: Vec<&str> = TEXT.lines().filter(|line| !line.starts_with('#')).collect();
    let mut first = HashMap::new();
    let tags =
        labels.iter().enumerate().map(|(class, label)| *first.entry(*label).or_insert(class)).collect();
    Labels { labels, tags }
});

/// The `top` most probable tags, best first, given the probability of each class.
pub(crate) fn rank(probabilities: &[f32], top: usize) -> Vec<Tag> {
    let labels = &*LABELS;
    let calibrated: Vec<f32> = probabilities.iter().map(|p| p.max(0.0).powf(1.0 / TEMPERATURE)).collect();
    let sum: f32 = calibrated.iter().sum();
    if sum.is_nan() || sum <= 0.0 {
        return Vec::new();
    }
    let mut scores = vec![(0.0f32, 0usize, 0.0f32); labels.labels.len()];
    for (class, (p, tag)) in calibrated.iter().zip(&labels.tags).enumerate() {
        let (score, best, most) = &mut scores[*tag];
        *score += p / sum;
        if *p > *most || *score == 0.0 {
            (*best, *most) = (class, *p);
        }
    }
    let mut order: Vec<usize> = (0..scores.len()).filter(|tag| labels.tags[*tag] == *tag).collect();
    order.sort_by(|a, b| scores[*b].0.total_cmp(&scores[*a].0).then(a.cmp(b)));
    let tag = |tag: usize| {
        let (score, class, _) = scores[tag];
        Tag { label: labels.labels[tag].to_owned(), class: class as u32, score: score.min(1.0) }
    };
    order.into_iter().take(top).map(tag).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_has_a_label() {
        assert_eq!(LABELS.labels.len(), CLASSES);
        assert!(LABELS.labels.iter().all(|label| !label.is_empty() && label.trim() == *label));
        for (class, label) in
            [(0, "tench"), (207, "Golden Retriever"), (517, "crane (machine)"), (963, "pizza")]
        {
            assert_eq!(LABELS.labels[class], label);
        }
    }

    #[test]
    fn scores_of_one_label_add_up() {
        let mut probabilities = vec![0.0; CLASSES];
        (probabilities[836], probabilities[837], probabilities[1]) = (0.32, 0.28, 0.4);
        let tags = rank(&probabilities, 2);
        assert_eq!((tags[0].label.as_str(), tags[0].class), ("sunglasses", 836));
        assert_eq!((tags[1].label.as_str(), tags[1].class), ("goldfish", 1));
        let total: f32 = tags.iter().map(|tag| tag.score).sum();
        assert!((total - 1.0).abs() < 1e-5 && tags[0].score > tags[1].score);
    }

    #[test]
    fn all_tags_are_ranked_and_their_scores_are_a_distribution() {
        let probabilities: Vec<f32> = (0..CLASSES).map(|i| (i % 17) as f32 / 7992.0).collect();
        let tags = rank(&probabilities, usize::MAX);
        assert!(tags.len() < CLASSES && tags.len() > 950);
        assert!(tags.windows(2).all(|pair| pair[0].score >= pair[1].score));
        assert!((tags.iter().map(|tag| tag.score).sum::<f32>() - 1.0).abs() < 1e-3);
        assert!(rank(&[0.0; CLASSES], 5).is_empty());
    }
}
