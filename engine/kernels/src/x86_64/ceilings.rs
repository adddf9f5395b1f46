//! Register-only loops of the multiplying instructions, the floor under every kernel's time.

use std::arch::asm;
use std::arch::x86_64::*;
use std::hint::black_box;

/// Steps of a run.
const STEPS: u64 = 20_000;
/// Independent accumulators, enough to hide the latency.
const CHAINS: usize = 10;

/// Name, multiply-accumulates of a run, and run.
type Loop = (&'static str, u64, fn());

/// Those of AVX2.
pub(crate) fn avx2() -> Vec<Loop> {
    let chains = CHAINS as u64;
    vec![
        // SAFETY: asked for only where the machine has AVX2 and FMA; this and those below.
        ("vpmaddubsw+vpmaddwd+vpaddd ymm", STEPS * chains * 32, || unsafe { avx2_bytes() }),
        // SAFETY: likewise.
        ("vpmaddwd+vpaddd ymm", STEPS * chains * 16, || unsafe { avx2_words() }),
        // SAFETY: likewise.
        ("vfmadd ymm", STEPS * chains * 8, || unsafe { avx2_floats() }),
    ]
}

/// Those of AVX-VNNI.
pub(crate) fn avx_vnni() -> Vec<Loop> {
    // SAFETY: asked for only where the machine has AVX-VNNI.
    vec![("vpdpbusd ymm", STEPS * CHAINS as u64 * 32, || unsafe { avx_vnni_bytes() })]
}

/// Those of AVX-512 VNNI.
pub(crate) fn avx512() -> Vec<Loop> {
    let chains = CHAINS as u64;
    vec![
        // SAFETY: asked for only where the machine has AVX-512 VNNI; this and the next.
        ("vpdpbusd zmm", STEPS * chains * 64, || unsafe { avx512_bytes() }),
        // SAFETY: likewise.
        ("vfmadd zmm", STEPS * chains * 16, || unsafe { avx512_floats() }),
    ]
}

#[target_feature(enable = "avx2,fma")]
fn avx2_bytes() {
    let ones = black_box(_mm256_set1_epi16(1));
    let mut a = black_box(_mm256_set1_epi8(3));
    let mut acc = [_mm256_setzero_si256(); CHAINS];
    for _ in 0..STEPS {
        for acc in &mut acc {
            // SAFETY: no instruction; hides from the compiler that `a` stays the same.
            unsafe { asm!("/* {0} */", inout(ymm_reg) a, options(nomem, nostack, preserves_flags)) };
            *acc = _mm256_add_epi32(*acc, _mm256_madd_epi16(_mm256_maddubs_epi16(a, a), ones));
        }
    }
    black_box(acc);
}

#[target_feature(enable = "avx2,fma")]
fn avx2_words() {
    let mut a = black_box(_mm256_set1_epi16(3));
    let mut acc = [_mm256_setzero_si256(); CHAINS];
    for _ in 0..STEPS {
        for acc in &mut acc {
            // SAFETY: no instruction; hides from the compiler that `a` stays the same.
            unsafe { asm!("/* {0} */", inout(ymm_reg) a, options(nomem, nostack, preserves_flags)) };
            *acc = _mm256_add_epi32(*acc, _mm256_madd_epi16(a, a));
        }
    }
    black_box(acc);
}

#[target_feature(enable = "avx2,fma")]
fn avx2_floats() {
    let a = black_box(_mm256_set1_ps(0.5));
    let mut acc = [_mm256_setzero_ps(); CHAINS];
    for _ in 0..STEPS {
        for acc in &mut acc {
            *acc = _mm256_fmadd_ps(a, a, *acc);
        }
    }
    black_box(acc);
}

#[target_feature(enable = "avx2,fma,avxvnni")]
fn avx_vnni_bytes() {
    let a = black_box(_mm256_set1_epi8(3));
    let mut acc = [_mm256_setzero_si256(); CHAINS];
    for _ in 0..STEPS {
        for acc in &mut acc {
            *acc = _mm256_dpbusd_avx_epi32(*acc, a, a);
        }
    }
    black_box(acc);
}

#[target_feature(enable = "avx2,fma,avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")]
fn avx512_bytes() {
    let a = black_box(_mm512_set1_epi8(3));
    let mut acc = [_mm512_setzero_si512(); CHAINS];
    for _ in 0..STEPS {
        for acc in &mut acc {
            *acc = _mm512_dpbusd_epi32(*acc, a, a);
        }
    }
    black_box(acc);
}

#[target_feature(enable = "avx2,fma,avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")]
fn avx512_floats() {
    let a = black_box(_mm512_set1_ps(0.5));
    let mut acc = [_mm512_setzero_ps(); CHAINS];
    for _ in 0..STEPS {
        for acc in &mut acc {
            *acc = _mm512_fmadd_ps(a, a, *acc);
        }
    }
    black_box(acc);
}
