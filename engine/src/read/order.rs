//! Reading order: lines into columns, rows and paragraphs.

use super::geometry::{Point, dot, quad_center, quad_height, quad_width, sub};
use super::recognize::Strip;

/// Columns are looked for this many levels deep.
const MAX_DEPTH: u32 = 4;
/// Lines on each side of a gutter that make it one.
const MIN_COLUMN_LINES: usize = 3;
/// A column's lines are on average this many times longer than high.
const MIN_COLUMN_ASPECT: f32 = 5.0;

/// A line in a frame where text runs along x and lines follow along y.
#[derive(Debug, Clone, Copy)]
struct Item {
    index: usize,
    from: f32,
    to: f32,
    y: f32,
    height: f32,
}

/// The order in which to read strips, and the paragraphs as lists of their indices.
pub(crate) fn reading_order(strips: &[Strip]) -> Vec<Vec<usize>> {
    let vertical = {
        let long = |column| strips.iter().filter(|s| s.column == column).map(extent).sum::<f32>();
        long(true) > long(false)
    };
    let mut items = level_items(strips, vertical);
    let mut ordered = Vec::with_capacity(items.len());
    order(&mut items, &mut ordered, 0);
    paragraphs(&ordered)
}

fn extent(s: &Strip) -> f32 {
    quad_width(&s.quad).max(quad_height(&s.quad))
}

/// The strips in a level frame; for vertical text one turned so that columns are rows, the right
/// one first.
fn level_items(strips: &[Strip], vertical: bool) -> Vec<Item> {
    let axis = if vertical { [0.0, 1.0] } else { text_axis(strips) };
    let across = if vertical { [-1.0, 0.0] } else { [-axis[1], axis[0]] };
    strips
        .iter()
        .enumerate()
        .map(|(index, s)| {
            let center = quad_center(&s.quad);
            let reach = |d: Point| s.quad.iter().map(|&p| dot(sub(p, center), d).abs()).fold(0.0, f32::max);
            let (x, y, half) = (dot(center, axis), dot(center, across), reach(axis));
            let thick = if s.column == vertical {
                if s.column { quad_width(&s.quad) } else { quad_height(&s.quad) }
            } else {
                2.0 * reach(across)
            };
            Item { index, from: x - half, to: x + half, y, height: thick.max(1.0) }
        })
        .collect()
}

/// Direction of the text: the sum of the lines' top edges, which weighs long lines more.
fn text_axis(strips: &[Strip]) -> Point {
    let sum = strips.iter().filter(|s| !s.column).fold([0.0f32; 2], |a, s| {
        let d = sub(s.quad[1], s.quad[0]);
        if d[0].abs() > d[1].abs() { [a[0] + d[0], a[1] + d[1]] } else { a }
    });
    let len = dot(sum, sum).sqrt();
    if len > 0.0 { [sum[0] / len, sum[1] / len] } else { [1.0, 0.0] }
}

/// Appends the items in reading order: column by column where a gutter parts them, else row by row.
fn order(items: &mut [Item], out: &mut Vec<Item>, depth: u32) {
    if depth < MAX_DEPTH
        && items.len() >= 2 * MIN_COLUMN_LINES
        && let Some(gutter) = find_gutter(items)
    {
        order_around(items, gutter, out, depth);
    } else {
        rows(items, out);
    }
}

fn rows(items: &mut [Item], out: &mut Vec<Item>) {
    items.sort_by(|a, b| a.y.total_cmp(&b.y));
    let mut rest = &mut items[..];
    while !rest.is_empty() {
        let mut count = 1;
        while count < rest.len()
            && rest[count].y - rest[count - 1].y < 0.4 * rest[count].height.min(rest[count - 1].height)
            && rest[count].y - rest[0].y < 0.8 * rest[count].height.max(rest[0].height)
        {
            count += 1;
        }
        let (row, later) = rest.split_at_mut(count);
        row.sort_by(|a, b| a.from.total_cmp(&b.from));
        out.extend_from_slice(row);
        rest = later;
    }
}

/// Lines across the gutter part the picture into bands; in each the left side is read first.
fn order_around(items: &mut [Item], gutter: f32, out: &mut Vec<Item>, depth: u32) {
    items.sort_by(|a, b| a.y.total_cmp(&b.y));
    let (mut left, mut right) = (Vec::new(), Vec::new());
    let flush = |left: &mut Vec<Item>, right: &mut Vec<Item>, out: &mut Vec<Item>| {
        for side in [left, right] {
            order(side, out, depth + 1);
            side.clear();
        }
    };
    for &item in items.iter() {
        if item.to <= gutter {
            left.push(item);
        } else if item.from >= gutter {
            right.push(item);
        } else {
            flush(&mut left, &mut right, out);
            out.push(item);
        }
    }
    flush(&mut left, &mut right, out);
}

/// An x that few lines cross and that has running text on both sides, side by side.
fn find_gutter(items: &[Item]) -> Option<f32> {
    let mut heights: Vec<f32> = items.iter().map(|i| i.height).collect();
    let middle = heights.len() / 2;
    let height = *heights.select_nth_unstable_by(middle, f32::total_cmp).1;
    let start = items.iter().map(|i| i.from).fold(f32::MAX, f32::min);
    let end = items.iter().map(|i| i.to).fold(f32::MIN, f32::max);
    let bin = (height / 2.0).max((end - start) / 4096.0).max(1e-3);
    let bins = ((end - start) / bin) as usize + 1;
    let mut crossing = vec![0i32; bins + 1];
    for i in items {
        crossing[((i.from - start) / bin) as usize] += 1;
        crossing[(((i.to - start) / bin) as usize + 1).min(bins)] -= 1;
    }
    let mut sum = 0;
    crossing.iter_mut().for_each(|c| (sum += *c, *c = sum).0);
    let most = items.len() as i32 / 5;
    let mut valleys: Vec<(i32, usize, usize)> = Vec::new();
    for run in (0..bins).collect::<Vec<_>>().chunk_by(|&a, &b| crossing[a] == crossing[b]) {
        if crossing[run[0]] <= most && run.len() >= 2 {
            valleys.push((crossing[run[0]], run[0], run[run.len() - 1]));
        }
    }
    valleys.sort_by_key(|&(c, a, b)| (c, std::cmp::Reverse(b - a)));
    valleys
        .iter()
        .take(8)
        .map(|&(_, a, b)| start + (a + b + 1) as f32 / 2.0 * bin)
        .find(|&x| parts_columns(items, x))
}

/// Whether both sides of `x` hold running text that shares a good part of its rows.
fn parts_columns(items: &[Item], x: f32) -> bool {
    let side = |pick: &dyn Fn(&Item) -> bool| {
        let (mut count, mut aspect, mut top, mut bottom) = (0usize, 0.0, f32::MAX, f32::MIN);
        for i in items.iter().filter(|i| pick(i)) {
            count += 1;
            aspect += (i.to - i.from) / i.height;
            top = top.min(i.y);
            bottom = bottom.max(i.y);
        }
        let text = count >= MIN_COLUMN_LINES && aspect / count as f32 >= MIN_COLUMN_ASPECT;
        (text, top, bottom)
    };
    let (left, l0, l1) = side(&|i| i.to <= x);
    let (right, r0, r1) = side(&|i| i.from >= x);
    left && right && l1.min(r1) - l0.max(r0) > 0.5 * (l1 - l0).min(r1 - r0)
}

/// Consecutive lines of about one size with about one line's distance belong together.
fn paragraphs(ordered: &[Item]) -> Vec<Vec<usize>> {
    let mut out: Vec<Vec<usize>> = Vec::new();
    for (n, item) in ordered.iter().enumerate() {
        match n.checked_sub(1).map(|p| ordered[p]) {
            Some(previous) if belongs(&previous, item) => {
                if let Some(paragraph) = out.last_mut() {
                    paragraph.push(item.index);
                }
            }
            _ => out.push(vec![item.index]),
        }
    }
    out
}

fn belongs(above: &Item, below: &Item) -> bool {
    let height = above.height.max(below.height);
    let alike = above.height.min(below.height) > 0.6 * height;
    let step = below.y - above.y;
    let same_row = step.abs() < 0.4 * height && below.from > above.from;
    let next_row = step > 0.0 && step < 1.9 * height && above.from < below.to && below.from < above.to;
    alike && (same_row || next_row)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strip(x: f32, y: f32, w: f32, h: f32) -> Strip {
        Strip { quad: [[x, y], [x + w, y], [x + w, y + h], [x, y + h]], column: false }
    }

    fn flat(strips: &[Strip]) -> Vec<usize> {
        reading_order(strips).concat()
    }

    #[test]
    fn rows_run_left_to_right_and_down() {
        let strips = [strip(200., 11., 50., 20.), strip(10., 60., 90., 20.), strip(10., 10., 80., 20.)];
        assert_eq!(flat(&strips), [2, 0, 1]);
    }

    #[test]
    fn columns_are_read_one_after_the_other_below_their_heading() {
        let mut strips = vec![strip(0., 0., 700., 40.)];
        for row in 0..5 {
            let y = 80. + 30. * row as f32;
            strips.push(strip(0., y, 320., 20.));
            strips.push(strip(380., y + 3., 320., 20.));
        }
        assert_eq!(flat(&strips), [0, 1, 3, 5, 7, 9, 2, 4, 6, 8, 10]);
        assert_eq!(reading_order(&strips).len(), 3);
    }

    #[test]
    fn a_list_with_prices_is_read_by_rows() {
        let strips: Vec<Strip> = (0..6)
            .flat_map(|r| [strip(0., r as f32 * 30., 300., 20.), strip(500., r as f32 * 30., 60., 20.)])
            .collect();
        assert_eq!(flat(&strips), (0..12).collect::<Vec<_>>());
    }

    #[test]
    fn vertical_text_is_read_from_the_right() {
        let column = |x: f32| Strip { column: true, ..strip(x, 10., 30., 400.) };
        assert_eq!(flat(&[column(10.), column(60.), column(110.)]), [2, 1, 0]);
    }

    #[test]
    fn a_wide_gap_starts_a_paragraph() {
        let strips = [strip(0., 0., 300., 20.), strip(0., 26., 300., 20.), strip(0., 90., 300., 20.)];
        assert_eq!(reading_order(&strips), [vec![0, 1], vec![2]]);
    }

    #[test]
    fn tilted_rows_stay_rows() {
        let tilt = |x: f32, y: f32| {
            let (s, c) = 7f32.to_radians().sin_cos();
            [x * c - y * s, x * s + y * c]
        };
        let at = |x: f32, y: f32| Strip {
            quad: [tilt(x, y), tilt(x + 300., y), tilt(x + 300., y + 20.), tilt(x, y + 20.)],
            column: false,
        };
        assert_eq!(flat(&[at(0., 30.), at(600., 0.), at(0., 0.), at(600., 30.)]), [2, 1, 0, 3]);
    }

    #[test]
    fn every_line_appears_once_whatever_the_layout() {
        let mut state = 5u64;
        let mut random = |n: f32| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 40) as f32 / (1u64 << 24) as f32 * n
        };
        for round in 0..60 {
            let strips: Vec<Strip> = (0..round * 3)
                .map(|i| Strip {
                    column: i % 7 == 0,
                    ..strip(random(900.), random(900.), random(400.), random(30.))
                })
                .collect();
            let mut seen = flat(&strips);
            seen.sort_unstable();
            assert_eq!(seen, (0..strips.len()).collect::<Vec<_>>());
        }
    }
}
