//! The kernel table.

use crate::Isa;
use crate::fgemm::FGemmKernel;
use crate::image::yuv::{self, YuvKernel};
use crate::qdepthwise::QDepthwiseKernel;
use crate::qgemm::QGemmKernel;

/// The kernels of one instruction set. Holding a reference proves that the machine has it.
#[derive(Debug)]
pub struct Kernels {
    isa: Isa,
    qgemm: QGemmKernel,
    qdepthwise: QDepthwiseKernel,
    fgemm: FGemmKernel,
    yuv: YuvKernel,
}

static SCALAR: Kernels = Kernels {
    isa: Isa::Scalar,
    qgemm: crate::qgemm::scalar::KERNEL,
    qdepthwise: crate::qdepthwise::scalar::KERNEL,
    fgemm: crate::fgemm::scalar::KERNEL,
    yuv: yuv::SCALAR,
};

#[cfg(target_arch = "x86_64")]
static AVX2: Kernels = Kernels {
    isa: Isa::Avx2,
    qgemm: crate::x86_64::avx2_qgemm::KERNEL,
    qdepthwise: crate::x86_64::avx2_qdepthwise::KERNEL,
    fgemm: crate::x86_64::avx2_fgemm::KERNEL,
    yuv: crate::x86_64::avx2_yuv::KERNEL,
};

#[cfg(target_arch = "x86_64")]
static AVX_VNNI: Kernels = Kernels { isa: Isa::AvxVnni, qgemm: crate::x86_64::avxvnni_qgemm::KERNEL, ..AVX2 };

#[cfg(target_arch = "x86_64")]
static AVX512_VNNI: Kernels = Kernels {
    isa: Isa::Avx512Vnni,
    qgemm: crate::x86_64::avx512_qgemm::KERNEL,
    qdepthwise: crate::x86_64::avx512_qdepthwise::KERNEL,
    fgemm: crate::x86_64::avx512_fgemm::KERNEL,
    yuv: crate::x86_64::avx2_yuv::KERNEL,
};

#[cfg(target_arch = "aarch64")]
static NEON: Kernels = Kernels {
    isa: Isa::Neon,
    qgemm: crate::aarch64::qgemm::NEON,
    qdepthwise: crate::aarch64::qdepthwise::NEON,
    fgemm: crate::aarch64::fgemm::KERNEL,
    yuv: crate::aarch64::yuv::KERNEL,
};

#[cfg(target_arch = "aarch64")]
static NEON_DOT: Kernels = Kernels {
    isa: Isa::NeonDot,
    qgemm: crate::aarch64::qgemm::DOTPROD,
    qdepthwise: crate::aarch64::qdepthwise::DOTPROD,
    ..NEON
};

#[cfg(target_arch = "aarch64")]
static NEON_I8MM: Kernels = Kernels { isa: Isa::NeonI8mm, qgemm: crate::aarch64::qgemm::I8MM, ..NEON_DOT };

impl Kernels {
    /// The kernels of `isa`, where the machine has it.
    pub fn for_isa(isa: Isa) -> Option<&'static Kernels> {
        if !isa.is_available() {
            return None;
        }
        match isa {
            Isa::Scalar => Some(&SCALAR),
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => Some(&AVX2),
            #[cfg(target_arch = "x86_64")]
            Isa::AvxVnni => Some(&AVX_VNNI),
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512Vnni => Some(&AVX512_VNNI),
            #[cfg(target_arch = "aarch64")]
            Isa::Neon => Some(&NEON),
            #[cfg(target_arch = "aarch64")]
            Isa::NeonDot => Some(&NEON_DOT),
            #[cfg(target_arch = "aarch64")]
            Isa::NeonI8mm => Some(&NEON_I8MM),
            _ => None,
        }
    }

    /// The fastest kernels that the machine has, or those named by `GLIMPSE_ISA`.
    pub fn best() -> &'static Kernels {
        let named = std::env::var("GLIMPSE_ISA").ok();
        named
            .and_then(|name| Isa::from_name(&name))
            .and_then(Kernels::for_isa)
            .or_else(|| Isa::ALL.into_iter().rev().find_map(Kernels::for_isa))
            .unwrap_or(&SCALAR)
    }

    /// Those this machine has, slowest first.
    pub fn available() -> Vec<&'static Kernels> {
        Isa::ALL.into_iter().filter_map(Kernels::for_isa).collect()
    }

    /// The instruction set.
    pub fn isa(&self) -> Isa {
        self.isa
    }

    /// The `f32` matrix kernel.
    pub fn fgemm(&self) -> &FGemmKernel {
        &self.fgemm
    }

    /// The integer matrix kernel.
    pub fn qgemm(&self) -> &QGemmKernel {
        &self.qgemm
    }

    /// Conversion of cameras' frames.
    pub fn yuv(&self) -> &YuvKernel {
        &self.yuv
    }

    /// The integer depthwise kernel.
    pub fn qdepthwise(&self) -> &QDepthwiseKernel {
        &self.qdepthwise
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `GLIMPSE_REQUIRE_ISA` names, separated by commas, the instruction sets whose kernels a run of
    /// the tests must not skip.
    #[test]
    fn required_instruction_sets_have_kernels_here() {
        let available: Vec<_> = Kernels::available().iter().map(|k| k.isa().name()).collect();
        println!("instruction sets tested: {available:?}");
        let required = std::env::var("GLIMPSE_REQUIRE_ISA").unwrap_or_default();
        for name in required.split(',').filter(|name| !name.is_empty()) {
            assert!(available.contains(&name), "{name} is required, the machine runs {available:?}");
        }
    }
}
