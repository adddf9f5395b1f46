//! What is asked of a run, and what it gives.

use std::time::Duration;

/// Which of a graph's outputs a run computes; steps that none of them needs are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Wanted(u32);

/// Most outputs of a graph.
pub(super) const MAX_OUTPUTS: usize = 32;

impl Wanted {
    /// All outputs.
    #[cfg(test)]
    pub(crate) const ALL: Self = Self(u32::MAX);
    /// The first output alone.
    pub(crate) const FIRST: Self = Self(1);

    /// The outputs with these indices, each below [`MAX_OUTPUTS`].
    pub(crate) const fn only<const N: usize>(indices: [usize; N]) -> Self {
        let mut bits = 0;
        let mut i = 0;
        while i < N {
            bits |= 1 << indices[i];
            i += 1;
        }
        Self(bits)
    }

    /// Whether output `index` is among them.
    pub(crate) const fn has(self, index: usize) -> bool {
        index < MAX_OUTPUTS && self.0 >> index & 1 == 1
    }
}

/// What flows into a run.
#[allow(dead_code, reason = "networks that read another network's values use them")]
#[derive(Clone, Copy)]
pub(crate) enum Feed<'a> {
    /// Writes a picture: RGB and a fourth channel of zeros a pixel.
    Picture(&'a (dyn Fn(&mut [u8]) + Sync)),
    /// The input value itself, held in bytes on its own grid.
    Bytes(&'a [u8]),
    /// The input value itself, in real numbers.
    Reals(&'a [f32]),
}

impl std::fmt::Debug for Feed<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Feed::Picture(_) => "Picture",
            Feed::Bytes(_) => "Bytes",
            Feed::Reals(_) => "Reals",
        })
    }
}

/// What is asked of a run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request<'a> {
    /// Height and width of the input.
    pub(crate) shape: [usize; 2],
    /// The input.
    pub(crate) feed: Feed<'a>,
    /// The outputs to compute.
    pub(crate) wanted: Wanted,
    /// Classes that [`Top1`](crate::graph::Op::Top1) may choose; all where [`None`].
    pub(crate) allowed: Option<&'a [bool]>,
}

/// A value of a finished run.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Output<'a> {
    /// Quantized.
    U8(&'a [u8]),
    /// Real.
    F32(&'a [f32]),
}

/// How long a step took.
#[derive(Debug, Clone)]
pub(crate) struct StepTime {
    /// Name of its node.
    pub(crate) name: String,
    /// Kind of step.
    pub(crate) kind: &'static str,
    /// Wall time.
    pub(crate) time: Duration,
    /// Multiply-accumulates.
    pub(crate) macs: u64,
}
