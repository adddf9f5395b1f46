//! Reductions over `f32` slices in sixteen lanes, which every vector width divides.

/// Lanes.
pub(crate) const LANES: usize = 16;

/// Folds `x` lane by lane with `step`, the lanes starting at `start`, then the lanes with `join`.
/// Fixed order: every instruction set gives the same bits if `step` does.
#[inline(always)]
pub(crate) fn fold(
    x: &[f32],
    start: f32,
    step: impl Fn(f32, f32) -> f32,
    join: impl Fn(f32, f32) -> f32,
) -> f32 {
    let mut acc = [start; LANES];
    let (chunks, rest) = x.as_chunks::<LANES>();
    for chunk in chunks {
        for (acc, v) in acc.iter_mut().zip(chunk) {
            *acc = step(*acc, *v);
        }
    }
    for (acc, v) in acc.iter_mut().zip(rest) {
        *acc = step(*acc, *v);
    }
    let mut width = LANES / 2;
    while width > 0 {
        for i in 0..width {
            acc[i] = join(acc[i], acc[i + width]);
        }
        width /= 2;
    }
    acc[0]
}

/// Sum.
#[inline(always)]
pub(crate) fn sum(x: &[f32]) -> f32 {
    fold(x, 0.0, |a, v| a + v, |a, b| a + b)
}

#[inline(always)]
fn greater(a: f32, b: f32) -> f32 {
    if b > a { b } else { a }
}

/// Greatest value; −∞ for none. NaN is passed over.
#[inline(always)]
pub(crate) fn max(x: &[f32]) -> f32 {
    fold(x, f32::NEG_INFINITY, greater, greater)
}
