//! Register-only loops of the multiplying instructions, the floor under every kernel's time.

use std::arch::aarch64::*;
use std::arch::asm;
use std::hint::black_box;

use super::{sdot, usmmla};

/// Steps of a run.
const STEPS: u64 = 20_000;
/// Independent accumulators, enough to hide the latency.
const CHAINS: usize = 16;

/// Name, multiply-accumulates of a run, and run.
type Loop = (&'static str, u64, fn());

/// Those of NEON.
pub(crate) fn neon() -> Vec<Loop> {
    vec![
        ("smull+smlal2+sadalp", STEPS * CHAINS as u64 * 16, bytes),
        ("fmla", STEPS * CHAINS as u64 * 4, floats),
    ]
}

/// Those of NEON with the dot product instructions.
pub(crate) fn dotprod() -> Vec<Loop> {
    // SAFETY: asked for only where the machine has them.
    vec![("sdot", STEPS * CHAINS as u64 * 16, || unsafe { dots() })]
}

/// Those of NEON with the matrix instructions.
pub(crate) fn i8mm() -> Vec<Loop> {
    // SAFETY: asked for only where the machine has them.
    vec![("usmmla", STEPS * CHAINS as u64 * 32, || unsafe { matrices() })]
}

fn bytes() {
    // SAFETY: NEON is part of the architecture; the assembly is no instruction, it hides from the
    // compiler that `a` stays the same.
    unsafe {
        let mut a = black_box(vdupq_n_s8(3));
        let mut acc = [vdupq_n_s32(0); CHAINS];
        for _ in 0..STEPS {
            for acc in &mut acc {
                asm!("/* {0:v} */", inout(vreg) a, options(nomem, nostack, preserves_flags));
                let products = vmull_s8(vget_low_s8(a), vget_low_s8(a));
                *acc = vpadalq_s16(*acc, vmlal_high_s8(products, a, a));
            }
        }
        black_box(acc);
    }
}

fn floats() {
    // SAFETY: NEON is part of the architecture.
    unsafe {
        let a = black_box(vdupq_n_f32(0.5));
        let mut acc = [vdupq_n_f32(0.0); CHAINS];
        for _ in 0..STEPS {
            for acc in &mut acc {
                *acc = vfmaq_f32(*acc, a, a);
            }
        }
        black_box(acc);
    }
}

#[target_feature(enable = "neon,dotprod")]
fn dots() {
    let a = black_box(vdupq_n_s8(3));
    let mut acc = [vdupq_n_s32(0); CHAINS];
    for _ in 0..STEPS {
        for acc in &mut acc {
            *acc = sdot(*acc, a, a);
        }
    }
    black_box(acc);
}

#[target_feature(enable = "neon,i8mm")]
fn matrices() {
    let (a, w) = (black_box(vdupq_n_u8(3)), black_box(vdupq_n_s8(3)));
    let mut acc = [vdupq_n_s32(0); CHAINS];
    for _ in 0..STEPS {
        for acc in &mut acc {
            *acc = usmmla(*acc, a, w);
        }
    }
    black_box(acc);
}
