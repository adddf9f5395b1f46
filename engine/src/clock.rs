//! What the wall time of a call went into.

use std::cell::Cell;
use std::time::{Duration, Instant};

/// Kinds of work in a call, in the order in which a picture passes through them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    /// From the file to pixels.
    Decode,
    /// Scaling and cutting for the networks.
    Pre,
    /// The networks.
    Infer,
    /// From their outputs to results.
    Post,
}

/// Wall time by kind of work, as it passes on the thread that makes the call: each moment counts
/// once, however many threads work then.
#[derive(Debug)]
pub(crate) struct CallClock {
    began: Instant,
    mark: Cell<Instant>,
    spent: [Cell<Duration>; 4],
}

/// What a call took, in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Spent {
    pub(crate) decode: f64,
    pub(crate) pre: f64,
    pub(crate) infer: f64,
    pub(crate) post: f64,
    /// From the beginning, what counts as no kind of work included.
    pub(crate) total: f64,
}

impl CallClock {
    /// The call begins.
    pub(crate) fn start() -> Self {
        let now = Instant::now();
        Self { began: now, mark: Cell::new(now), spent: Default::default() }
    }

    /// What passed since the last lap was `work`.
    pub(crate) fn lap(&self, work: Work) {
        let now = Instant::now();
        let spent = &self.spent[work as usize];
        spent.set(spent.get() + now.duration_since(self.mark.replace(now)));
    }

    /// What passed since the last lap was none of a call's work, such as the opening of packs.
    pub(crate) fn skip(&self) {
        self.mark.set(Instant::now());
    }

    /// What was spent until now; what passed since the last lap counts only in the total.
    pub(crate) fn spent(&self) -> Spent {
        let of = |work: Work| milliseconds(self.spent[work as usize].get());
        Spent {
            decode: of(Work::Decode),
            pre: of(Work::Pre),
            infer: of(Work::Infer),
            post: of(Work::Post),
            total: milliseconds(self.began.elapsed()),
        }
    }

    /// The call ends, after work that was [`Work::Post`].
    pub(crate) fn finish(&self) -> Spent {
        self.lap(Work::Post);
        self.spent()
    }
}

/// `time` in milliseconds.
pub(crate) fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn laps_add_up_and_what_is_skipped_counts_in_the_total_alone() {
        let clock = CallClock::start();
        let pause = || std::thread::sleep(Duration::from_millis(3));
        for work in [Work::Decode, Work::Pre, Work::Infer, Work::Infer] {
            pause();
            clock.lap(work);
        }
        pause();
        clock.skip();
        pause();
        let Spent { decode, pre, infer, post, total } = clock.finish();
        assert!(decode >= 3.0 && pre >= 3.0 && infer >= 6.0 && post >= 3.0);
        assert!(decode + pre + infer + post + 3.0 <= total + 1e-6);
    }
}
