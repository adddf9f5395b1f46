//! Pairs of groups whose products fit 16 bits together.
//!
//! AVX2 multiplies bytes in two steps: `vpmaddubsw` adds two products in 16 bits, `vpmaddwd` with ones
//! widens these sums to 32. One step of widening serves two groups where no sum of four products can
//! leave 16 bits: where the weights of one sign among the four add up to 128 at most, for
//! 255 × 128 = 32,640. Trained weights are small but for a few, so that nearly all groups find a partner,
//! and three multiplying instructions do the work of four.

/// Bound on the weights of one sign in a 16-bit sum.
const MOST: u16 = 128;
/// Groups that are looked at for a partner: more of them find hardly more pairs.
const WINDOW: usize = 32;
/// Products in a 16-bit sum.
const SUMMED: usize = 2;
/// Taps of fewer groups have too few pairs to be worth their order.
const LEAST_GROUPS: usize = 8;

/// The order of the groups in every panel, tap by tap.
#[derive(Debug, Clone)]
pub(super) struct Pairing {
    /// Groups by number, `[panels][taps][k_groups]`: pairs, then those left over.
    groups: Vec<u16>,
    /// Pairs, `[panels][taps]`.
    pairs: Vec<u16>,
    taps: usize,
    k_groups: usize,
}

/// That of one panel, for kernels.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PanelPairing {
    /// Groups by number, `[taps][k_groups]`; those of a pair lie one after another.
    pub(crate) groups: *const u16,
    /// For each tap, how many pairs its groups begin with. In every 16-bit sum of a pair, weights of one sign
    /// add up to 128 at most.
    pub(crate) pairs: *const u16,
}

/// The sums of a group's positive weights, then of its negative ones, for each of its 16-bit sums.
type Weight = Vec<u16>;

impl Pairing {
    /// Pairs the groups of every panel of `panels` (`[panels][taps][k_groups][bytes]`), and puts them in that
    /// order. [`None`] where there are too few of them, or more than can be numbered.
    pub(super) fn of(bytes: usize, [taps, k_groups]: [usize; 2], panels: &mut [i8]) -> Option<Self> {
        let last = u16::try_from(k_groups).ok().filter(|_| k_groups >= LEAST_GROUPS)?;
        let (mut groups, mut pairs) = (Vec::new(), Vec::new());
        for tap in panels.chunks_exact_mut(bytes * k_groups) {
            let weights: Vec<Weight> = tap.chunks_exact(bytes).map(weight).collect();
            let (order, count) = order(&weights, last);
            let before = tap.to_vec();
            for (to, from) in tap.chunks_exact_mut(bytes).zip(&order) {
                to.copy_from_slice(&before[usize::from(*from) * bytes..][..bytes]);
            }
            groups.extend(order);
            pairs.push(count);
        }
        Some(Self { groups, pairs, taps, k_groups })
    }

    /// That of one panel.
    pub(super) fn panel(&self, panel: usize) -> PanelPairing {
        PanelPairing {
            groups: self.groups[panel * self.taps * self.k_groups..].as_ptr(),
            pairs: self.pairs[panel * self.taps..].as_ptr(),
        }
    }

    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(self.groups.as_slice()) + size_of_val(self.pairs.as_slice())
    }
}

fn weight(group: &[i8]) -> Weight {
    let sum = |sign: i16| {
        group.chunks_exact(SUMMED).map(move |summed| {
            summed.iter().map(|w| (sign * i16::from(*w)).max(0).unsigned_abs()).sum::<u16>()
        })
    };
    sum(1).chain(sum(-1)).collect()
}

fn fit(a: &Weight, b: &Weight) -> bool {
    // Without a way out, so that the loop becomes vector instructions.
    a.iter().zip(b).fold(true, |fits, (a, b)| fits & (a + b <= MOST))
}

/// The groups of pairs, one pair after another, then those left over; and how many pairs there are. Heavy
/// groups choose first, among the light ones.
fn order(weights: &[Weight], count: u16) -> (Vec<u16>, u16) {
    let mut left: Vec<u16> = (0..count).collect();
    let of = |group: u16| &weights[usize::from(group)];
    left.sort_by_cached_key(|group| of(*group).iter().max().copied());
    let (mut paired, mut alone, mut pairs) = (Vec::with_capacity(weights.len()), Vec::new(), 0);
    while let Some(heavy) = left.pop() {
        match left.iter().take(WINDOW).position(|light| fit(of(heavy), of(*light))) {
            Some(at) => {
                paired.extend([heavy, left.remove(at)]);
                pairs += 1;
            }
            None => alone.push(heavy),
        }
    }
    paired.append(&mut alone);
    (paired, pairs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::Random;

    fn random_groups(count: u16, most: usize) -> Vec<Weight> {
        let mut random = Random::new(7);
        (0..count)
            .map(|_| {
                let group: Vec<i8> =
                    (0..64).map(|_| (random.within(0, 2 * most) as i32 - most as i32) as i8).collect();
                weight(&group)
            })
            .collect()
    }

    #[test]
    fn every_group_comes_once_and_pairs_fit() {
        for (count, most) in [(0, 9), (1, 9), (7, 9), (64, 30), (64, 64), (200, 12)] {
            let weights = random_groups(count, most);
            let (order, pairs) = order(&weights, count);
            let mut sorted = order.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, (0..count).collect::<Vec<_>>());
            for pair in order[..2 * usize::from(pairs)].chunks_exact(2) {
                let (a, b) = (&weights[usize::from(pair[0])], &weights[usize::from(pair[1])]);
                assert!(a.iter().zip(b).all(|(a, b)| a + b <= 128), "{pair:?} of {count}, {most}");
            }
        }
        let light = random_groups(64, 30);
        assert_eq!(order(&light, 64).1, 32, "weights of at most 30 always fit");
        let heavy = random_groups(64, 64);
        assert!(order(&heavy, 64).1 < 32, "such weights do not all fit");
    }

    #[test]
    fn sums_are_of_one_sign() {
        assert_eq!(weight(&[100, 28, -127, 3]), [128, 3, 0, 127]);
    }
}
