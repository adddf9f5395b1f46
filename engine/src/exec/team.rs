//! A team of threads that stays together for all steps of a run.
//!
//! A step of a network takes a tenth of a millisecond: as long as it takes to wake a thread. Between steps the
//! threads of a team therefore wait awake, and pieces of a step are handed out by one atomic counter. As in
//! pthreadpool (github.com/google/pthreadpool), but with threads that a pool of rayon lends, so that other
//! work of the pool goes on where there is no run.

use std::any::Any;
use std::cell::{RefCell, UnsafeCell};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Most pieces of a step.
pub(super) const MOST_PIECES: usize = u16::MAX as usize;
/// How long a thread that waits keeps its processor: longer than pieces take, and what is done by one thread
/// between steps. Who gave it away sooner would get it back later than it is needed.
const AWAKE: Duration = Duration::from_micros(300);
/// After so long without work a helper goes home.
const PATIENCE: Duration = Duration::from_millis(2);
/// Turns between two looks at the clock.
const TURNS: u32 = 32;

thread_local! {
    /// The team that the running thread leads.
    static LED: RefCell<Option<Arc<Team>>> = const { RefCell::new(None) };
}

/// Runs `work`, a job of a pool, with a team for the steps in it.
pub(super) fn lead<R>(work: impl FnOnce() -> R) -> R {
    /// Sends the team home, also where `work` panics.
    struct Over;
    impl Drop for Over {
        fn drop(&mut self) {
            if let Some(team) = LED.take() {
                team.over.store(true, Ordering::Release);
            }
        }
    }
    if LED.with_borrow(Option::is_some) {
        return work();
    }
    LED.set(Some(Arc::default()));
    let _over = Over;
    work()
}

/// Calls `work` with each number below `pieces` on up to `threads` threads, the caller's among them. `false`,
/// and nothing is done, where the thread leads no team.
pub(super) fn each(threads: usize, pieces: usize, work: &(dyn Fn(usize) + Sync)) -> bool {
    let Some(team) = LED.with_borrow(Clone::clone) else { return false };
    team.run(threads, pieces, work);
    true
}

/// What the pieces of a step have in common, while it runs.
type Work = *const (dyn Fn(usize) + Sync);

#[derive(Default)]
struct Team {
    /// Number of the step, how many pieces it has, and the next to be taken: 32, 16 and 16 bits. One word, so
    /// that nobody takes a piece of a step with the work of another.
    claim: AtomicU64,
    /// Pieces that are not done.
    left: AtomicUsize,
    /// That of the step; read by who has taken a piece, which holds the step up.
    work: UnsafeCell<Option<Work>>,
    /// Helpers that were called and did not go home.
    helpers: AtomicUsize,
    /// The run is over.
    over: AtomicBool,
    /// The first panic of a piece.
    panic: Mutex<Option<Box<dyn Any + Send>>>,
}

// SAFETY: `work` is written by the leader while no piece is left, and read by who holds a piece; `claim` and
// `left` order the two.
unsafe impl Send for Team {}
// SAFETY: likewise.
unsafe impl Sync for Team {}

impl Team {
    fn run(self: &Arc<Self>, threads: usize, pieces: usize, work: &(dyn Fn(usize) + Sync)) {
        assert!(pieces <= MOST_PIECES);
        // SAFETY: only the lifetime changes, and this function does not return, nor unwind, before the last
        // piece is done.
        let work: Work = unsafe { std::mem::transmute::<&(dyn Fn(usize) + Sync), Work>(work) };
        // SAFETY: no piece is left of the step before, and nobody else writes.
        unsafe { *self.work.get() = Some(work) };
        self.left.store(pieces, Ordering::Relaxed);
        let step = (self.claim.load(Ordering::Relaxed) >> 32).wrapping_add(1);
        self.claim.store(step << 32 | (pieces as u64) << 16, Ordering::Release);
        self.call_helpers(threads.min(pieces).saturating_sub(1));
        while self.take() {}
        let mut wait = Wait::default();
        while self.left.load(Ordering::Acquire) > 0 {
            wait.turn();
        }
        if let Some(panic) = self.panic.lock().unwrap_or_else(PoisonError::into_inner).take() {
            resume_unwind(panic);
        }
    }

    /// Does the next piece; `false` where there is none.
    fn take(&self) -> bool {
        let mut claim = self.claim.load(Ordering::Acquire);
        loop {
            let (pieces, next) = (claim >> 16 & 0xffff, claim & 0xffff);
            if next >= pieces {
                return false;
            }
            match self.claim.compare_exchange_weak(claim, claim + 1, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => {
                    self.work_on(next as usize);
                    return true;
                }
                Err(now) => claim = now,
            }
        }
    }

    /// Does a piece that was taken.
    fn work_on(&self, piece: usize) {
        // SAFETY: the leader wrote it before it offered the piece, and lets it live until that is done.
        let work = unsafe { (*self.work.get()).map(|work| &*work) };
        let done = catch_unwind(AssertUnwindSafe(|| work.into_iter().for_each(|work| work(piece))));
        if let Err(panic) = done {
            self.panic.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(panic);
        }
        self.left.fetch_sub(1, Ordering::AcqRel);
    }

    /// Has `wanted` threads of the pool help, as soon as they have time.
    fn call_helpers(self: &Arc<Self>, wanted: usize) {
        while self.helpers.load(Ordering::Relaxed) < wanted {
            self.helpers.fetch_add(1, Ordering::Relaxed);
            let team = Arc::clone(self);
            rayon::spawn(move || team.help());
        }
    }

    fn help(&self) {
        let mut wait = Wait::default();
        while !self.over.load(Ordering::Acquire) && wait.waited < PATIENCE {
            match self.take() {
                true => wait = Wait::default(),
                false => wait.turn(),
            }
        }
        self.helpers.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Waiting for other threads.
#[derive(Debug, Default)]
struct Wait {
    turns: u32,
    since: Option<Instant>,
    waited: Duration,
}

impl Wait {
    /// Keeps the processor at first, then lets others have it.
    fn turn(&mut self) {
        if self.turns.is_multiple_of(TURNS) || self.waited >= AWAKE {
            self.waited = self.since.get_or_insert_with(Instant::now).elapsed();
        }
        self.turns = self.turns.wrapping_add(1);
        match self.waited < AWAKE {
            true => std::hint::spin_loop(),
            false => std::thread::yield_now(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Calls `work` with each number below `pieces` in a pool of `threads`.
    fn within(threads: usize, work: impl FnOnce() + Send) {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| lead(work));
    }

    #[test]
    fn every_piece_of_every_step_is_done_once_and_before_the_next_step() {
        for threads in [1, 2, 3, 8] {
            within(threads, || {
                for step in 0..if cfg!(miri) { 20 } else { 2000 } {
                    let pieces = step * 7 % 33;
                    let done: Vec<AtomicUsize> = (0..pieces).map(|_| AtomicUsize::new(0)).collect();
                    assert!(each(threads, pieces, &|piece| {
                        done[piece].fetch_add(step + 1, Ordering::Relaxed);
                    }));
                    assert!(done.iter().all(|done| done.load(Ordering::Relaxed) == step + 1));
                }
            });
        }
    }

    #[test]
    fn others_help() {
        within(2, || {
            let both = std::sync::Barrier::new(2);
            each(2, 2, &|_| {
                both.wait();
            });
        });
    }

    #[test]
    fn helpers_that_went_home_are_called_again() {
        within(2, || {
            for _ in 0..3 {
                let both = std::sync::Barrier::new(2);
                each(2, 2, &|_| {
                    both.wait();
                });
                let team = LED.with_borrow(Clone::clone).expect("it leads");
                while team.helpers.load(Ordering::Relaxed) > 0 {
                    std::thread::yield_now();
                }
            }
        });
    }

    #[test]
    fn a_panic_of_a_piece_is_that_of_the_step_after_all_pieces() {
        within(3, || {
            let done = AtomicUsize::new(0);
            let step = || {
                each(3, 20, &|piece| {
                    done.fetch_add(1, Ordering::Relaxed);
                    assert!(piece != 7, "seven");
                })
            };
            let panic = catch_unwind(AssertUnwindSafe(step)).expect_err("it panics");
            assert_eq!(panic.downcast_ref::<&str>(), Some(&"seven"));
            assert_eq!(done.load(Ordering::Relaxed), 20);
            assert!(each(3, 4, &|_| ()), "it goes on");
        });
    }

    #[test]
    fn teams_of_one_pool_do_not_hold_each_other_up() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().expect("a pool");
        let sum = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..if cfg!(miri) { 2 } else { 100 } {
                        pool.install(|| {
                            lead(|| {
                                for _ in 0..10 {
                                    each(2, 8, &|piece| {
                                        sum.fetch_add(piece, Ordering::Relaxed);
                                    });
                                }
                            });
                        });
                    }
                });
            }
        });
        let steps = 4 * if cfg!(miri) { 2 } else { 100 } * 10;
        assert_eq!(sum.into_inner(), steps * 28);
    }

    #[test]
    fn without_a_team_nothing_is_done() {
        assert!(!each(2, 2, &|_| unreachable!("there is no team")));
        within(2, || lead(|| assert!(LED.with_borrow(Option::is_some))));
        assert!(LED.with_borrow(Option::is_none));
    }
}
