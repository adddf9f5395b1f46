//! The networks of the reading pipeline on the fast executor.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use image::RgbImage;
use rayon::prelude::*;

use crate::exec::{Output, Pool, Wanted};
use crate::network::{Network, PackFolder};
use crate::pack::{Pack, TensorData};
use crate::read::CancelToken;
use crate::read::models::{CtcStep, DetectText, ProbabilityMap, RecognizeText, Workers};
use crate::{Error, Result, StageReceipt};

/// Text detector and recognizer, compiled, with what their calls share.
#[derive(Debug)]
pub(crate) struct Ocr {
    pub(crate) detector: Network,
    pub(crate) recognizer: Network,
    dictionary: Vec<String>,
}

impl Ocr {
    /// Opens the two networks; the recognizer's pack carries the dictionary.
    ///
    /// # Errors
    /// Those of [`PackFolder::network`].
    pub(crate) fn open(packs: &PackFolder, pool: &Pool) -> Result<Self> {
        let (detector, recognizer) =
            pool.install(|| rayon::join(|| packs.network("ocr-det"), || packs.network("ocr-rec")));
        let (detector, recognizer) = (detector?, recognizer?);
        let dictionary = dictionary_of(recognizer.model.pack())?;
        Ok(Self { detector, recognizer, dictionary })
    }

    /// The text of each class but the blank.
    pub(crate) fn dictionary(&self) -> &[String] {
        &self.dictionary
    }
}

/// The text of each class but the blank, as a recognizer's pack carries it.
pub(crate) fn dictionary_of(pack: &Pack) -> Result<Vec<String>> {
    let damaged = |reason: &str| Error::PackDamaged { path: pack.path().to_owned(), reason: reason.into() };
    let TensorData::U8(bytes) = pack.tensor("dictionary")?.data else {
        return Err(damaged("the dictionary is not bytes"));
    };
    let text = std::str::from_utf8(bytes).map_err(|_| damaged("the dictionary is not UTF-8"))?;
    Ok(text.split('\n').map(str::to_owned).collect())
}

/// One call's view of [`Ocr`]: it counts what ran.
pub(crate) struct OcrCall<'a> {
    pub(crate) ocr: &'a Ocr,
    pub(crate) pool: &'a Pool,
    detected: Mutex<BTreeMap<[usize; 2], u32>>,
    recognized: Mutex<BTreeMap<[usize; 2], u32>>,
}

impl<'a> OcrCall<'a> {
    pub(crate) fn new(ocr: &'a Ocr, pool: &'a Pool) -> Self {
        Self { ocr, pool, detected: Mutex::default(), recognized: Mutex::default() }
    }

    /// What ran, one entry a network that did.
    pub(crate) fn receipts(&self) -> Vec<StageReceipt> {
        let stages = [
            ("detect", &self.ocr.detector, &self.detected),
            ("recognize", &self.ocr.recognizer, &self.recognized),
        ];
        stages
            .into_iter()
            .filter_map(|(stage, network, shapes)| {
                let shapes = shapes.lock().unwrap_or_else(PoisonError::into_inner);
                let counts = shapes.iter().map(|(shape, count)| (*shape, *count));
                (!shapes.is_empty()).then(|| network.receipt(stage, Wanted::FIRST, counts))
            })
            .collect()
    }
}

fn count(shapes: &Mutex<BTreeMap<[usize; 2], u32>>, image: &RgbImage) {
    let shape = [image.height() as usize, image.width() as usize];
    *shapes.lock().unwrap_or_else(PoisonError::into_inner).entry(shape).or_insert(0) += 1;
}

impl DetectText for OcrCall<'_> {
    fn probability_map(&self, image: &RgbImage, cancel: &CancelToken) -> Result<ProbabilityMap> {
        count(&self.detected, image);
        let network = &self.ocr.detector;
        network.run_picture(image, Wanted::FIRST, None, self.pool, cancel, |finished| {
            let (output, [h, w]) = finished.output(0)?;
            let data = match output {
                Output::U8(bytes) => bytes.to_vec(),
                Output::F32(reals) => reals.iter().map(|p| (p * 255.0).round_ties_even() as u8).collect(),
            };
            if data.len() != image.width() as usize * image.height() as usize {
                return Err(network.error("its map has another size than the picture"));
            }
            Ok(ProbabilityMap { width: w as u32, height: h as u32, data })
        })
    }
}

impl OcrCall<'_> {
    fn line(
        &self,
        image: &RgbImage,
        pool: &Pool,
        charset: Option<&[bool]>,
        cancel: &CancelToken,
    ) -> Result<Vec<CtcStep>> {
        count(&self.recognized, image);
        let network = &self.ocr.recognizer;
        network.run_picture(image, Wanted::FIRST, charset, pool, cancel, |finished| {
            let pairs = finished.reals(0)?.chunks_exact(2);
            Ok(pairs.map(|p| CtcStep { class: p[0] as u32, prob: p[1] }).collect())
        })
    }
}

impl Workers for OcrCall<'_> {
    fn for_each(&self, count: usize, work: &(dyn Fn(usize) + Sync)) {
        if self.pool.threads() == 1 {
            (0..count).for_each(work);
        } else {
            self.pool.install(|| (0..count).into_par_iter().with_max_len(1).for_each(work));
        }
    }
}

impl RecognizeText for OcrCall<'_> {
    fn recognize(
        &self,
        lines: &[RgbImage],
        charset: Option<&[bool]>,
        cancel: &CancelToken,
    ) -> Result<Vec<Vec<CtcStep>>> {
        if lines.len() < self.pool.threads() || self.pool.threads() == 1 {
            return lines.iter().map(|line| self.line(line, self.pool, charset, cancel)).collect();
        }
        let single = Pool::single();
        self.pool.install(|| {
            lines.par_iter().with_max_len(1).map(|line| self.line(line, &single, charset, cancel)).collect()
        })
    }

    fn dictionary(&self) -> &[String] {
        self.ocr.dictionary()
    }
}
