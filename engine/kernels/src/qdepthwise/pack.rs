//! Weights laid out for a depthwise kernel.

use super::{MAX_ROWS, QDepthwiseKernel};
use crate::aligned::Line;

/// Four bytes of one lane.
pub(super) const LANE_BYTES: usize = 4;

/// Weights of an integer depthwise convolution for one kernel and one vertical step, with the
/// accumulators' start and the factors of the output stage.
#[derive(Debug, Clone)]
pub struct QDepthwiseWeights {
    pub(super) channels: usize,
    pub(super) kernel: [usize; 2],
    pub(super) stride: usize,
    pub(super) lanes: usize,
    pub(super) kr: usize,
    /// Output rows of a strip.
    pub(super) tile_rows: usize,
    /// Groups of `kr` input rows that `tile_rows` output rows read.
    pub(super) groups: usize,
    /// `[block][kernel width][group][tile_rows][lanes][4]`.
    pub(super) lines: Vec<Line>,
    pub(super) init: Vec<i32>,
    pub(super) scale: Vec<f32>,
}

impl QDepthwiseWeights {
    /// Packs `weights` (`[kernel height, kernel width, channels]`, row-major, −127 to 127) for a
    /// convolution of vertical step `stride`. `init` starts the accumulators (bias and zero point
    /// correction in accumulator units), `scale` is the factor of the output stage, both one a
    /// channel.
    ///
    /// # Panics
    /// If the lengths do not fit each other, or a side or the step is zero.
    pub fn pack(
        kernel: &QDepthwiseKernel,
        weights: &[i8],
        [height, width]: [usize; 2],
        stride: usize,
        init: &[i32],
        scale: &[f32],
    ) -> Self {
        let channels = init.len();
        assert!(height > 0 && width > 0 && stride > 0);
        assert_eq!(weights.len(), height * width * channels);
        assert_eq!(scale.len(), channels);
        let (lanes, kr) = (kernel.lanes, kernel.kr);
        let groups_of = |rows: usize| (height + (rows - 1) * stride).div_ceil(kr);
        let tile_rows = if groups_of(MAX_ROWS) == groups_of(1) { MAX_ROWS } else { 1 };
        let groups = groups_of(tile_rows);
        let blocks = channels.div_ceil(lanes);
        let bytes = blocks * width * groups * tile_rows * lanes * LANE_BYTES;
        let mut lines = vec![Line([0; 64]); bytes.div_ceil(64)];
        let mut place = |at: usize, value: i8| {
            let [low, high] = i16::from(value).to_le_bytes();
            let size = LANE_BYTES / kr;
            lines[at * size / 64].0[at * size % 64] = low;
            if size == 2 {
                lines[at * size / 64].0[at * size % 64 + 1] = high;
            }
        };
        for c in 0..channels {
            let (block, lane) = (c / lanes, c % lanes);
            for x in 0..width {
                for row in 0..tile_rows {
                    for y in 0..height {
                        let input_row = y + row * stride;
                        let (group, part) = (input_row / kr, input_row % kr);
                        let vector = ((block * width + x) * groups + group) * tile_rows + row;
                        place((vector * lanes + lane) * kr + part, weights[(y * width + x) * channels + c]);
                    }
                }
            }
        }
        let shift = i32::from(kernel.activation_shift);
        let sum = |c: usize| (0..height * width).map(|t| i32::from(weights[t * channels + c])).sum::<i32>();
        let mut init: Vec<i32> =
            init.iter().enumerate().map(|(c, i)| i.wrapping_add(shift * sum(c))).collect();
        init.resize(blocks * lanes, 0);
        let mut scale = scale.to_vec();
        scale.resize(blocks * lanes, 0.0);
        Self { channels, kernel: [height, width], stride, lanes, kr, tile_rows, groups, lines, init, scale }
    }

    /// Channels.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        64 * self.lines.len() + 4 * (self.init.len() + self.scale.len())
    }

    /// Bytes of one block of weights.
    pub(super) fn block_bytes(&self) -> usize {
        self.kernel[1] * self.groups * self.tile_rows * self.lanes * LANE_BYTES
    }
}
