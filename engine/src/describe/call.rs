//! Describing as a call of the engine.

use std::path::Path;
use std::time::Instant;

use image::RgbImage;

use super::pipeline::{Networks, OnToken, describe};
use super::{DescribeOptions, Description};
use crate::engine::read_limited;
use crate::read::decode::{Picture, decode};
use crate::{Engine, ReadOptions, Result};

impl Engine {
    /// Describes a decoded picture.
    ///
    /// # Errors
    /// [`Error::Cancelled`](crate::Error::Cancelled),
    /// [`Error::InvalidOption`](crate::Error::InvalidOption), [`Error::Model`](crate::Error::Model),
    /// and those of [`load`](Self::load).
    pub fn describe(&self, image: &RgbImage, options: &DescribeOptions) -> Result<Description> {
        self.describe_streaming(image, options, &mut |_| ())
    }

    /// Describes a decoded picture and tells `on_token` of the tokens of the learned caption as they
    /// come, perhaps on another thread. The sentence to show may be another: see
    /// [`Description::caption_source`].
    ///
    /// # Errors
    /// Those of [`describe`](Self::describe).
    pub fn describe_streaming(
        &self,
        image: &RgbImage,
        options: &DescribeOptions,
        on_token: OnToken<'_>,
    ) -> Result<Description> {
        self.describe_picture(&Picture::from(image), options, Instant::now(), on_token)
    }

    /// Decodes the file at `path` and describes it.
    ///
    /// # Errors
    /// [`Error::Io`](crate::Error::Io) and those of [`describe_bytes`](Self::describe_bytes).
    pub fn describe_file(&self, path: &Path, options: &DescribeOptions) -> Result<Description> {
        let started = Instant::now();
        let bytes = read_limited(path, options.limits.max_bytes)?;
        let picture = decode(&bytes, &options.limits)?;
        self.describe_picture(&picture, options, started, &mut |_| ())
    }

    /// Decodes an encoded picture and describes it.
    ///
    /// # Errors
    /// The image errors of [`Error`](crate::Error) and those of [`describe`](Self::describe).
    pub fn describe_bytes(&self, bytes: &[u8], options: &DescribeOptions) -> Result<Description> {
        let started = Instant::now();
        let picture = decode(bytes, &options.limits)?;
        self.describe_picture(&picture, options, started, &mut |_| ())
    }

    /// `started` is when decoding began.
    fn describe_picture(
        &self,
        picture: &Picture<'_>,
        options: &DescribeOptions,
        started: Instant,
        on_token: OnToken<'_>,
    ) -> Result<Description> {
        let decoded = started.elapsed();
        let networks = Networks {
            see: self.see()?,
            objects: self.objects()?,
            captioner: self.captioner()?,
            pool: &self.pool,
        };
        let reading = Instant::now();
        let text = match options.text {
            true => Some(self.text_of(picture, options)?),
            false => None,
        };
        let read = if options.text { reading.elapsed().as_secs_f64() * 1e3 } else { 0.0 };
        let mut description = describe(networks, picture, text, options, on_token)?;
        description.timings.decode = decoded.as_secs_f64() * 1e3;
        description.timings.read = read;
        description.timings.total = started.elapsed().as_secs_f64() * 1e3;
        description.receipt.engine = env!("CARGO_PKG_VERSION").into();
        description.receipt.threads = self.pool.threads();
        Ok(description)
    }

    fn text_of(&self, picture: &Picture<'_>, options: &DescribeOptions) -> Result<String> {
        let options = ReadOptions {
            limits: options.limits.clone(),
            cancel: options.cancel.clone(),
            ..ReadOptions::default()
        };
        Ok(self.read_picture(picture, &options, Instant::now())?.text())
    }
}
