//! Plane geometry of the boxes of lines, in pixels of the frame.

use glimpse_engine::Quad;

/// A point or vector, x then y.
pub(super) type Point = [f32; 2];

pub(super) fn sub(a: Point, b: Point) -> Point {
    [a[0] - b[0], a[1] - b[1]]
}

pub(super) fn add(a: Point, b: Point) -> Point {
    [a[0] + b[0], a[1] + b[1]]
}

pub(super) fn dot(a: Point, b: Point) -> f32 {
    a[0] * b[0] + a[1] * b[1]
}

pub(super) fn cross(a: Point, b: Point) -> f32 {
    a[0] * b[1] - a[1] * b[0]
}

pub(super) fn length(a: Point) -> f32 {
    dot(a, a).sqrt()
}

pub(super) fn centre(quad: &Quad) -> Point {
    let sum = quad.iter().fold([0.0, 0.0], |s, &p| add(s, p));
    [sum[0] / 4.0, sum[1] / 4.0]
}

/// Mean length of the sides along the text.
pub(super) fn width(quad: &Quad) -> f32 {
    (length(sub(quad[1], quad[0])) + length(sub(quad[2], quad[3]))) / 2.0
}

/// Mean length of the sides across the text.
pub(super) fn height(quad: &Quad) -> f32 {
    (length(sub(quad[3], quad[0])) + length(sub(quad[2], quad[1]))) / 2.0
}

/// Unit vector along the text.
pub(super) fn axis(quad: &Quad) -> Point {
    let along = add(sub(quad[1], quad[0]), sub(quad[2], quad[3]));
    let long = length(along);
    if long > 0.0 { [along[0] / long, along[1] / long] } else { [1.0, 0.0] }
}

pub(super) fn moved(quad: &Quad, by: Point) -> Quad {
    quad.map(|p| add(p, by))
}

/// Least x and y, then greatest x and y.
pub(super) fn bounds(quad: &Quad) -> [f32; 4] {
    let from = |i: usize| quad.iter().map(|p| p[i]).fold(f32::INFINITY, f32::min);
    let to = |i: usize| quad.iter().map(|p| p[i]).fold(f32::NEG_INFINITY, f32::max);
    [from(0), from(1), to(0), to(1)]
}

/// Whether it is a box at all: finite, not absurdly far away, of some area.
pub(super) fn is_sound(quad: &Quad) -> bool {
    quad.iter().flatten().all(|v| v.is_finite() && v.abs() < 1e6) && area(quad) >= 1.0
}

/// Area of a polygon whose corners are in either order.
pub(super) fn area(polygon: &[Point]) -> f32 {
    let next = polygon.iter().cycle().skip(1);
    polygon.iter().zip(next).map(|(&a, &b)| cross(a, b)).sum::<f32>().abs() / 2.0
}

/// Area that two convex boxes share: one is cut along the sides of the other (Sutherland and
/// Hodgman 1974).
pub(super) fn shared_area(a: &Quad, b: &Quad) -> f32 {
    let ([ax0, ay0, ax1, ay1], [bx0, by0, bx1, by1]) = (bounds(a), bounds(b));
    if ax0 >= bx1 || bx0 >= ax1 || ay0 >= by1 || by0 >= ay1 {
        return 0.0;
    }
    let turn = {
        let next = b.iter().cycle().skip(1);
        if b.iter().zip(next).map(|(&p, &q)| cross(p, q)).sum::<f32>() < 0.0 { -1.0 } else { 1.0 }
    };
    let mut kept: Vec<Point> = a.to_vec();
    for side in 0..4 {
        let (from, to) = (b[side], b[(side + 1) % 4]);
        let inside = |p: Point| turn * cross(sub(to, from), sub(p, from));
        let mut next = Vec::with_capacity(kept.len() + 1);
        for (i, &p) in kept.iter().enumerate() {
            let q = kept[(i + 1) % kept.len()];
            let (here, there) = (inside(p), inside(q));
            if here >= 0.0 {
                next.push(p);
            }
            if (here > 0.0 && there < 0.0) || (here < 0.0 && there > 0.0) {
                let t = here / (here - there);
                next.push([p[0] + (q[0] - p[0]) * t, p[1] + (q[1] - p[1]) * t]);
            }
        }
        if next.is_empty() {
            return 0.0;
        }
        kept = next;
    }
    area(&kept)
}

/// Shared area as part of the area of both together, 0 to 1.
pub(super) fn overlap(a: &Quad, b: &Quad) -> f32 {
    let shared = shared_area(a, b);
    let all = area(a) + area(b) - shared;
    if all > 0.0 { (shared / all).clamp(0.0, 1.0) } else { 0.0 }
}

/// Where `other` begins and ends along `quad`'s text, from `quad`'s own beginning, in pixels.
pub(super) fn reach(quad: &Quad, other: &Quad) -> [f32; 2] {
    let along = axis(quad);
    let zero = (dot(quad[0], along) + dot(quad[3], along)) / 2.0;
    [
        (dot(other[0], along) + dot(other[3], along)) / 2.0 - zero,
        (dot(other[1], along) + dot(other[2], along)) / 2.0 - zero,
    ]
}

/// A point between two boxes, corner by corner: `t` 0 is `a`, 1 is `b`.
pub(super) fn between(a: &Quad, b: &Quad, t: f32) -> Quad {
    std::array::from_fn(|i| [a[i][0] + (b[i][0] - a[i][0]) * t, a[i][1] + (b[i][1] - a[i][1]) * t])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(x: f32, y: f32, w: f32, h: f32) -> Quad {
        [[x, y], [x + w, y], [x + w, y + h], [x, y + h]]
    }

    #[test]
    fn overlap_is_the_shared_part() {
        let a = level(0.0, 0.0, 10.0, 10.0);
        assert!((overlap(&a, &a) - 1.0).abs() < 1e-6);
        assert!((overlap(&a, &level(5.0, 0.0, 10.0, 10.0)) - 50.0 / 150.0).abs() < 1e-6);
        assert_eq!(overlap(&a, &level(20.0, 0.0, 10.0, 10.0)), 0.0);
        let diamond = [[5.0, 0.0], [10.0, 5.0], [5.0, 10.0], [0.0, 5.0]];
        assert!((shared_area(&a, &diamond) - 50.0).abs() < 1e-4);
        let mirrored = [a[1], a[0], a[3], a[2]];
        assert!((shared_area(&diamond, &mirrored) - 50.0).abs() < 1e-4, "either order of the corners");
    }

    #[test]
    fn what_is_no_box_is_told() {
        assert!(is_sound(&level(0.0, 0.0, 2.0, 2.0)));
        assert!(!is_sound(&level(0.0, 0.0, f32::NAN, 2.0)));
        assert!(!is_sound(&level(0.0, 0.0, 0.0, 2.0)));
        assert!(!is_sound(&level(f32::INFINITY, 0.0, 2.0, 2.0)));
    }

    #[test]
    fn reach_is_measured_along_the_text() {
        let [from, to] = reach(&level(10.0, 0.0, 100.0, 20.0), &level(30.0, 0.0, 50.0, 20.0));
        assert!((from - 20.0).abs() < 1e-4 && (to - 70.0).abs() < 1e-4);
    }
}
