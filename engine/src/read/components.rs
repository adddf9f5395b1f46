//! Connected components of a map of bytes, as runs of pixels. Linear in the number of pixels.

/// Consecutive pixels of one row that reach the threshold: `start..end`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    pub(crate) y: u32,
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Least index of a run of the same component, in the order of the list.
    pub(crate) label: u32,
}

/// The runs of pixels of at least `threshold`, row by row, each with the label of its 8-connected
/// component (two-pass labelling with union-find; Rosenfeld and Pfaltz, 1966). `data` holds whole
/// rows of `width` pixels.
pub(crate) fn labelled_runs(data: &[u8], width: usize, threshold: u8) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut parent: Vec<u32> = Vec::new();
    let mut previous = 0..0;
    for (y, row) in data.chunks_exact(width.max(1)).enumerate() {
        let first = runs.len();
        let mut above = previous.start;
        let mut x = 0;
        while let Some(skip) = row[x..].iter().position(|&p| p >= threshold) {
            let start = x + skip;
            let end = row[start..].iter().position(|&p| p < threshold).map_or(row.len(), |n| start + n);
            x = end;
            let label = runs.len() as u32;
            parent.push(label);
            while above < previous.end && (runs[above].end as usize) < start {
                above += 1;
            }
            let mut i = above;
            while i < previous.end && runs[i].start as usize <= end {
                join(&mut parent, runs[i].label, label);
                i += 1;
            }
            runs.push(Run { y: y as u32, start: start as u32, end: end as u32, label });
        }
        previous = first..runs.len();
    }
    for run in &mut runs {
        run.label = root(&mut parent, run.label);
    }
    runs
}

fn root(parent: &mut [u32], mut i: u32) -> u32 {
    while parent[i as usize] != i {
        parent[i as usize] = parent[parent[i as usize] as usize];
        i = parent[i as usize];
    }
    i
}

fn join(parent: &mut [u32], a: u32, b: u32) {
    let (a, b) = (root(parent, a), root(parent, b));
    parent[a.max(b) as usize] = a.min(b);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn count(data: &[u8], width: usize) -> usize {
        labelled_runs(data, width, 77).iter().map(|r| r.label).collect::<HashSet<_>>().len()
    }

    #[test]
    fn a_spiral_of_runs_is_one_component() {
        let art = [".#######", ".......#", ".#####.#", ".#...#.#", ".#.###.#", ".#.....#", ".#######"];
        let data: Vec<u8> =
            art.iter().flat_map(|r| r.bytes().map(|b| if b == b'#' { 255 } else { 0 })).collect();
        assert_eq!(count(&data, 8), 1);
    }

    #[test]
    fn components_agree_with_flood_fill_on_noise() {
        let mut state = 99u64;
        for _ in 0..50 {
            let (w, h) = (23usize, 17usize);
            let data: Vec<u8> = (0..w * h)
                .map(|_| {
                    state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                    if (state >> 60) < 6 { 200 } else { 0 }
                })
                .collect();
            assert_eq!(count(&data, w), flood_fill(&data, w, h));
        }
        assert_eq!(count(&[], 0), 0);
    }

    fn flood_fill(data: &[u8], w: usize, h: usize) -> usize {
        let mut seen: Vec<bool> = data.iter().map(|&p| p < 77).collect();
        let mut count = 0;
        for i in 0..w * h {
            let mut stack = vec![i];
            count += usize::from(!seen[i]);
            while let Some(p) = stack.pop() {
                if std::mem::replace(&mut seen[p], true) {
                    continue;
                }
                let (x, y) = ((p % w) as i32, (p / w) as i32);
                for (dx, dy) in (-1..=1).flat_map(|a| (-1..=1).map(move |b| (a, b))) {
                    let (x, y) = (x + dx, y + dy);
                    if (0..w as i32).contains(&x) && (0..h as i32).contains(&y) {
                        stack.push(y as usize * w + x as usize);
                    }
                }
            }
        }
        count
    }
}
