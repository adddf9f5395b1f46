//! All sinks of the process, by number.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, PoisonError, RwLock, Weak};

use crate::Refusal;
use crate::sink::Sink;

static SINKS: LazyLock<RwLock<HashMap<u64, Weak<Sink>>>> = LazyLock::new(RwLock::default);

/// The number of the next sink. Numbers are not used again.
static NEXT: AtomicU64 = AtomicU64::new(1);

/// A number that no sink has had.
pub(crate) fn reserve() -> u64 {
    NEXT.fetch_add(1, Ordering::Relaxed)
}

pub(crate) fn insert(handle: u64, sink: &Arc<Sink>) {
    SINKS.write().unwrap_or_else(PoisonError::into_inner).insert(handle, Arc::downgrade(sink));
}

pub(crate) fn remove(handle: u64) {
    SINKS.write().unwrap_or_else(PoisonError::into_inner).remove(&handle);
}

/// The sink of that number.
///
/// # Errors
/// [`Refusal::UnknownHandle`], and [`Refusal::Closed`] where its source is gone.
pub(crate) fn find(handle: u64) -> Result<Arc<Sink>, Refusal> {
    let found = SINKS.read().unwrap_or_else(PoisonError::into_inner).get(&handle).and_then(Weak::upgrade);
    let gone = (1..NEXT.load(Ordering::Relaxed)).contains(&handle);
    found.ok_or(if gone { Refusal::Closed } else { Refusal::UnknownHandle })
}
