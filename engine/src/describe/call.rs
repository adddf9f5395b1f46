//! Describing as a call of the engine.

use std::path::Path;
use std::time::Instant;

use image::RgbImage;

use super::pipeline::{Networks, OnToken, describe};
use super::{DescribeOptions, Description};
use crate::clock::{CallClock, milliseconds};
use crate::engine::{decode_picture, open_picture};
use crate::{Engine, Picture, ReadOptions, Result};

impl Engine {
    /// Describes a picture given as pixels.
    ///
    /// # Errors
    /// Those of [`describe_picture`](Self::describe_picture).
    pub fn describe(&self, image: &RgbImage, options: &DescribeOptions) -> Result<Description> {
        self.describe_picture(&Picture::from(image), options, &mut |_| ())
    }

    /// Describes a picture given as pixels and tells `on_token` of the tokens of the learned caption,
    /// as [`describe_picture`](Self::describe_picture) does.
    ///
    /// # Errors
    /// Those of [`describe_picture`](Self::describe_picture).
    pub fn describe_streaming(
        &self,
        image: &RgbImage,
        options: &DescribeOptions,
        on_token: OnToken<'_>,
    ) -> Result<Description> {
        self.describe_picture(&Picture::from(image), options, on_token)
    }

    /// Decodes the file at `path` and describes it.
    ///
    /// # Errors
    /// [`Error::Io`](crate::Error::Io) and those of [`describe_bytes`](Self::describe_bytes).
    pub fn describe_file(&self, path: &Path, options: &DescribeOptions) -> Result<Description> {
        let (picture, clock) = open_picture(path, &options.limits)?;
        self.describe_on(&picture, options, &mut |_| (), &clock)
    }

    /// Decodes an encoded picture and describes it.
    ///
    /// # Errors
    /// The image errors of [`Error`](crate::Error) and those of [`describe`](Self::describe).
    pub fn describe_bytes(&self, bytes: &[u8], options: &DescribeOptions) -> Result<Description> {
        let (picture, clock) = decode_picture(bytes, &options.limits)?;
        self.describe_on(&picture, options, &mut |_| (), &clock)
    }

    /// Describes a decoded picture and tells `on_token` of the tokens of the caption that the decoder
    /// writes first, as they come, perhaps on another thread. The sentence to show may be another:
    /// see [`Description::caption_source`] and [`Description::first_caption`]. `timings.decode` is 0:
    /// decoding was no part of this.
    ///
    /// # Errors
    /// [`Error::Cancelled`](crate::Error::Cancelled),
    /// [`Error::InvalidOption`](crate::Error::InvalidOption), [`Error::Model`](crate::Error::Model),
    /// and those of [`load`](Self::load).
    pub fn describe_picture(
        &self,
        picture: &Picture<'_>,
        options: &DescribeOptions,
        on_token: OnToken<'_>,
    ) -> Result<Description> {
        self.describe_on(picture, options, on_token, &CallClock::start())
    }

    /// `clock` has run since decoding began.
    fn describe_on(
        &self,
        picture: &Picture<'_>,
        options: &DescribeOptions,
        on_token: OnToken<'_>,
        clock: &CallClock,
    ) -> Result<Description> {
        let networks = Networks {
            see: self.see()?,
            objects: self.objects()?,
            captioner: self.captioner()?,
            pool: &self.pool,
        };
        clock.skip();
        let reading = Instant::now();
        let text = match options.text {
            true => Some(self.text_of(picture, options, clock)?),
            false => None,
        };
        let read = if options.text { milliseconds(reading.elapsed()) } else { 0.0 };
        let mut description = describe(networks, picture, text, options, on_token, clock)?;
        description.timings.read = read;
        description.receipt.engine = env!("CARGO_PKG_VERSION").into();
        description.receipt.threads = self.pool.threads();
        description.timings.set(clock.finish());
        Ok(description)
    }

    fn text_of(&self, picture: &Picture<'_>, options: &DescribeOptions, clock: &CallClock) -> Result<String> {
        let options = ReadOptions {
            limits: options.limits.clone(),
            cancel: options.cancel.clone(),
            ..ReadOptions::default()
        };
        Ok(self.read_on(picture, &options, clock)?.text())
    }
}
