//! Times every kernel of the machine on the layers of the models that Glimpse ships, next to what
//! the machine's multipliers could do at most, and on frames of cameras.

mod ceiling;
mod frames;
mod shapes;
mod timed;

use std::time::{Duration, Instant};

use crate::{Isa, Kernels};

/// One kernel on one shape.
#[derive(Debug, Clone, PartialEq)]
pub struct KernelTiming {
    /// Name of the kernel, or of the instructions of a ceiling.
    pub kernel: &'static str,
    /// Its instruction set.
    pub isa: Isa,
    /// What it computes, and the layer that does so.
    pub shape: String,
    /// Fastest run, in nanoseconds.
    pub ns_min: f64,
    /// Median run, in nanoseconds.
    pub ns_median: f64,
    /// Multiply-accumulates of a run, counted on the unpadded shape.
    pub macs: u64,
    /// Bytes of input, weights and output of a run.
    pub bytes: u64,
    /// Whether [`Kernels::best`] picks this kernel.
    pub dispatched: bool,
}

impl KernelTiming {
    /// Multiply-accumulates in a second, in billions, of the fastest run.
    pub fn gmac_per_s(&self) -> f64 {
        self.macs as f64 / self.ns_min
    }

    /// Input, weight and output bytes in a second, in billions, of the fastest run.
    pub fn gb_per_s(&self) -> f64 {
        self.bytes as f64 / self.ns_min
    }
}

/// Shape of a ceiling.
pub const CEILING: &str = "registers only";

/// Times on one thread what is available and whose `"{kernel} {shape}"` contains `filter`, each for
/// about `budget`: first the ceilings of every instruction set (shape [`CEILING`]: the kernel's
/// multiplying instructions on registers, touching no memory), then every kernel, instruction sets
/// slowest first. Deterministic inputs; the first run of each is not counted.
pub fn bench_all(filter: &str, budget: Duration) -> Vec<KernelTiming> {
    let best = Kernels::best().isa();
    let mut timings = Vec::new();
    for kernels in Kernels::available() {
        for ceiling in ceiling::of(kernels.isa()) {
            if format!("{} {CEILING}", ceiling.name).contains(filter) {
                let [ns_min, ns_median] = time(budget, ceiling.run);
                timings.push(KernelTiming {
                    kernel: ceiling.name,
                    isa: kernels.isa(),
                    shape: CEILING.to_owned(),
                    ns_min,
                    ns_median,
                    macs: ceiling.macs,
                    bytes: 0,
                    dispatched: kernels.isa() == best,
                });
            }
        }
    }
    for layer in shapes::layers() {
        for kernels in Kernels::available() {
            let (name, shape) = (timed::name(&layer, kernels), layer.to_string());
            if !format!("{name} {shape}").contains(filter) {
                continue;
            }
            let (macs, bytes) = layer.work();
            let [ns_min, ns_median] = timed::layer(&layer, kernels, budget);
            let isa = kernels.isa();
            let dispatched = isa == best;
            timings.push(KernelTiming {
                kernel: name,
                isa,
                shape,
                ns_min,
                ns_median,
                macs,
                bytes,
                dispatched,
            });
        }
    }
    for work in frames::works() {
        for kernels in Kernels::available() {
            let (kernel, shape) = (kernels.yuv().name, work.to_string());
            if !format!("{kernel} {shape}").contains(filter) {
                continue;
            }
            let [ns_min, ns_median] = work.time(kernels, budget);
            let (isa, bytes, dispatched) = (kernels.isa(), work.bytes(), kernels.isa() == best);
            timings.push(KernelTiming { kernel, isa, shape, ns_min, ns_median, macs: 0, bytes, dispatched });
        }
    }
    timings
}

/// Fastest and median nanoseconds of `run`, over at least three runs and about `budget`.
fn time(budget: Duration, mut run: impl FnMut()) -> [f64; 2] {
    run();
    let mut runs = Vec::new();
    let start = Instant::now();
    while runs.len() < 3 || (start.elapsed() < budget && runs.len() < 10_000) {
        let from = Instant::now();
        run();
        runs.push(from.elapsed().as_nanos() as f64);
    }
    runs.sort_by(f64::total_cmp);
    [runs[0].max(1.0), runs[runs.len() / 2].max(1.0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_instruction_set_is_timed_and_one_is_dispatched() {
        let timings = bench_all("384×120", Duration::ZERO);
        let isas: Vec<_> = timings.iter().map(|t| t.isa).collect();
        assert_eq!(isas, Isa::available());
        assert_eq!(timings.iter().filter(|t| t.dispatched).count(), 1);
        assert!(timings.iter().all(|t| t.macs == 40 * 384 * 120 && t.gmac_per_s() > 0.0));
    }
    #[test]
    fn every_instruction_set_but_the_plain_one_has_a_ceiling() {
        let timings = bench_all(CEILING, Duration::ZERO);
        for isa in Isa::available().into_iter().filter(|isa| *isa != Isa::Scalar) {
            assert!(timings.iter().any(|t| t.isa == isa && t.gmac_per_s() > 0.0), "{}", isa.name());
        }
    }
}
