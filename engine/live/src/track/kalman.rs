//! Where a box is and will be: a Kalman filter of constant velocity.
//!
//! Centre and size are filtered one by one: with noise that is independent between coordinates, the
//! covariance of SORT's filter (Bewley et al. 2016) stays block-diagonal, so that four filters of two
//! states each give the same at a fraction of the work. Time between frames may vary: the noise of the
//! process is white acceleration over the time that passed.

/// Deviation of a detector's centre, as a share of the box's size.
const CENTRE_ERROR: f32 = 0.06;
/// Likewise of its sides.
const SIDE_ERROR: f32 = 0.10;
/// Density of a centre's acceleration, in sizes per second squared per root hertz.
const CENTRE_DRIVE: f32 = 1.6;
/// Likewise of a side.
const SIDE_DRIVE: f32 = 0.25;
/// Deviation of the velocity of a box that was seen once, in sizes a second.
const FIRST_SPEED: f32 = 1.0;
/// The sides' velocities fade within this many seconds: nothing grows for long.
const SIDE_MEMORY: f32 = 0.5;
/// Least side of a predicted box in pixels.
const LEAST_SIDE: f32 = 1.0;

/// A coordinate and its velocity, with their covariance.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Axis {
    value: f32,
    speed: f32,
    /// Of the value, of both, of the speed.
    spread: [f32; 3],
}

impl Axis {
    fn new(value: f32, error: f32, speed_error: f32) -> Self {
        Self { value, speed: 0.0, spread: [error * error, 0.0, speed_error * speed_error] }
    }

    fn predict(&mut self, dt: f32, drive: f32) {
        let [a, b, c] = self.spread;
        let q = drive * drive;
        self.value += self.speed * dt;
        self.spread = [
            a + 2.0 * dt * b + dt * dt * c + q * dt.powi(3) / 3.0,
            b + dt * c + q * dt * dt / 2.0,
            c + q * dt,
        ];
    }

    fn update(&mut self, seen: f32, error: f32) {
        let [a, b, c] = self.spread;
        let total = a + error * error;
        let (gain, speed_gain) = (a / total, b / total);
        let off = seen - self.value;
        self.value += gain * off;
        self.speed += speed_gain * off;
        self.spread = [a * (1.0 - gain), b * (1.0 - gain), c - speed_gain * b];
    }
}

/// A box that moves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Motion {
    centre: [Axis; 2],
    sides: [Axis; 2],
}

impl Motion {
    /// One that was seen once, as left, top, width, height.
    pub(super) fn new(bounds: &[f32; 4]) -> Self {
        let size = size(bounds);
        let centre = [0, 1]
            .map(|i| Axis::new(bounds[i] + bounds[i + 2] / 2.0, CENTRE_ERROR * size, FIRST_SPEED * size));
        let sides = [2, 3].map(|i| Axis::new(bounds[i], SIDE_ERROR * size, 0.2 * FIRST_SPEED * size));
        Self { centre, sides }
    }

    /// Moves it on by `dt` seconds.
    pub(super) fn predict(&mut self, dt: f32) {
        let size = size(&self.bounds());
        for axis in &mut self.centre {
            axis.predict(dt, CENTRE_DRIVE * size);
        }
        for axis in &mut self.sides {
            axis.predict(dt, SIDE_DRIVE * size);
            axis.value = axis.value.max(LEAST_SIDE);
            axis.speed *= (-dt / SIDE_MEMORY).exp();
        }
    }

    /// Takes what was seen. `doubt`, at least 1, is how much larger its errors are than usual.
    pub(super) fn update(&mut self, bounds: &[f32; 4], doubt: f32) {
        let size = size(bounds) * doubt;
        for i in [0, 1] {
            self.centre[i].update(bounds[i] + bounds[i + 2] / 2.0, CENTRE_ERROR * size);
            self.sides[i].update(bounds[i + 2], SIDE_ERROR * size);
            self.sides[i].value = self.sides[i].value.max(LEAST_SIDE);
        }
    }

    /// Moves it without moving it on.
    pub(super) fn shift(&mut self, by: [f32; 2]) {
        for (axis, by) in self.centre.iter_mut().zip(by) {
            axis.value += by;
        }
    }

    /// It is unseen: its size is taken to stay as it is.
    pub(super) fn freeze_sides(&mut self) {
        for axis in &mut self.sides {
            axis.speed = 0.0;
        }
    }

    /// Left, top, width, height.
    pub(super) fn bounds(&self) -> [f32; 4] {
        let [w, h] = self.sides.map(|s| s.value);
        [self.centre[0].value - w / 2.0, self.centre[1].value - h / 2.0, w, h]
    }

    /// Of its centre, in pixels a second.
    pub(super) fn velocity(&self) -> [f32; 2] {
        self.centre.map(|axis| axis.speed)
    }
}

/// The side of a square of the same area.
fn size(bounds: &[f32; 4]) -> f32 {
    (bounds[2] * bounds[3]).max(1.0).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The filter as textbooks have it, with matrices, for one coordinate.
    fn textbook(
        value: f32,
        error: f32,
        speed_error: f32,
        steps: &[(f32, f32)],
        drive: f32,
    ) -> ([f32; 2], [[f32; 2]; 2]) {
        let (mut x, mut p) = ([value, 0.0], [[error * error, 0.0], [0.0, speed_error * speed_error]]);
        for &(dt, seen) in steps {
            x = [x[0] + dt * x[1], x[1]];
            let f = [[1.0, dt], [0.0, 1.0]];
            let times = |a: [[f32; 2]; 2], b: [[f32; 2]; 2]| {
                [0, 1].map(|i| [0, 1].map(|j| a[i][0] * b[0][j] + a[i][1] * b[1][j]))
            };
            let turned = [[f[0][0], f[1][0]], [f[0][1], f[1][1]]];
            p = times(times(f, p), turned);
            let q = drive * drive;
            p[0][0] += q * dt * dt * dt / 3.0;
            p[0][1] += q * dt * dt / 2.0;
            p[1][0] += q * dt * dt / 2.0;
            p[1][1] += q * dt;
            let s = p[0][0] + error * error;
            let k = [p[0][0] / s, p[1][0] / s];
            let off = seen - x[0];
            x = [x[0] + k[0] * off, x[1] + k[1] * off];
            p = times([[1.0 - k[0], 0.0], [-k[1], 1.0]], p);
        }
        (x, p)
    }

    #[test]
    fn it_is_the_textbooks_filter() {
        let steps = [(0.033, 11.0), (0.1, 14.5), (0.02, 14.0), (0.4, 30.0), (0.033, 31.5)];
        let mut axis = Axis::new(10.0, 2.0, 30.0);
        for (dt, seen) in steps {
            axis.predict(dt, 50.0);
            axis.update(seen, 2.0);
        }
        let (x, p) = textbook(10.0, 2.0, 30.0, &steps, 50.0);
        assert!((axis.value - x[0]).abs() < 1e-3 && (axis.speed - x[1]).abs() < 1e-2, "{axis:?} {x:?}");
        let near = |a: f32, b: f32| (a - b).abs() < 1e-3 * b.abs().max(1.0);
        assert!(
            near(axis.spread[0], p[0][0]) && near(axis.spread[1], p[0][1]) && near(axis.spread[2], p[1][1])
        );
        assert!(near(p[0][1], p[1][0]));
    }

    #[test]
    fn it_learns_the_speed_of_what_moves_evenly_whatever_the_steps() {
        for steps in [[0.033, 0.033, 0.033], [0.02, 0.07, 0.033]] {
            let mut motion = Motion::new(&[100.0, 50.0, 40.0, 60.0]);
            let mut t = 0.0;
            for k in 0..60 {
                let dt = steps[k % 3];
                t += dt;
                motion.predict(dt);
                motion.update(&[100.0 + 90.0 * t, 50.0 - 30.0 * t, 40.0, 60.0], 1.0);
            }
            let [vx, vy] = motion.velocity();
            assert!((vx - 90.0).abs() < 3.0 && (vy + 30.0).abs() < 3.0, "{vx} {vy}");
            motion.predict(0.5);
            let left = motion.bounds()[0];
            assert!((left - (100.0 + 90.0 * (t + 0.5))).abs() < 4.0, "{left}");
        }
    }

    #[test]
    fn boxes_never_turn_inside_out() {
        let mut motion = Motion::new(&[0.0, 0.0, 2.0, 2.0]);
        for k in 0..50 {
            motion.predict(0.5);
            motion.update(&[0.0, 0.0, 0.01, if k % 2 == 0 { 300.0 } else { 0.01 }], 1.0);
            let bounds = motion.bounds();
            assert!(
                bounds[2] >= LEAST_SIDE && bounds[3] >= LEAST_SIDE && bounds.iter().all(|v| v.is_finite())
            );
        }
    }
}
