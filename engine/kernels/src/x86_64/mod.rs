//! Kernels for x86-64.

pub(crate) mod avx2_fgemm;
pub(crate) mod avx2_qgemm;
pub(crate) mod avx512_fgemm;
pub(crate) mod avx512_qgemm;
