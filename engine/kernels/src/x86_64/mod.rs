//! Kernels for x86-64.

pub(crate) mod avx2_fgemm;
mod avx2_output;
pub(crate) mod avx2_qdepthwise;
pub(crate) mod avx2_qgemm;
mod avx2_sums;
pub(crate) mod avx2_yuv;
pub(crate) mod avx512_fgemm;
mod avx512_output;
pub(crate) mod avx512_qdepthwise;
pub(crate) mod avx512_qgemm;
mod avx512_qgemm_24;
pub(crate) mod avxvnni_qgemm;
pub(crate) mod ceilings;
