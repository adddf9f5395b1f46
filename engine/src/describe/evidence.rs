//! What the objects found and the tags say about each of COCO's classes.

use std::sync::LazyLock;

use super::lexicon::{CLASSES, Class, lexicon};

/// Which of ImageNet's classes are one of COCO's: `(first, last, class)`.
static RANGES: LazyLock<Vec<(usize, usize, Class)>> = LazyLock::new(|| {
    let lexicon = lexicon();
    let rows = include_str!("imagenet_coco.tsv").lines().filter(|l| !l.starts_with('#'));
    let mut ranges: Vec<_> = rows
        .filter_map(|row| {
            let (range, name) = row.split_once('\t')?;
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            Some((first.parse().ok()?, last.parse().ok()?, lexicon.class(name)?))
        })
        .collect();
    ranges.sort_unstable();
    ranges
});

/// The class of COCO's that ImageNet's class `tag` is one of.
pub(crate) fn class_of_tag(tag: usize) -> Option<Class> {
    RANGES.iter().find(|(first, last, _)| (*first..=*last).contains(&tag)).map(|(.., class)| *class)
}

/// Support of each class, each from 0 to 1.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Evidence {
    /// Highest score of an object of the class.
    objects: [f32; CLASSES],
    /// Probability of all tags of the class together.
    tags: [f32; CLASSES],
}

impl Evidence {
    /// From objects (class and score) and the probabilities of ImageNet's 1000 classes.
    pub(crate) fn new(objects: impl IntoIterator<Item = (Class, f32)>, probabilities: &[f32]) -> Self {
        let mut evidence = Self { objects: [0.0; CLASSES], tags: [0.0; CLASSES] };
        for (class, score) in objects {
            let best = &mut evidence.objects[class];
            *best = best.max(score);
        }
        for (first, last, class) in RANGES.iter() {
            let range = probabilities.get(*first..=*last).unwrap_or_default();
            evidence.tags[*class] += range.iter().sum::<f32>();
        }
        evidence
    }

    /// Support of `class` by either.
    pub(crate) fn support(&self, class: Class) -> f32 {
        self.objects[class].max(self.tags[class])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_in_order_and_apart() {
        let rows = include_str!("imagenet_coco.tsv").lines().filter(|l| !l.starts_with('#')).count();
        assert_eq!(RANGES.len(), rows, "a row is not understood");
        assert!(RANGES.windows(2).all(|w| w[0].1 < w[1].0), "two rows overlap");
        assert!(RANGES.iter().all(|(first, last, _)| first <= last && *last < 1000));
    }

    #[test]
    fn tags_support_their_class_alone() {
        let support = |tag: usize, name| {
            let mut probabilities = vec![0.0; 1000];
            probabilities[tag] = 1.0;
            Evidence::new([], &probabilities).support(lexicon().class(name).unwrap())
        };
        assert_eq!([support(151, "dog"), support(268, "dog"), support(269, "dog")], [1.0, 1.0, 0.0]);
        assert_eq!([support(281, "cat"), support(281, "dog"), support(963, "pizza")], [1.0, 0.0, 1.0]);
    }

    #[test]
    fn the_stronger_evidence_counts() {
        let dog = lexicon().class("dog").unwrap();
        let cat = lexicon().class("cat").unwrap();
        let mut probabilities = vec![0.0; 1000];
        probabilities[151] = 0.25;
        probabilities[200] = 0.5;
        let evidence = Evidence::new([(dog, 0.4), (dog, 0.3), (cat, 0.2)], &probabilities);
        assert!((evidence.support(dog) - 0.75).abs() < 1e-6);
        assert!((evidence.support(cat) - 0.2).abs() < 1e-6);
        assert_eq!(Evidence::new([], &[]).support(dog), 0.0);
    }
}
