//! One watch of the native half, for the telemetry and for all pages that listen.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

#[cfg(any(mobile, test))]
use glimpse_telemetry::Phone;

use crate::PowerReading;

/// Most pages that listen at once.
const MOST: usize = 16;

type Listener = Box<dyn Fn(&PowerReading) -> bool + Send>;

/// Who hears of each reading.
#[derive(Default)]
pub(crate) struct Watchers {
    listeners: Mutex<BTreeMap<u32, Listener>>,
}

impl std::fmt::Debug for Watchers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watchers").field("listeners", &self.lock().len()).finish()
    }
}

impl Watchers {
    /// Adds or replaces the listener of this number, which says whether it still listens. False where
    /// there are too many.
    pub(crate) fn add(&self, number: u32, listener: Listener) -> bool {
        let mut listeners = self.lock();
        if listeners.len() >= MOST && !listeners.contains_key(&number) {
            return false;
        }
        listeners.insert(number, listener);
        true
    }

    pub(crate) fn remove(&self, number: u32) {
        self.lock().remove(&number);
    }

    /// Takes what the native half sent.
    #[cfg_attr(desktop, cfg(test))]
    pub(crate) fn hear(&self, phone: &Phone, json: &str) {
        match PowerReading::parse(json) {
            Ok(reading) => {
                phone.push(reading.for_telemetry());
                self.lock().retain(|_, listener| listener(&reading));
            }
            Err(error) => tracing::warn!(%error, "the phone says what is not understood"),
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u32, Listener>> {
        self.listeners.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use glimpse_telemetry::{ProbeOptions, Probes};

    use super::*;

    const READING: &str = include_str!("../testdata/android-discharging.json");

    #[test]
    fn a_reading_reaches_the_probes_and_who_listens() {
        let (watchers, phone, heard) = (Watchers::default(), Phone::new(), Arc::new(AtomicU32::new(0)));
        let probes = Probes::new(ProbeOptions { phone: Some(phone.clone()), ..ProbeOptions::default() });
        assert_eq!(probes.battery().value, None);
        for number in 0..2 {
            let heard = Arc::clone(&heard);
            // The first stops listening at once.
            assert!(watchers.add(number, Box::new(move |_| heard.fetch_add(1, Ordering::Relaxed) > 0)));
        }
        watchers.hear(&phone, READING);
        assert!(probes.power().value.is_some_and(|power| power > 100.0));
        assert!(probes.power().source.starts_with("Android: battery"), "{:?}", probes.power());
        assert!(probes.on_battery());
        assert!(probes.heat().state.is_some() && probes.headroom().value.is_some());
        watchers.hear(&phone, READING);
        assert_eq!(heard.load(Ordering::Relaxed), 3);
        watchers.remove(1);
        watchers.hear(&phone, READING);
        assert_eq!(heard.load(Ordering::Relaxed), 3);
    }

    #[test]
    fn nonsense_leaves_the_last_reading() {
        let (watchers, phone) = (Watchers::default(), Phone::new());
        let probes = Probes::new(ProbeOptions { phone: Some(phone.clone()), ..ProbeOptions::default() });
        watchers.hear(&phone, READING);
        let before = probes.battery().value;
        watchers.hear(&phone, "{}");
        assert!(before.is_some());
        assert_eq!(probes.battery().value, before);
    }

    #[test]
    fn listeners_are_bounded() {
        let watchers = Watchers::default();
        for number in 0..MOST as u32 {
            assert!(watchers.add(number, Box::new(|_| true)));
        }
        assert!(watchers.add(3, Box::new(|_| true)));
        assert!(!watchers.add(99, Box::new(|_| true)));
    }
}
