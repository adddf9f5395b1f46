//! Weights laid out for a microkernel.

use super::FGemmKernel;

/// Weights of an `f32` convolution, panels of `nr` columns, each `[taps][k][nr]`, with the bias.
/// Columns beyond the last are zero.
#[derive(Debug, Clone)]
pub struct FWeights {
    pub(super) n: usize,
    pub(super) taps: usize,
    pub(super) k: usize,
    pub(super) nr: usize,
    pub(super) panels: Vec<f32>,
    pub(super) init: Vec<f32>,
}

impl FWeights {
    /// Packs `weights` (`[n, taps, k]`, row-major) and `bias` (`[n]`) for `kernel`.
    ///
    /// # Panics
    /// If the lengths do not fit each other or are zero.
    pub fn pack(kernel: &FGemmKernel, weights: &[f32], [n, taps, k]: [usize; 3], bias: &[f32]) -> Self {
        assert_eq!(weights.len(), n * taps * k);
        assert!(bias.len() == n && !weights.is_empty());
        let nr = kernel.nr;
        let mut panels = vec![0.0; n.next_multiple_of(nr) * taps * k];
        for (panel, rows) in panels.chunks_exact_mut(taps * k * nr).zip(weights.chunks(nr * taps * k)) {
            for (lane, row) in rows.chunks_exact(taps * k).enumerate() {
                for (packed, w) in panel[lane..].iter_mut().step_by(nr).zip(row) {
                    *packed = *w;
                }
            }
        }
        let mut init = bias.to_vec();
        init.resize(n.next_multiple_of(nr), 0.0);
        Self { n, taps, k, nr, panels, init }
    }

    /// Output channels.
    pub fn columns(&self) -> usize {
        self.n
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        4 * (self.panels.len() + self.init.len())
    }
}
