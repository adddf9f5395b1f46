//! Weights laid out for a microkernel.

use super::pairs::Pairing;
use super::{PanelPairing, QGemmKernel};
use crate::aligned::AlignedBytes;

/// Weights of an integer convolution, panels of `nr` columns, each `[taps][k/kr][nr][kr]`, with
/// the accumulators' start and the factors of the output stage. Columns beyond the last are zero. Where
/// the kernel pairs groups, those of a panel lie in the order of their pairs.
#[derive(Debug, Clone)]
pub struct QWeights {
    pub(crate) n: usize,
    pub(crate) taps: usize,
    pub(crate) k_groups: usize,
    pub(crate) nr: usize,
    pub(crate) kr: usize,
    pub(crate) panels: AlignedBytes,
    pub(crate) init: Vec<i32>,
    pub(crate) scale: Vec<f32>,
    pairing: Option<Pairing>,
}

impl QWeights {
    /// Packs `weights` (`[n, taps, k]`, row-major) for `kernel`. `init[n]` starts the accumulators
    /// (bias and zero point correction in accumulator units), `scale[n]` is the factor of the
    /// output stage. Weights are −127 to 127: sums of two products then fit 16 signed bits once
    /// the activations are shifted to signed.
    ///
    /// # Panics
    /// If the lengths do not fit each other.
    pub fn pack(
        kernel: &QGemmKernel,
        weights: &[i8],
        [n, taps, k]: [usize; 3],
        init: &[i32],
        scale: &[f32],
    ) -> Self {
        assert_eq!(weights.len(), n * taps * k);
        assert!(init.len() == n && scale.len() == n);
        let (nr, kr) = (kernel.nr, kernel.kr);
        let (n_panels, k_groups) = (n.div_ceil(nr), k.div_ceil(kr));
        let mut panels = AlignedBytes::zeros(n_panels * taps * k_groups * nr * kr);
        let bytes = panels.as_mut_slice();
        for col in 0..n {
            let (panel, lane) = (col / nr, col % nr);
            for tap in 0..taps {
                let row = &weights[(col * taps + tap) * k..][..k];
                for (g, group) in row.chunks(kr).enumerate() {
                    let at = ((((panel * taps) + tap) * k_groups + g) * nr + lane) * kr;
                    bytes[at..at + group.len()].copy_from_slice(group);
                }
            }
        }
        let pairing = match kernel.pairs_groups {
            true => Pairing::of(nr * kr, [taps, k_groups], bytes),
            false => None,
        };
        let padded = n_panels * nr;
        let shift = i32::from(kernel.activation_shift);
        let sum =
            |col: usize| weights[col * taps * k..][..taps * k].iter().map(|w| i32::from(*w)).sum::<i32>();
        let mut init: Vec<i32> =
            init.iter().enumerate().map(|(col, i)| i.wrapping_add(shift * sum(col))).collect();
        init.resize(padded, 0);
        let mut scale = scale.to_vec();
        scale.resize(padded, 0.0);
        Self { n, taps, k_groups, nr, kr, panels, init, scale, pairing }
    }

    /// Output channels.
    pub fn columns(&self) -> usize {
        self.n
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        let pairing = self.pairing.as_ref().map_or(0, Pairing::bytes);
        self.panels.as_slice().len() + 4 * (self.init.len() + self.scale.len()) + pairing
    }

    /// How the groups of a panel are paired.
    pub(super) fn pairing(&self, panel: usize) -> Option<PanelPairing> {
        self.pairing.as_ref().map(|pairing| pairing.panel(panel))
    }

    /// Whether groups are paired.
    pub(super) fn is_paired(&self) -> bool {
        self.pairing.is_some()
    }
}
