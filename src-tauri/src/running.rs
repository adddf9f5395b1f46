//! What the page has running, and how it is stopped.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use glimpse_engine::read::CancelToken;
use glimpse_service::api::{Failure, ServiceCode};

/// Longest id in bytes.
const MAX_ID: usize = 64;

/// Most ids that are remembered as cancelled before they came.
const MAX_EARLY: usize = 64;

/// The running requests.
#[derive(Debug, Default)]
pub(crate) struct Running(Mutex<Lists>);

#[derive(Debug, Default)]
struct Lists {
    /// Of what has no id: it stops with the page.
    page: CancelToken,
    tokens: HashMap<String, CancelToken>,
    /// A request and its cancellation are two messages; the second may be served first.
    early: VecDeque<String>,
}

/// A running request; dropping it says that it is over.
#[derive(Debug)]
pub(crate) struct Run<'a> {
    running: &'a Running,
    id: String,
    /// Cancelled by [`Running::cancel`].
    pub(crate) token: CancelToken,
}

impl Running {
    /// Enters a request under the id that the page chose.
    ///
    /// # Errors
    /// `bad_request` for an id that is empty, too long, or runs already.
    pub(crate) fn begin(&self, id: &str) -> Result<Run<'_>, Failure> {
        if id.is_empty() || id.len() > MAX_ID {
            let message = format!("an id has 1 to {MAX_ID} bytes, not {}", id.len());
            return Err(Failure::new(ServiceCode::BadRequest, message));
        }
        let mut lists = self.lists();
        if lists.tokens.contains_key(id) {
            return Err(Failure::new(ServiceCode::BadRequest, format!("{id} is running already")));
        }
        let token = CancelToken::new();
        if let Some(at) = lists.early.iter().position(|early| early == id) {
            lists.early.remove(at);
            token.cancel();
        }
        lists.tokens.insert(id.to_owned(), token.clone());
        Ok(Run { running: self, id: id.to_owned(), token })
    }

    /// Cancels the request `id`, also where it comes only later.
    pub(crate) fn cancel(&self, id: &str) {
        let mut lists = self.lists();
        match lists.tokens.get(id) {
            Some(token) => token.cancel(),
            None if id.len() <= MAX_ID => {
                if lists.early.len() == MAX_EARLY {
                    lists.early.pop_front();
                }
                lists.early.push_back(id.to_owned());
            }
            None => {}
        }
    }

    /// Cancelled when all requests are: for what needs no id.
    pub(crate) fn page(&self) -> CancelToken {
        self.lists().page.clone()
    }

    /// Cancels all requests that run.
    pub(crate) fn cancel_all(&self) {
        let mut lists = self.lists();
        lists.tokens.values().for_each(CancelToken::cancel);
        std::mem::take(&mut lists.page).cancel();
    }

    fn lists(&self) -> MutexGuard<'_, Lists> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        self.running.lists().tokens.remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_cancelled_by_its_id() {
        let running = Running::default();
        let (one, two) = (running.begin("one").unwrap(), running.begin("two").unwrap());
        let page = running.page();
        running.cancel("one");
        assert!(one.token.is_cancelled() && !two.token.is_cancelled());
        assert!(!page.is_cancelled());
        running.cancel_all();
        assert!(two.token.is_cancelled() && page.is_cancelled());
        assert!(!running.page().is_cancelled(), "the next page begins anew");
    }

    #[test]
    fn a_cancellation_that_comes_first_holds() {
        let running = Running::default();
        running.cancel("early");
        assert!(running.begin("early").unwrap().token.is_cancelled());
        assert!(!running.begin("early").unwrap().token.is_cancelled(), "it held once");
    }

    #[test]
    fn ids_are_unique_while_they_run_and_bounded() {
        let running = Running::default();
        let run = running.begin("one").unwrap();
        assert_eq!(running.begin("one").unwrap_err().code, "bad_request");
        drop(run);
        running.begin("one").unwrap();
        assert_eq!(running.begin("").unwrap_err().code, "bad_request");
        assert_eq!(running.begin(&"x".repeat(MAX_ID + 1)).unwrap_err().code, "bad_request");
    }

    #[test]
    fn few_early_cancellations_are_remembered() {
        let running = Running::default();
        for n in 0..=MAX_EARLY {
            running.cancel(&n.to_string());
        }
        assert!(!running.begin("0").unwrap().token.is_cancelled());
        assert!(running.begin("1").unwrap().token.is_cancelled());
    }
}
