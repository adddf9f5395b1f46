//! Plane geometry of text boxes. Coordinates are pixels; pixel (x, y) covers `x..x + 1`, `y..y + 1`.

use super::Quad;

/// A point or vector, x then y.
pub(crate) type Point = [f32; 2];

pub(crate) fn sub(a: Point, b: Point) -> Point {
    [a[0] - b[0], a[1] - b[1]]
}

pub(crate) fn dot(a: Point, b: Point) -> f32 {
    a[0] * b[0] + a[1] * b[1]
}

pub(crate) fn cross(a: Point, b: Point) -> f32 {
    a[0] * b[1] - a[1] * b[0]
}

pub(crate) fn length(a: Point) -> f32 {
    dot(a, a).sqrt()
}

pub(crate) fn lerp(a: Point, b: Point, t: f32) -> Point {
    [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]
}

/// A rectangle in any orientation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct RotatedRect {
    /// Its centre.
    pub(crate) center: Point,
    /// Unit vector of its width; within 45 degrees of the x axis.
    pub(crate) axis: Point,
    /// Extent along `axis`.
    pub(crate) width: f32,
    /// Extent across `axis`.
    pub(crate) height: f32,
}

impl RotatedRect {
    /// The rectangle grown by `margin` on all four sides.
    pub(crate) fn grown(self, margin: f32) -> Self {
        Self { width: self.width + 2.0 * margin, height: self.height + 2.0 * margin, ..self }
    }

    /// Corners: top-left, top-right, bottom-right, bottom-left.
    pub(crate) fn corners(&self) -> Quad {
        let [cx, cy] = self.center;
        let (hx, hy) = (self.axis[0] * self.width / 2.0, self.axis[1] * self.width / 2.0);
        let (vx, vy) = (-self.axis[1] * self.height / 2.0, self.axis[0] * self.height / 2.0);
        [
            [cx - hx - vx, cy - hy - vy],
            [cx + hx - vx, cy + hy - vy],
            [cx + hx + vx, cy + hy + vy],
            [cx - hx + vx, cy - hy + vy],
        ]
    }
}

/// Convex hull of points sorted by y, then x (Andrew's monotone chain with the axes swapped).
/// Collinear points are left out; the result turns one way and has at least one point for a
/// non-empty input.
pub(crate) fn convex_hull(sorted: &[Point]) -> Vec<Point> {
    let mut hull: Vec<Point> = Vec::with_capacity(sorted.len().min(64));
    let push = |hull: &mut Vec<Point>, floor: usize, p: Point| {
        while hull.len() >= floor + 2 {
            let (a, b) = (hull[hull.len() - 2], hull[hull.len() - 1]);
            if cross(sub(b, a), sub(p, b)) > 0.0 {
                break;
            }
            hull.pop();
        }
        if hull.last() != Some(&p) {
            hull.push(p);
        }
    };
    for &p in sorted {
        push(&mut hull, 0, p);
    }
    let floor = hull.len().saturating_sub(1);
    for &p in sorted.iter().rev().skip(1) {
        push(&mut hull, floor, p);
    }
    if hull.len() > 1 && hull.first() == hull.last() {
        hull.pop();
    }
    hull
}

/// The rectangle of least area around a convex polygon, by rotating calipers (Toussaint, 1983):
/// one of its sides lies on a side of the polygon. `None` for fewer than 3 corners.
pub(crate) fn min_area_rect(hull: &[Point]) -> Option<RotatedRect> {
    let n = hull.len();
    if n < 3 {
        return None;
    }
    let next = |i: usize| if i + 1 == n { 0 } else { i + 1 };
    let advance = |from: usize, direction: Point| {
        let mut i = from;
        for _ in 0..n {
            if dot(sub(hull[next(i)], hull[i]), direction) <= 0.0 {
                break;
            }
            i = next(i);
        }
        i
    };
    let side = |i: usize| {
        let d = sub(hull[next(i)], hull[i]);
        let len = length(d).max(f32::MIN_POSITIVE);
        [d[0] / len, d[1] / len]
    };
    let extreme = |direction: Point| {
        let mut best = 0;
        for i in 1..n {
            if dot(hull[i], direction) > dot(hull[best], direction) {
                best = i;
            }
        }
        best
    };
    let u0 = side(0);
    let v0 = [-u0[1], u0[0]];
    let (mut far, mut top) = (extreme(u0), extreme(v0));
    let mut near = extreme([-u0[0], -u0[1]]);
    let mut best: Option<(f32, RotatedRect)> = None;
    for i in 0..n {
        let u = side(i);
        let v = [-u[1], u[0]];
        far = advance(far, u);
        top = advance(top, v);
        near = advance(near, [-u[0], -u[1]]);
        let (u_max, u_min) = (dot(hull[far], u), dot(hull[near], u));
        let (v_min, v_max) = (dot(hull[i], v), dot(hull[top], v));
        let (w, h) = (u_max - u_min, v_max - v_min);
        if best.is_none_or(|(area, _)| w * h < area) {
            let (cu, cv) = ((u_max + u_min) / 2.0, (v_max + v_min) / 2.0);
            let center = [cu * u[0] + cv * v[0], cu * u[1] + cv * v[1]];
            best = Some((w * h, upright(RotatedRect { center, axis: u, width: w, height: h })));
        }
    }
    best.map(|(_, rect)| rect)
}

/// The same rectangle with its axis within 45 degrees of the x axis.
fn upright(r: RotatedRect) -> RotatedRect {
    let [x, y] = r.axis;
    if x.abs() >= y.abs() {
        let s = if x < 0.0 { -1.0 } else { 1.0 };
        RotatedRect { axis: [x * s, y * s], ..r }
    } else {
        let s = if y < 0.0 { 1.0 } else { -1.0 };
        RotatedRect { axis: [-y * s, x * s], width: r.height, height: r.width, ..r }
    }
}

/// Mean length of the top and bottom sides.
pub(crate) fn quad_width(q: &Quad) -> f32 {
    (length(sub(q[1], q[0])) + length(sub(q[2], q[3]))) / 2.0
}

/// Mean length of the left and right sides.
pub(crate) fn quad_height(q: &Quad) -> f32 {
    (length(sub(q[3], q[0])) + length(sub(q[2], q[1]))) / 2.0
}

/// The mean of the corners.
pub(crate) fn quad_center(q: &Quad) -> Point {
    [(q[0][0] + q[1][0] + q[2][0] + q[3][0]) / 4.0, (q[0][1] + q[1][1] + q[2][1] + q[3][1]) / 4.0]
}

/// The part between the fractions `from` and `to` of its width.
pub(crate) fn quad_slice(q: &Quad, from: f32, to: f32) -> Quad {
    [lerp(q[0], q[1], from), lerp(q[0], q[1], to), lerp(q[3], q[2], to), lerp(q[3], q[2], from)]
}

/// The corners starting at number `turns`: the quad of the same box when the text in it is turned
/// by `turns` quarter turns clockwise.
pub(crate) fn quad_turned(q: &Quad, turns: u8) -> Quad {
    let t = usize::from(turns % 4);
    [q[t], q[(t + 1) % 4], q[(t + 2) % 4], q[(t + 3) % 4]]
}

/// Least and greatest x and y: `[x0, y0, x1, y1]`.
pub(crate) fn quad_bounds(q: &Quad) -> [f32; 4] {
    let mut b = [f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY];
    for p in q {
        b = [b[0].min(p[0]), b[1].min(p[1]), b[2].max(p[0]), b[3].max(p[1])];
    }
    b
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(mut p: Vec<Point>) -> Vec<Point> {
        p.sort_by(|a, b| a[1].total_cmp(&b[1]).then(a[0].total_cmp(&b[0])));
        p
    }

    fn random(state: &mut u64) -> f32 {
        *state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((*state >> 40) as f32) / (1u64 << 24) as f32
    }

    #[test]
    fn hull_of_a_square_drops_inner_and_collinear_points() {
        let hull =
            convex_hull(&sorted(vec![[0., 0.], [2., 0.], [4., 0.], [4., 4.], [0., 4.], [1., 1.], [0., 2.]]));
        assert_eq!(hull.len(), 4);
        for corner in [[0., 0.], [4., 0.], [4., 4.], [0., 4.]] {
            assert!(hull.contains(&corner), "{corner:?} missing in {hull:?}");
        }
    }

    #[test]
    fn rect_of_a_turned_rectangle_is_that_rectangle() {
        for degrees in [-44, -30, -7, 0, 1, 13, 44] {
            let a = (degrees as f32).to_radians();
            let truth = RotatedRect { center: [50., 40.], axis: [a.cos(), a.sin()], width: 60., height: 14. };
            let hull = convex_hull(&sorted(truth.corners().to_vec()));
            let found = min_area_rect(&hull).unwrap();
            assert!(
                (found.width - 60.).abs() < 1e-2 && (found.height - 14.).abs() < 1e-2,
                "{degrees}: {found:?}"
            );
            assert!(length(sub(found.center, truth.center)) < 1e-2);
            assert!(dot(found.axis, truth.axis) > 0.9999);
        }
    }

    #[test]
    fn calipers_agree_with_trying_every_side() {
        let mut state = 7;
        for _ in 0..300 {
            let count = 3 + (random(&mut state) * 20.0) as usize;
            let points = (0..count).map(|_| [random(&mut state) * 100., random(&mut state) * 30.]).collect();
            let hull = convex_hull(&sorted(points));
            let Some(rect) = min_area_rect(&hull) else { continue };
            let mut least = f32::INFINITY;
            for i in 0..hull.len() {
                let d = sub(hull[(i + 1) % hull.len()], hull[i]);
                let u = [d[0] / length(d), d[1] / length(d)];
                let span = |axis: Point| {
                    let v = hull.iter().map(|&p| dot(p, axis));
                    v.clone().fold(f32::MIN, f32::max) - v.fold(f32::MAX, f32::min)
                };
                least = least.min(span(u) * span([-u[1], u[0]]));
            }
            assert!((rect.width * rect.height - least).abs() <= least * 1e-3 + 1e-2);
        }
    }

    #[test]
    fn degenerate_hulls_have_no_rectangle() {
        assert!(min_area_rect(&convex_hull(&[])).is_none());
        assert!(min_area_rect(&convex_hull(&[[1., 1.]])).is_none());
        assert!(min_area_rect(&convex_hull(&[[1., 1.], [2., 2.], [3., 3.]])).is_none());
    }

    #[test]
    fn turning_four_times_is_the_identity() {
        let q = [[0., 0.], [4., 0.], [4., 1.], [0., 1.]];
        assert_eq!(quad_turned(&quad_turned(&q, 3), 1), q);
        assert_eq!(quad_width(&quad_turned(&q, 1)), quad_height(&q));
    }
}
