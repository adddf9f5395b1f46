//! Cutting a quad out of a picture, upright.

use image::RgbImage;

use super::Quad;
use super::geometry::{Point, quad_bounds, quad_height, quad_width};
use super::resample::resample;

/// Sides of a box may leave the axes by this many pixels and still be cut as upright.
const UPRIGHT_TOLERANCE: f32 = 0.6;
/// Most samples along one axis that are averaged into one pixel.
const MAX_SAMPLES: u32 = 8;

/// The part of `image` inside of `quad`, warped to `width` by `height`. Each output pixel is the
/// mean over its whole footprint when the quad shrinks, and bilinear when it grows.
pub(crate) fn crop(image: &RgbImage, quad: &Quad, width: u32, height: u32) -> RgbImage {
    if image.width() == 0 || image.height() == 0 || quad.iter().flatten().any(|v| !v.is_finite()) {
        return RgbImage::new(width, height);
    }
    if let Some(rect) = upright(quad) {
        return resample(image, rect, width, height);
    }
    warp(image, quad, width, height)
}

/// The rectangle of a quad whose sides run along the axes, the text left to right.
fn upright(q: &Quad) -> Option<[f32; 4]> {
    let level = (q[0][1] - q[1][1]).abs().max((q[2][1] - q[3][1]).abs());
    let plumb = (q[0][0] - q[3][0]).abs().max((q[1][0] - q[2][0]).abs());
    let forward = q[1][0] > q[0][0] && q[3][1] > q[0][1];
    (forward && level < UPRIGHT_TOLERANCE && plumb < UPRIGHT_TOLERANCE).then(|| quad_bounds(q))
}

/// The projective map from the unit square to a quad, as three rows of a 3×3 matrix (Heckbert,
/// "Fundamentals of Texture Mapping and Image Warping", 1989, section 2.2.3).
fn square_to_quad(q: &Quad) -> [[f32; 3]; 3] {
    let [p0, p1, p2, p3] = *q;
    let s = [p0[0] - p1[0] + p2[0] - p3[0], p0[1] - p1[1] + p2[1] - p3[1]];
    let d1 = [p1[0] - p2[0], p1[1] - p2[1]];
    let d2 = [p3[0] - p2[0], p3[1] - p2[1]];
    let det = d1[0] * d2[1] - d1[1] * d2[0];
    let (g, h) = if det.abs() < 1e-9 || (s[0].abs() < 1e-4 && s[1].abs() < 1e-4) {
        (0.0, 0.0)
    } else {
        ((s[0] * d2[1] - s[1] * d2[0]) / det, (d1[0] * s[1] - d1[1] * s[0]) / det)
    };
    [
        [p1[0] - p0[0] + g * p1[0], p3[0] - p0[0] + h * p3[0], p0[0]],
        [p1[1] - p0[1] + g * p1[1], p3[1] - p0[1] + h * p3[1], p0[1]],
        [g, h, 1.0],
    ]
}

fn warp(image: &RgbImage, quad: &Quad, width: u32, height: u32) -> RgbImage {
    let m = square_to_quad(quad);
    let samples = |shrink: f32| (shrink.ceil() as u32).clamp(1, MAX_SAMPLES);
    let nx = samples(quad_width(quad) / width.max(1) as f32 - 0.25);
    let ny = samples(quad_height(quad) / height.max(1) as f32 - 0.25);
    let mut out = RgbImage::new(width, height);
    let weight = 1.0 / (nx * ny) as f32;
    let mut sums = vec![[0f32; 3]; width as usize];
    for (j, row) in out.chunks_exact_mut(width.max(1) as usize * 3).enumerate() {
        sums.fill([0.0; 3]);
        for sy in 0..ny {
            let v = (j as f32 + (sy as f32 + 0.5) / ny as f32) / height as f32;
            let base = [m[0][1] * v + m[0][2], m[1][1] * v + m[1][2], m[2][1] * v + m[2][2]];
            for (i, sum) in sums.iter_mut().enumerate() {
                for sx in 0..nx {
                    let u = (i as f32 + (sx as f32 + 0.5) / nx as f32) / width as f32;
                    let w = m[2][0] * u + base[2];
                    let w = if w.abs() < 1e-6 { 1e-6 } else { w };
                    let at = [(m[0][0] * u + base[0]) / w, (m[1][0] * u + base[1]) / w];
                    let p = bilinear(image, at);
                    for (s, p) in sum.iter_mut().zip(p) {
                        *s += p;
                    }
                }
            }
        }
        for (pixel, sum) in row.chunks_exact_mut(3).zip(&sums) {
            pixel.copy_from_slice(&sum.map(|s| (s * weight + 0.5) as u8));
        }
    }
    out
}

/// The colour at a point, the border repeated outwards.
fn bilinear(image: &RgbImage, at: Point) -> [f32; 3] {
    let (w, h) = (image.width() as usize, image.height() as usize);
    let x = (at[0] - 0.5).clamp(0.0, (w - 1) as f32);
    let y = (at[1] - 0.5).clamp(0.0, (h - 1) as f32);
    let (x0, y0) = (x as usize, y as usize);
    let (fx, fy) = (x - x0 as f32, y - y0 as f32);
    let (right, down) = (if x0 + 1 < w { 3 } else { 0 }, if y0 + 1 < h { w * 3 } else { 0 });
    let raw = image.as_raw();
    let i = (y0 * w + x0) * 3;
    let mut out = [0.0; 3];
    for (c, value) in out.iter_mut().enumerate() {
        let top = f32::from(raw[i + c]) * (1.0 - fx) + f32::from(raw[i + right + c]) * fx;
        let low = f32::from(raw[i + down + c]) * (1.0 - fx) + f32::from(raw[i + down + right + c]) * fx;
        *value = top * (1.0 - fy) + low * fy;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::geometry::{RotatedRect, quad_turned};

    /// Smooth in both directions, so that a sample tells where it was taken.
    fn ramp(w: u32, h: u32) -> RgbImage {
        RgbImage::from_fn(w, h, |x, y| image::Rgb([x as u8, y as u8, 0]))
    }

    #[test]
    fn turned_boxes_come_out_upright() {
        let a = 20f32.to_radians();
        let rect =
            RotatedRect { center: [100.0, 100.0], axis: [a.cos(), a.sin()], width: 120.0, height: 24.0 };
        let out = crop(&ramp(200, 200), &rect.corners(), 120, 24);
        for (i, j) in [(0u32, 0u32), (60, 12), (119, 23), (10, 20)] {
            let (du, dv) = (i as f32 + 0.5 - 60.0, j as f32 + 0.5 - 12.0);
            let x = 100.0 + du * a.cos() - dv * a.sin() - 0.5;
            let y = 100.0 + du * a.sin() + dv * a.cos() - 0.5;
            let p = out.get_pixel(i, j).0;
            assert!((f32::from(p[0]) - x).abs() <= 1.0 && (f32::from(p[1]) - y).abs() <= 1.0, "{i},{j}");
        }
    }

    #[test]
    fn a_quarter_turn_moves_corners() {
        let q = [[10.0, 10.0], [50.0, 10.0], [50.0, 90.0], [10.0, 90.0]];
        let out = crop(&ramp(100, 100), &quad_turned(&q, 1), 80, 40);
        let p = out.get_pixel(0, 0).0;
        assert!((48..=50).contains(&p[0]) && (9..=11).contains(&p[1]), "{p:?}");
        let p = out.get_pixel(79, 0).0;
        assert!((48..=50).contains(&p[0]) && (88..=90).contains(&p[1]), "{p:?}");
    }

    #[test]
    fn perspective_keeps_corners_and_the_crossing_of_diagonals() {
        let q: Quad = [[20.0, 20.0], [180.0, 40.0], [170.0, 150.0], [40.0, 170.0]];
        let m = square_to_quad(&q);
        let at = |u: f32, v: f32| {
            let w = m[2][0] * u + m[2][1] * v + m[2][2];
            [(m[0][0] * u + m[0][1] * v + m[0][2]) / w, (m[1][0] * u + m[1][1] * v + m[1][2]) / w]
        };
        for (corner, (u, v)) in q.iter().zip([(0., 0.), (1., 0.), (1., 1.), (0., 1.)]) {
            let p = at(u, v);
            assert!((p[0] - corner[0]).abs() < 1e-2 && (p[1] - corner[1]).abs() < 1e-2);
        }
        let p = at(0.5, 0.5);
        let side = |a: Point, b: Point| (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]);
        assert!(side(q[0], q[2]).abs() < 5.0 && side(q[1], q[3]).abs() < 5.0);
    }

    #[test]
    fn shrinking_a_lot_averages() {
        let checks =
            RgbImage::from_fn(400, 400, |x, y| image::Rgb([if (x + y) % 2 == 0 { 0 } else { 255 }; 3]));
        let a = 10f32.to_radians();
        let rect =
            RotatedRect { center: [200.0, 200.0], axis: [a.cos(), a.sin()], width: 240.0, height: 120.0 };
        let out = crop(&checks, &rect.corners(), 60, 30);
        assert!(out.pixels().all(|p| (96..=160).contains(&p.0[0])));
    }

    #[test]
    fn any_quad_is_survived() {
        let mut state = 3u64;
        let mut random = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            ((state >> 40) as f32 / (1u64 << 24) as f32 - 0.4) * 300.0
        };
        let image = ramp(50, 30);
        for _ in 0..500 {
            let q: Quad = std::array::from_fn(|_| [random(), random()]);
            assert_eq!(crop(&image, &q, 24, 8).dimensions(), (24, 8));
        }
        let nan = [[f32::NAN, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]];
        assert_eq!(crop(&image, &nan, 8, 8).dimensions(), (8, 8));
        assert_eq!(crop(&RgbImage::new(0, 5), &[[0.0; 2]; 4], 8, 8).dimensions(), (8, 8));
        assert_eq!(crop(&RgbImage::new(1, 1), &[[0.0; 2]; 4], 8, 8).dimensions(), (8, 8));
    }
}
