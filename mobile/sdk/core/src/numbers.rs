//! Numbers as other languages have them: signed.

use crate::error::{GlimpseError, Result};

/// The nearest number there is.
pub(crate) fn int(value: impl TryInto<i32>) -> i32 {
    value.try_into().unwrap_or(i32::MAX)
}

/// The nearest number there is.
pub(crate) fn long(value: impl TryInto<i64>) -> i64 {
    value.try_into().unwrap_or(i64::MAX)
}

/// What an option counts.
///
/// # Errors
/// `invalid_option` below 0.
pub(crate) fn natural<T: TryFrom<i64>>(option: &'static str, value: impl Into<i64>) -> Result<T> {
    let value = value.into();
    value.try_into().map_err(|_| GlimpseError::option(option, format!("{value} is out of range")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_bounded_or_refused() {
        assert_eq!((int(7u32), int(u32::MAX), long(u64::MAX)), (7, i32::MAX, i64::MAX));
        assert_eq!(natural::<usize>("beam", 3).unwrap(), 3);
        assert_eq!(natural::<u32>("beam", -1).unwrap_err().code(), "invalid_option");
        assert_eq!(natural::<u32>("beam", i64::MAX).unwrap_err().code(), "invalid_option");
    }
}
