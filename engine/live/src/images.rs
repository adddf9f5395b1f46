//! Frames' pixels, whose memory is used again.

use std::sync::Arc;

use image::RgbImage;

/// One that is worked on, one that the slow thread has, one to be filled.
const MOST: usize = 4;

/// Pictures that go back and forth between threads.
#[derive(Debug, Default)]
pub(crate) struct Images(Vec<Arc<RgbImage>>);

impl Images {
    /// One that nobody else holds; fill it by [`Arc::get_mut`].
    pub(crate) fn free(&mut self) -> Arc<RgbImage> {
        match self.0.iter_mut().position(|image| Arc::get_mut(image).is_some()) {
            Some(i) => self.0.swap_remove(i),
            None => Arc::default(),
        }
    }

    /// Keeps `image` for a later frame.
    pub(crate) fn keep(&mut self, image: Arc<RgbImage>) {
        if self.0.len() < MOST {
            self.0.push(image);
        }
    }
}
