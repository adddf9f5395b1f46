//! What the multiplying instructions do at most.

use crate::Isa;

/// A loop of multiply-accumulates on registers.
pub(super) struct Ceiling {
    pub(super) name: &'static str,
    /// Multiply-accumulates of one run.
    pub(super) macs: u64,
    pub(super) run: fn(),
}

/// The ceilings of `isa`, which the machine must have. None are known for plain Rust.
pub(super) fn of(isa: Isa) -> Vec<Ceiling> {
    match isa {
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => crate::x86_64::ceilings::avx2(),
        #[cfg(target_arch = "x86_64")]
        Isa::AvxVnni => crate::x86_64::ceilings::avx_vnni(),
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512Vnni => crate::x86_64::ceilings::avx512(),
        #[cfg(target_arch = "aarch64")]
        Isa::Neon => crate::aarch64::ceilings::neon(),
        #[cfg(target_arch = "aarch64")]
        Isa::NeonDot => crate::aarch64::ceilings::dotprod(),
        #[cfg(target_arch = "aarch64")]
        Isa::NeonI8mm => crate::aarch64::ceilings::i8mm(),
        _ => Vec::new(),
    }
    .into_iter()
    .map(|(name, macs, run)| Ceiling { name, macs, run })
    .collect()
}
