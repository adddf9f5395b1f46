//! Objects that come and go.

use crate::types::{LiveObject, Moment, MomentKind, Observation};

/// So long an object must stay to have entered, in milliseconds.
const STAYS_MS: f64 = 700.0;
/// So long it must be gone to have left.
const GONE_MS: f64 = 1500.0;
/// Objects that are followed.
const MOST_OBJECTS: usize = 512;

#[derive(Debug, Clone)]
struct Present {
    id: u64,
    label: String,
    /// Entering was told.
    told: bool,
    first_ms: f64,
    last_ms: f64,
}

/// The objects of the scene.
#[derive(Debug, Clone, Default)]
pub(super) struct Objects {
    present: Vec<Present>,
}

impl Objects {
    /// Forgets all, telling nothing.
    pub(super) fn forget(&mut self) {
        self.present.clear();
    }

    /// A scene begins: what is not in it is forgotten. What had gone before has left.
    pub(super) fn cut(&mut self, observation: &Observation, moments: &mut Vec<Moment>) {
        let now = observation.at_ms;
        let gone = self.present.iter().filter(|p| p.told && now - p.last_ms >= STAYS_MS);
        moments.extend(gone.map(|p| moment(MomentKind::Leaves, p, p.last_ms)));
        self.present.retain(|p| observation.objects.iter().any(|o| o.id == p.id));
    }

    pub(super) fn add(&mut self, observation: &Observation, moments: &mut Vec<Moment>) {
        let now = observation.at_ms;
        for object in &observation.objects {
            self.see(object, now);
        }
        for i in 0..self.present.len() {
            let own = &self.present[i];
            if own.told || own.last_ms - own.first_ms < STAYS_MS {
                continue;
            }
            if let Some(before) = self.same_as(i) {
                self.present[before].last_ms = f64::NEG_INFINITY;
                self.present[before].told = false;
            } else {
                moments.push(moment(MomentKind::Enters, &self.present[i], self.present[i].first_ms));
            }
            self.present[i].told = true;
        }
        for gone in self.present.iter().filter(|p| p.told && now - p.last_ms >= GONE_MS) {
            moments.push(moment(MomentKind::Leaves, gone, gone.last_ms));
        }
        self.present.retain(|p| now - p.last_ms < GONE_MS);
    }

    fn see(&mut self, object: &LiveObject, now: f64) {
        let last_ms = now - bounded(object.unseen_ms);
        if let Some(own) = self.present.iter_mut().find(|p| p.id == object.id) {
            own.last_ms = own.last_ms.max(last_ms);
            if !own.told {
                own.label.clone_from(&object.label);
            }
        } else if self.present.len() < MOST_OBJECTS {
            let first_ms = (now - bounded(object.age_ms)).clamp(0.0, now);
            let label = object.label.clone();
            self.present.push(Present { id: object.id, label, told: false, first_ms, last_ms });
        }
    }

    /// One of the same kind that was lost when this one came.
    fn same_as(&self, new: usize) -> Option<usize> {
        let own = &self.present[new];
        (0..self.present.len())
            .filter(|&i| i != new && self.present[i].told && self.present[i].label == own.label)
            .filter(|&i| {
                let lost = self.present[i].last_ms;
                lost < own.last_ms && own.first_ms > lost - STAYS_MS && own.first_ms - lost < GONE_MS
            })
            .max_by(|&a, &b| self.present[a].last_ms.total_cmp(&self.present[b].last_ms))
    }
}

fn bounded(ms: f64) -> f64 {
    if ms.is_finite() { ms.max(0.0) } else { 0.0 }
}

fn moment(kind: MomentKind, object: &Present, at_ms: f64) -> Moment {
    Moment { at_ms, kind, what: object.label.clone(), id: Some(object.id) }
}
