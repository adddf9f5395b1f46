//! Squares of bytes, rows to columns, with the instructions that every machine of an architecture has.

/// Side of a square.
pub(super) const SIDE: usize = 16;

type Square = [[u8; SIDE]; SIDE];

#[cfg(target_arch = "x86_64")]
mod arch {
    use std::arch::x86_64::*;

    use super::{SIDE, Square};

    #[inline(always)]
    pub(super) fn transpose(rows: [&[u8; SIDE]; SIDE]) -> Square {
        // SAFETY: SSE2 belongs to x86-64, and each pointer is that of sixteen bytes.
        unsafe {
            let mut x = [_mm_setzero_si128(); SIDE];
            for (x, row) in x.iter_mut().zip(rows) {
                *x = _mm_loadu_si128(row.as_ptr().cast());
            }
            // Four perfect shuffles of all bytes take rows to columns.
            for _ in 0..4 {
                let mut next = x;
                for i in 0..SIDE / 2 {
                    next[2 * i] = _mm_unpacklo_epi8(x[i], x[i + SIDE / 2]);
                    next[2 * i + 1] = _mm_unpackhi_epi8(x[i], x[i + SIDE / 2]);
                }
                x = next;
            }
            let mut out = [[0; SIDE]; SIDE];
            for (out, x) in out.iter_mut().zip(x) {
                _mm_storeu_si128(out.as_mut_ptr().cast(), x);
            }
            out
        }
    }
}

#[cfg(target_arch = "aarch64")]
mod arch {
    use std::arch::aarch64::*;

    use super::{SIDE, Square};

    #[inline(always)]
    pub(super) fn transpose(rows: [&[u8; SIDE]; SIDE]) -> Square {
        // SAFETY: NEON belongs to AArch64 as Rust targets it, and each pointer is that of sixteen bytes.
        unsafe {
            let mut x = [vdupq_n_u8(0); SIDE];
            for (x, row) in x.iter_mut().zip(rows) {
                *x = vld1q_u8(row.as_ptr());
            }
            // Four perfect shuffles of all bytes take rows to columns.
            for _ in 0..4 {
                let mut next = x;
                for i in 0..SIDE / 2 {
                    next[2 * i] = vzip1q_u8(x[i], x[i + SIDE / 2]);
                    next[2 * i + 1] = vzip2q_u8(x[i], x[i + SIDE / 2]);
                }
                x = next;
            }
            let mut out = [[0; SIDE]; SIDE];
            for (out, x) in out.iter_mut().zip(x) {
                vst1q_u8(out.as_mut_ptr(), x);
            }
            out
        }
    }
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
mod arch {
    use super::{SIDE, Square};

    pub(super) fn transpose(rows: [&[u8; SIDE]; SIDE]) -> Square {
        std::array::from_fn(|x| rows.map(|row| row[x]))
    }
}

/// A square of bytes: row `i` of the result is column `i` of `rows`.
#[inline(always)]
pub(super) fn transpose(rows: [&[u8; SIDE]; SIDE]) -> Square {
    arch::transpose(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_become_rows() {
        let rows: Square = std::array::from_fn(|y| std::array::from_fn(|x| (y * SIDE + x) as u8));
        let turned = transpose(rows.each_ref());
        for (x, column) in turned.iter().enumerate() {
            for (y, byte) in column.iter().enumerate() {
                assert_eq!(*byte, rows[y][x]);
            }
        }
    }
}
