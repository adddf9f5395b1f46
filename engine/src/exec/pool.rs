//! Threads: one pool, its size a setting.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::team;
use crate::{Error, Result};

/// A pool of threads, shared by every call of an engine.
#[derive(Debug, Clone)]
pub(crate) struct Pool {
    threads: usize,
    inner: Option<Arc<rayon::ThreadPool>>,
}

impl Pool {
    /// A pool of `threads`; 0 means one a core. One thread means the caller's own.
    pub(crate) fn new(threads: usize) -> Result<Self> {
        let threads = match threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            n if n > 1024 => {
                return Err(Error::InvalidOption {
                    option: "threads",
                    reason: format!("{n} is more than 1024"),
                });
            }
            n => n,
        };
        let inner = (threads > 1)
            .then(|| {
                rayon::ThreadPoolBuilder::new()
                    .num_threads(threads)
                    .thread_name(|i| format!("glimpse-{i}"))
                    .build()
                    .map(Arc::new)
            })
            .transpose()
            .map_err(|e| Error::InvalidOption { option: "threads", reason: e.to_string() })?;
        Ok(Self { threads, inner })
    }

    /// A pool of the caller's thread alone.
    pub(crate) fn single() -> Self {
        Self { threads: 1, inner: None }
    }

    /// Number of threads.
    pub(crate) fn threads(&self) -> usize {
        self.threads
    }

    /// Runs `work` inside of the pool, so that nested calls stay on its threads.
    pub(crate) fn install<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        match &self.inner {
            Some(pool) => pool.install(|| team::lead(work)),
            None => work(),
        }
    }

    /// Cuts `out` into pieces of `unit` elements and calls `work(first_unit, piece)` on each, in
    /// parallel; at most about four pieces a thread, none smaller than `least` units.
    pub(crate) fn rows<T: Send>(
        &self,
        out: &mut [T],
        unit: usize,
        least: usize,
        work: impl Fn(usize, &mut [T]) + Sync,
    ) {
        let units = out.len() / unit.max(1);
        let most = (self.threads * 4).min(team::MOST_PIECES);
        let share = units.div_ceil(most).max(least).max(1);
        if self.threads > 1 && units > share {
            let pieces = Pieces { start: out.as_mut_ptr(), len: out.len(), each: share * unit };
            // SAFETY: every piece is asked for once.
            if team::each(self.threads, pieces.count(), &|i| work(i * share, unsafe { pieces.get(i) })) {
                return;
            }
        }
        work(0, out);
    }
}

/// A slice in pieces of `each` elements, the last perhaps shorter.
struct Pieces<T> {
    start: *mut T,
    len: usize,
    each: usize,
}

// SAFETY: it stands for a slice that is borrowed for writing while it is used.
unsafe impl<T: Send> Sync for Pieces<T> {}

impl<T> Pieces<T> {
    fn count(&self) -> usize {
        self.len.div_ceil(self.each)
    }

    /// # Safety
    /// The slice is borrowed, `i` is below [`count`](Self::count), and no piece is asked for twice.
    #[allow(clippy::mut_from_ref, reason = "pieces do not overlap")]
    unsafe fn get(&self, i: usize) -> &mut [T] {
        let from = i * self.each;
        // SAFETY: by the contract, this part of the slice is nobody else's.
        unsafe { std::slice::from_raw_parts_mut(self.start.add(from), self.each.min(self.len - from)) }
    }
}

/// One value for each thread of a pool.
#[derive(Debug)]
pub(crate) struct PerThread<T>(Vec<Mutex<T>>);

impl<T> PerThread<T> {
    /// `threads` values.
    pub(crate) fn new(threads: usize, make: impl Fn() -> T) -> Self {
        Self((0..threads.max(1)).map(|_| Mutex::new(make())).collect())
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The running thread's value. Threads have values of their own, so this does not wait.
    pub(crate) fn get(&self) -> MutexGuard<'_, T> {
        let index = rayon::current_thread_index().unwrap_or(0) % self.0.len();
        self.0[index].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All values.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.0.iter_mut().map(|m| m.get_mut().unwrap_or_else(PoisonError::into_inner))
    }
}
