//! Cancelling a call from outside of it.

use glimpse_engine::read;

/// Cancels the calls that it is given to. One token may be given to several calls, and cancels all of
/// them, those that begin later included.
#[derive(Debug, Default, uniffi::Object)]
pub struct CancelToken(pub(crate) read::CancelToken);

#[uniffi::export]
impl CancelToken {
    /// A token that is not cancelled.
    #[uniffi::constructor]
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks the calls to stop; they end with `cancelled` soon after. Returns at once.
    pub fn cancel(&self) {
        self.0.cancel();
    }

    /// Whether `cancel` was called.
    pub fn is_cancelled(&self) -> bool {
        self.0.is_cancelled()
    }
}
