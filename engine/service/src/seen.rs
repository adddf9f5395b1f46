//! What several results say together.

use glimpse_engine::{Description, Found, Reading};

/// The text, as it was read or, without a reading, as a description holds it.
pub(crate) fn text(reading: Option<&Reading>, description: Option<&Description>) -> Option<String> {
    match (reading, description) {
        (Some(reading), _) => Some(reading.text()),
        (None, Some(description)) => description.text.clone(),
        (None, None) => None,
    }
}

/// Names of objects and tags in the order of their results, each once.
pub(crate) fn labels<'a>(found: Option<&'a Found>, description: Option<&'a Description>) -> Vec<&'a str> {
    let objects = found.into_iter().flat_map(|f| &f.objects);
    let objects = objects.chain(description.into_iter().flat_map(|d| &d.objects)).map(|o| o.label.as_str());
    let tags = description.into_iter().flat_map(|d| &d.tags).map(|t| t.label.as_str());
    let mut labels = Vec::new();
    for label in objects.chain(tags) {
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    labels
}
