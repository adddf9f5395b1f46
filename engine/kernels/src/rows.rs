//! Rows of `f32` quantized as they come, for linear layers whose inputs have no measured range.

use crate::dispatch::{fma, multiversion};
use crate::elementwise::to_byte;
use crate::lanes::{fold, max};

/// The grid of a quantized row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RowGrid {
    /// Bytes 1 to 255, 128 for zero; the largest magnitude takes 127 steps.
    #[default]
    Signed,
    /// Bytes 0 to 255, 0 for zero; the largest value takes 255 steps and negative ones become 0.
    Positive,
}

impl RowGrid {
    /// The byte that stands for 0.
    pub fn zero_point(self) -> u8 {
        match self {
            RowGrid::Signed => 128,
            RowGrid::Positive => 0,
        }
    }
}

/// What becomes of a product's real value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RowFinish {
    /// Written.
    #[default]
    Store,
    /// Written where it is greater than 0, else 0 is.
    Relu,
    /// Added to what is there.
    Add,
}

multiversion! {
    /// Quantizes every row of `columns` to its own step: `real ≈ (byte − zero point)·step`. Not finite
    /// values give any bytes.
    ///
    /// # Panics
    /// If `x` is not `steps.len()` rows, or `out` is shorter.
    pub fn quantize_rows_u8(x: &[f32], columns: usize, grid: RowGrid, out: &mut [u8], steps: &mut [f32])
        = exact quantize;

    /// `sums·step + bias` of every row (its length that of `bias`), finished as `finish` says.
    ///
    /// # Panics
    /// If `sums` and `out` are not `steps.len()` rows.
    pub fn finish_rows_f32(sums: &[f32], steps: &[f32], bias: &[f32], finish: RowFinish, out: &mut [f32])
        = fused finish_rows;
}

#[inline(always)]
fn quantize(x: &[f32], columns: usize, grid: RowGrid, out: &mut [u8], steps: &mut [f32]) {
    assert!(columns > 0 && x.len() == steps.len() * columns);
    let out = &mut out[..x.len()];
    let zero = f32::from(grid.zero_point());
    for ((x, out), step) in x.chunks_exact(columns).zip(out.chunks_exact_mut(columns)).zip(steps) {
        let (bound, levels) = match grid {
            RowGrid::Signed => (fold(x, 0.0, |a, v| greater(a, v.abs()), greater), 127.0),
            RowGrid::Positive => (greater(0.0, max(x)), 255.0),
        };
        *step = bound / levels;
        let factor = if bound > 0.0 { levels / bound } else { 0.0 };
        for (out, x) in out.iter_mut().zip(x) {
            *out = to_byte(x * factor + zero);
        }
    }
}

#[inline(always)]
fn greater(a: f32, b: f32) -> f32 {
    if b > a { b } else { a }
}

#[inline(always)]
fn finish_rows<const FMA: bool>(
    sums: &[f32],
    steps: &[f32],
    bias: &[f32],
    finish: RowFinish,
    out: &mut [f32],
) {
    let columns = bias.len();
    assert!(columns > 0 && sums.len() == steps.len() * columns && out.len() == sums.len());
    for ((sums, out), step) in sums.chunks_exact(columns).zip(out.chunks_exact_mut(columns)).zip(steps) {
        let terms = sums.iter().zip(bias).map(|(s, b)| fma::<FMA>(*s, *step, *b));
        match finish {
            RowFinish::Store => out.iter_mut().zip(terms).for_each(|(out, t)| *out = t),
            RowFinish::Relu => out.iter_mut().zip(terms).for_each(|(out, t)| *out = greater(0.0, t)),
            RowFinish::Add => out.iter_mut().zip(terms).for_each(|(out, t)| *out += t),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kernels;
    use crate::test_support::Random;

    fn reals(random: &mut Random, len: usize) -> Vec<f32> {
        (0..len).map(|_| random.within(0, 2_000_000) as f32 / 2e5 - 5.0).collect()
    }

    #[test]
    fn a_row_is_within_half_a_step_and_the_same_everywhere() {
        let mut random = Random::new(21);
        for columns in [1, 7, 16, 33, 256, 1024] {
            let mut x = reals(&mut random, 3 * columns);
            x[columns..2 * columns].fill(0.0);
            for grid in [RowGrid::Signed, RowGrid::Positive] {
                let mut first: Option<(Vec<u8>, Vec<f32>)> = None;
                for kernels in Kernels::available() {
                    let (mut out, mut steps) = (vec![7; x.len() + 3], vec![-1.0; 3]);
                    kernels.quantize_rows_u8(&x, columns, grid, &mut out, &mut steps);
                    assert_eq!(out[x.len()..], [7; 3]);
                    for (i, (byte, x)) in out.iter().zip(&x).enumerate() {
                        let step = steps[i / columns];
                        let x = if grid == RowGrid::Positive { x.max(0.0) } else { *x };
                        let real = (f32::from(*byte) - f32::from(grid.zero_point())) * step;
                        assert!((real - x).abs() <= step * 0.5001, "{:?} {grid:?} {real} {x}", kernels.isa());
                    }
                    let first = first.get_or_insert_with(|| (out.clone(), steps.clone()));
                    assert_eq!(*first, (out, steps), "{:?}", kernels.isa());
                }
            }
        }
    }

    #[test]
    fn rows_of_no_numbers_do_no_harm() {
        for kernels in Kernels::available() {
            for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN_POSITIVE / 4.0] {
                let (mut out, mut steps) = ([0; 32], [0.0; 2]);
                kernels.quantize_rows_u8(&[bad; 32], 16, RowGrid::Signed, &mut out, &mut steps);
                kernels.quantize_rows_u8(&[bad; 32], 16, RowGrid::Positive, &mut out, &mut steps);
            }
        }
    }

    #[test]
    fn finishing_follows_its_formula() {
        let mut random = Random::new(22);
        for columns in [1, 5, 16, 50, 768] {
            let (sums, before) = (reals(&mut random, 2 * columns), reals(&mut random, 2 * columns));
            let (bias, steps) = (reals(&mut random, columns), reals(&mut random, 2));
            for kernels in Kernels::available() {
                for finish in [RowFinish::Store, RowFinish::Relu, RowFinish::Add] {
                    let mut out = before.clone();
                    kernels.finish_rows_f32(&sums, &steps, &bias, finish, &mut out);
                    for (i, out) in out.iter().enumerate() {
                        let t =
                            f64::from(sums[i]) * f64::from(steps[i / columns]) + f64::from(bias[i % columns]);
                        let e = match finish {
                            RowFinish::Store => t,
                            RowFinish::Relu => t.max(0.0),
                            RowFinish::Add => t + f64::from(before[i]),
                        };
                        assert!((f64::from(*out) - e).abs() < 1e-5, "{:?} {finish:?}", kernels.isa());
                    }
                }
            }
        }
    }
}
