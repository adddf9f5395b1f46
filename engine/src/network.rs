//! A pack's network on the fast executor: where it is opened from, its sessions and its runs.

use std::sync::Arc;

use glimpse_kernels::Kernels;
use image::RgbImage;

use crate::exec::{Feed, Finished, Fusion, Model, Pool, Request, SessionStore, Wanted};
use crate::pack::PackSource;
use crate::read::CancelToken;
use crate::{Error, Precision, Result, StageReceipt};

/// Where packs lie, and what their networks are compiled for.
#[derive(Debug)]
pub(crate) struct PackFolder {
    pub(crate) source: PackSource,
    pub(crate) precision: Precision,
    pub(crate) kernels: &'static Kernels,
}

impl PackFolder {
    /// Opens and compiles the pack of the model `name`, for example `"ocr-det"`, in the folder's
    /// precision.
    ///
    /// # Errors
    /// [`Error::PackMissing`], [`Error::PackDamaged`], [`Error::PackVersion`], [`Error::Io`],
    /// [`Error::Model`].
    pub(crate) fn network(&self, name: &str) -> Result<Network> {
        let pack = self.source.open(&format!("{name}-{}", self.precision.as_str()))?;
        Ok(Network::new(Model::compile(Arc::new(pack), self.kernels, Fusion::On)?))
    }
}

/// A compiled network and its waiting sessions.
#[derive(Debug)]
pub(crate) struct Network {
    pub(crate) model: Model,
    waiting: SessionStore,
}

impl Network {
    pub(crate) fn new(model: Model) -> Self {
        Self { model, waiting: SessionStore::default() }
    }

    /// An error about this network.
    pub(crate) fn error(&self, reason: impl Into<String>) -> Error {
        Error::Model { model: self.model.graph().name.clone(), reason: reason.into() }
    }

    /// Runs as `request` asks with all threads of `pool` and hands the results to `then`.
    pub(crate) fn run<R>(
        &self,
        request: &Request<'_>,
        pool: &Pool,
        cancel: &CancelToken,
        then: impl FnOnce(&Finished<'_>) -> Result<R>,
    ) -> Result<R> {
        let mut session = self.waiting.take(pool.threads());
        let result = session.run(&self.model, request, pool, cancel).and_then(|finished| then(&finished));
        self.waiting.put(session);
        result
    }

    /// Runs on `image`, whose size must be one that the network takes.
    pub(crate) fn run_picture<R>(
        &self,
        image: &RgbImage,
        wanted: Wanted,
        allowed: Option<&[bool]>,
        pool: &Pool,
        cancel: &CancelToken,
        then: impl FnOnce(&Finished<'_>) -> Result<R>,
    ) -> Result<R> {
        let fill = |input: &mut [u8]| self.model.kernels().rgb_to_rgbx(image.as_raw(), 0, input);
        let shape = [image.height() as usize, image.width() as usize];
        self.run(&Request { shape, feed: Feed::Picture(&fill), wanted, allowed }, pool, cancel, then)
    }

    /// What ran in `stage`: input shapes (height, width), each with its count, whose outputs
    /// `wanted` were computed.
    pub(crate) fn receipt(
        &self,
        stage: &str,
        wanted: Wanted,
        shapes: impl IntoIterator<Item = ([usize; 2], u32)>,
    ) -> StageReceipt {
        let header = self.model.pack().header();
        let mut receipt = StageReceipt {
            stage: stage.into(),
            backend: "cpu".into(),
            isa: self.model.kernels().isa().name().into(),
            precision: header.precision.as_str().into(),
            pack: header.id.clone(),
            macs: 0,
            shapes: Vec::new(),
        };
        for (shape, count) in shapes {
            receipt.macs += self.model.macs(shape, wanted).unwrap_or(0) * u64::from(count);
            receipt.shapes.push((format!("{}x{}", shape[0], shape[1]), count));
        }
        receipt
    }
}
