//! One block of memory for all values of a run, and the plan that places them in it.

use std::ops::Range;

use glimpse_kernels::SLACK;

/// Alignment of every value: one cache line, one AVX-512 vector.
const ALIGN: usize = 64;

#[derive(Debug, Clone, Copy, bytemuck::Zeroable, bytemuck::Pod)]
#[repr(C, align(64))]
struct Line([u8; ALIGN]);

/// Aligned memory that only grows.
#[derive(Debug, Default)]
pub(crate) struct Arena {
    lines: Vec<Line>,
}

impl Arena {
    /// Makes at least `bytes` available.
    pub(crate) fn reserve(&mut self, bytes: usize) {
        let lines = bytes.div_ceil(ALIGN);
        if self.lines.len() < lines {
            self.lines.resize(lines, Line([0; ALIGN]));
        }
    }

    /// All of it.
    pub(crate) fn bytes(&self) -> &[u8] {
        bytemuck::cast_slice(&self.lines)
    }

    /// All of it, to write.
    pub(crate) fn bytes_mut(&mut self) -> &mut [u8] {
        bytemuck::cast_slice_mut(&mut self.lines)
    }

    /// The place `out` to write and the places `inputs` to read.
    ///
    /// # Panics
    /// If `out` overlaps one of `inputs`: the plan never places a result over a live operand.
    pub(crate) fn split<const N: usize>(
        &mut self,
        out: Place,
        inputs: [Place; N],
    ) -> (&mut [u8], [&[u8]; N]) {
        let (before, rest) = self.bytes_mut().split_at_mut(out.offset);
        let (target, after) = rest.split_at_mut(out.bytes);
        let (before, after): (&[u8], &[u8]) = (before, after);
        let end = out.offset + out.bytes;
        let operands = inputs.map(|p| {
            if p.offset >= end { &after[p.offset - end..][..p.bytes] } else { &before[p.offset..][..p.bytes] }
        });
        (target, operands)
    }
}

/// Where a value lies in the arena, its slack included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// First byte.
    pub(crate) offset: usize,
    /// Bytes, [`SLACK`] included.
    pub(crate) bytes: usize,
}

/// A value to be placed.
#[derive(Debug, Clone)]
pub(crate) struct Lifetime {
    /// Bytes without slack; 0 for a value that needs no place.
    pub(crate) bytes: usize,
    /// From the step that writes it to the last step that reads it.
    pub(crate) steps: Range<usize>,
}

/// Places values so that those alive at the same time do not overlap: largest first, each at the
/// lowest offset that is free over its lifetime ("greedy by size", Pisarchyk and Lee 2020,
/// arXiv:2001.03288). Returns the places and the arena's bytes.
pub(crate) fn place(values: &[Lifetime]) -> (Vec<Place>, usize) {
    let mut order: Vec<usize> = (0..values.len()).filter(|i| values[*i].bytes > 0).collect();
    order.sort_by_key(|i| std::cmp::Reverse(values[*i].bytes));
    let mut places = vec![Place::default(); values.len()];
    let mut placed: Vec<usize> = Vec::new();
    let mut total = 0;
    for i in order {
        let bytes = (values[i].bytes + SLACK).next_multiple_of(ALIGN);
        let mut busy: Vec<Place> = placed
            .iter()
            .filter(|j| {
                values[**j].steps.start <= values[i].steps.end
                    && values[i].steps.start <= values[**j].steps.end
            })
            .map(|j| places[*j])
            .collect();
        busy.sort_by_key(|p| p.offset);
        let mut offset = 0;
        for p in busy {
            if offset + bytes <= p.offset {
                break;
            }
            offset = offset.max(p.offset + p.bytes);
        }
        places[i] = Place { offset, bytes };
        total = total.max(offset + bytes);
        placed.push(i);
    }
    (places, total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_alive_together_do_not_overlap() {
        let mut seed = 7u64;
        let mut next = |n: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((seed >> 33) % n) as usize
        };
        for _ in 0..100 {
            let values: Vec<Lifetime> = (0..40)
                .map(|_| {
                    let start = next(30);
                    Lifetime { bytes: next(5000), steps: start..start + next(8) }
                })
                .collect();
            let (places, total) = place(&values);
            for i in 0..values.len() {
                if values[i].bytes == 0 {
                    continue;
                }
                assert!(places[i].bytes >= values[i].bytes + SLACK && places[i].offset % ALIGN == 0);
                assert!(places[i].offset + places[i].bytes <= total);
                for j in 0..i {
                    let together = values[i].steps.start <= values[j].steps.end
                        && values[j].steps.start <= values[i].steps.end;
                    let apart = places[i].offset + places[i].bytes <= places[j].offset
                        || places[j].offset + places[j].bytes <= places[i].offset;
                    assert!(!together || apart || values[j].bytes == 0);
                }
            }
        }
    }

    #[test]
    fn split_gives_the_places_asked_for() {
        let mut arena = Arena::default();
        arena.reserve(1024);
        arena.bytes_mut()[0] = 1;
        arena.bytes_mut()[512] = 2;
        let p = |offset| Place { offset, bytes: 128 };
        let (out, [a, b]) = arena.split(p(256), [p(0), p(512)]);
        assert_eq!((out.len(), a[0], b[0]), (128, 1, 2));
    }
}
