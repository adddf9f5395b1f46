//! Kernels for AArch64. NEON is part of the architecture, so only what came later is detected.

pub(crate) mod fgemm;
pub(crate) mod qgemm;
