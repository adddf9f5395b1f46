//! The bytes of a frame, which may go back to where they came from.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The bytes of a frame: memory of its own, or some that goes back to a [`FramePool`] when it is dropped.
#[derive(Default)]
pub struct FrameBytes {
    bytes: Vec<u8>,
    pool: Option<FramePool>,
}

impl Deref for FrameBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

impl DerefMut for FrameBytes {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.bytes
    }
}

impl From<Vec<u8>> for FrameBytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self { bytes, pool: None }
    }
}

impl Clone for FrameBytes {
    /// Memory of its own.
    fn clone(&self) -> Self {
        self.bytes.clone().into()
    }
}

impl PartialEq for FrameBytes {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl fmt::Debug for FrameBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.bytes.len())
    }
}

impl Drop for FrameBytes {
    fn drop(&mut self) {
        if let Some(pool) = &self.pool {
            pool.keep(std::mem::take(&mut self.bytes));
        }
    }
}

/// Memory of frames that is used again. Clones are the same pool.
#[derive(Clone)]
pub struct FramePool {
    spare: Arc<Mutex<Vec<Vec<u8>>>>,
    most: usize,
}

impl FramePool {
    /// A pool that keeps the memory of at most `most` frames that nobody uses.
    pub fn new(most: usize) -> Self {
        Self { spare: Arc::new(Mutex::new(Vec::with_capacity(most))), most }
    }

    /// `len` bytes of any content. Allocates nothing where memory for as many came back before.
    pub fn take(&self, len: usize) -> FrameBytes {
        let mut bytes = self.lock().pop().unwrap_or_default();
        if bytes.capacity() < len {
            // What it had need not be copied.
            bytes = Vec::with_capacity(len);
        }
        bytes.resize(len, 0);
        FrameBytes { bytes, pool: Some(self.clone()) }
    }

    fn keep(&self, bytes: Vec<u8>) {
        let mut spare = self.lock();
        if spare.len() < self.most {
            spare.push(bytes);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Vec<u8>>> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for FramePool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FramePool").field("spare", &self.lock().len()).field("most", &self.most).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_comes_back() {
        let pool = FramePool::new(2);
        let taken = [10, 20, 30].map(|len| pool.take(len));
        assert_eq!(taken.each_ref().map(|bytes| bytes.len()), [10, 20, 30]);
        let copy = taken[2].clone();
        drop(taken);
        assert_eq!(pool.lock().len(), 2);
        drop(copy);
        assert_eq!(pool.lock().len(), 2);
        let place = pool.lock()[1].as_ptr();
        let mut again = pool.take(5);
        again[4] = 7;
        assert_eq!((again.as_ptr(), &again[..]), (place, &[0, 0, 0, 0, 7][..]));
        assert_eq!(pool.lock().len(), 1);
    }
}
