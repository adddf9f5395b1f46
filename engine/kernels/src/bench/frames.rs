//! Frames of cameras, converted, turned and scaled.

use std::fmt;
use std::time::Duration;

use super::time;
use crate::Kernels;
use crate::image::Turn;
use crate::image::yuv::{Yuv420, YuvMatrix, YuvRange, YuvScaling, YuvToRgb, YuvView};

/// Width, height, and bytes from one row to the next.
const SIZE: [usize; 3] = [1920, 1080, 1984];

/// What is done with a frame.
#[derive(Debug, Clone, Copy)]
pub(super) struct FrameWork {
    /// Bytes between samples of chroma: 2 is NV12, and what most phones give as YUV_420_888.
    step: usize,
    turn: Option<Turn>,
    target: Option<[usize; 2]>,
}

impl fmt::Display for FrameWork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let layout = if self.step == 2 { "NV12" } else { "I420" };
        write!(f, "frame {layout} {}×{} to RGB", SIZE[0], SIZE[1])?;
        match self.turn {
            None => {}
            Some(Turn::Quarter) => write!(f, ", turned by 90°")?,
            Some(Turn::Half) => write!(f, ", turned by 180°")?,
            Some(Turn::ThreeQuarters) => write!(f, ", turned by 270°")?,
        }
        self.target.map_or(Ok(()), |[w, h]| write!(f, ", scaled to {w}×{h}"))
    }
}

/// All that is timed.
pub(super) fn works() -> Vec<FrameWork> {
    let mut works = Vec::new();
    for step in [1, 2] {
        for turn in [None, Some(Turn::Quarter), Some(Turn::Half), Some(Turn::ThreeQuarters)] {
            works.push(FrameWork { step, turn, target: None });
        }
    }
    for turn in [None, Some(Turn::Quarter)] {
        for target in [[224, 224], [352, 288]] {
            works.push(FrameWork { step: 2, turn, target: Some(target) });
        }
    }
    works
}

impl FrameWork {
    /// Bytes of pixels read, without padding, and written.
    pub(super) fn bytes(&self) -> u64 {
        let [width, height, _] = SIZE;
        let out = self.target.map_or(width * height, |[w, h]| w * h);
        (width * height * 3 / 2 + 3 * out) as u64
    }

    /// Fastest and median nanoseconds.
    pub(super) fn time(&self, kernels: &Kernels, budget: Duration) -> [f64; 2] {
        let [width, height, stride] = SIZE;
        let y: Vec<u8> = (0..stride * height).map(|i| ((i * 31) ^ (i >> 7)) as u8).collect();
        let chroma: Vec<u8> = (0..stride * height / 2).map(|i| ((i * 37) ^ (i >> 6)) as u8).collect();
        let (u, v) = if self.step == 2 {
            (&chroma[..chroma.len() - 1], &chroma[1..])
        } else {
            chroma.split_at(chroma.len() / 2)
        };
        let halved = stride / (3 - self.step);
        let frame = Yuv420::new([&y, u, v], [stride, halved, halved], self.step, [width, height]);
        let view = YuvView::new([0, 0, width, height], self.turn);
        let (Ok(frame), Ok(view)) = (frame, view) else { return [f64::NAN; 2] };
        let table = YuvToRgb::new(YuvMatrix::Bt601, YuvRange::Full);
        match self.target {
            None => {
                let mut out = vec![0; 3 * width * height];
                time(budget, || kernels.yuv_to_rgb(&frame, &view, &table, &mut out))
            }
            Some([w, h]) => {
                let plan = YuvScaling::new(view, table, [w, h]);
                let (mut scratch, mut out) = (plan.scratch(), vec![0; 3 * w * h]);
                time(budget, || kernels.yuv_to_scaled_rgb(&plan, &frame, 0..h, &mut scratch, &mut out))
            }
        }
    }
}
