//! What tests of whole networks share.

use std::path::PathBuf;
use std::sync::Arc;

use super::{Feed, Finished, Model, Output, Pool, Request, Session, Wanted};
use crate::graph::Quant;
use crate::pack::{Manifest, Pack};
use crate::read::CancelToken;

/// The pack of that id in the repository.
pub(super) fn pack(id: &str) -> Arc<Pack> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../assets");
    let manifest = Manifest::read(&folder).expect("assets/packs.toml");
    Arc::new(manifest.open(&folder, id).expect("pack (f32 packs: `make packs-f32`)"))
}

/// A picture with strokes on paper, so that the networks see edges as of text.
pub(super) fn picture(h: usize, w: usize) -> Vec<u8> {
    let mut seed = 99u64;
    let mut next = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize
    };
    let mut rgb: Vec<u8> = (0..h * w * 3).map(|_| 215 + (next() % 30) as u8).collect();
    for _ in 0..h * w / 150 {
        let (y, x, ink) = (next() % h, next() % w, (next() % 60) as u8);
        let (tall, wide) = if next() % 2 == 0 { (12, 2) } else { (2, 9) };
        for yy in y..(y + tall).min(h) {
            for xx in x..(x + wide).min(w) {
                rgb[(yy * w + xx) * 3..][..3].fill(ink);
            }
        }
    }
    rgb
}

/// Runs `model` on the picture `rgb` of `shape`.
pub(super) fn run<'a>(
    session: &'a mut Session,
    model: &'a Model,
    shape: [usize; 2],
    rgb: &[u8],
    pool: &Pool,
) -> Finished<'a> {
    let fill = |input: &mut [u8]| to_rgbx(rgb, input);
    let request = Request { shape, feed: Feed::Picture(&fill), wanted: Wanted::ALL, allowed: None };
    session.run(model, &request, pool, &CancelToken::new()).expect("run")
}

fn to_rgbx(rgb: &[u8], out: &mut [u8]) {
    for (x, p) in out.chunks_exact_mut(4).zip(rgb.chunks_exact(3)) {
        x.copy_from_slice(&[p[0], p[1], p[2], 0]);
    }
}

/// Real values of an output.
pub(super) fn reals(output: Output<'_>, quant: Option<Quant>) -> Vec<f32> {
    match (output, quant) {
        (Output::U8(b), Some(q)) => {
            b.iter().map(|b| (f32::from(*b) - f32::from(q.zero_point)) * q.scale).collect()
        }
        (Output::F32(v), _) => v.to_vec(),
        (Output::U8(_), None) => panic!("bytes without a quantization"),
    }
}
