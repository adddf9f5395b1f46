//! SIMD kernels of Glimpse, each beside its scalar reference.
