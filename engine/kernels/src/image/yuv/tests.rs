//! Every instruction set against the plain definition, on every layout.

use super::{Yuv420, YuvError, YuvMatrix, YuvRange, YuvScaling, YuvToRgb, YuvView};
use crate::Kernels;
use crate::image::{Resampling, RgbView, Turn};
use crate::test_support::Random;

const TURNS: [Option<Turn>; 4] = [None, Some(Turn::Quarter), Some(Turn::Half), Some(Turn::ThreeQuarters)];

/// How the planes of a frame lie.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Layout {
    I420,
    Nv12,
    Nv21,
    /// Pixel stride 2, U and V in memory of their own.
    Apart,
}

const LAYOUTS: [Layout; 4] = [Layout::I420, Layout::Nv12, Layout::Nv21, Layout::Apart];

/// Planes in memory of exactly the bytes that Android gives: the last row ends with its last sample.
struct Drawn {
    y: Vec<u8>,
    chroma: [Vec<u8>; 2],
    layout: Layout,
    size: [usize; 2],
    strides: [usize; 2],
}

impl Drawn {
    fn new(layout: Layout, [width, height]: [usize; 2], padding: [usize; 2], random: &mut Random) -> Self {
        let step = if layout == Layout::I420 { 1 } else { 2 };
        let halved = [width.div_ceil(2), height.div_ceil(2)];
        let least = match layout {
            Layout::Nv12 | Layout::Nv21 => 2 * halved[0],
            _ => (halved[0] - 1) * step + 1,
        };
        let strides = [width + padding[0], least + padding[1]];
        let mut bytes = |len: usize| -> Vec<u8> { (0..len).map(|_| random.within(0, 255) as u8).collect() };
        let y = bytes((height - 1) * strides[0] + width);
        let chroma = (halved[1] - 1) * strides[1] + least;
        let chroma = match layout {
            Layout::Nv12 | Layout::Nv21 => [bytes(chroma), Vec::new()],
            _ => [bytes(chroma), bytes(chroma)],
        };
        Self { y, chroma, layout, size: [width, height], strides }
    }

    fn frame(&self) -> Yuv420<'_> {
        let [first, second] = &self.chroma;
        let both = || (&first[..first.len() - 1], &first[1..]);
        let (u, v) = match self.layout {
            Layout::I420 | Layout::Apart => (&first[..], &second[..]),
            Layout::Nv12 => both(),
            Layout::Nv21 => (both().1, both().0),
        };
        let step = if self.layout == Layout::I420 { 1 } else { 2 };
        let strides = [self.strides[0], self.strides[1], self.strides[1]];
        Yuv420::new([&self.y, u, v], strides, step, self.size).expect("a whole frame")
    }
}

/// Pixel by pixel.
fn direct(frame: &Yuv420<'_>, view: &YuvView, table: &YuvToRgb) -> Vec<u8> {
    let [left, top, right, bottom] = view.crop();
    let [width, height] = view.size();
    let mut out = Vec::new();
    for row in 0..height {
        for column in 0..width {
            let (x, y) = match view.turn() {
                None => (left + column, top + row),
                Some(Turn::Half) => (right - 1 - column, bottom - 1 - row),
                Some(Turn::Quarter) => (left + row, bottom - 1 - column),
                Some(Turn::ThreeQuarters) => (right - 1 - row, top + column),
            };
            let chroma =
                |plane: usize| frame.planes[plane][y / 2 * frame.strides[plane] + x / 2 * frame.step];
            let luma = frame.planes[0][y * frame.strides[0] + x];
            out.extend(table.pixel(luma, chroma(1), chroma(2)));
        }
    }
    out
}

fn check(frame: &Yuv420<'_>, view: &YuvView, table: &YuvToRgb, what: &str) {
    let expected = direct(frame, view, table);
    for kernels in Kernels::available() {
        let mut out = vec![0xa5; expected.len()];
        kernels.yuv_to_rgb(frame, view, table, &mut out);
        let wrong = out.iter().zip(&expected).position(|(a, b)| a != b);
        assert_eq!(wrong, None, "{} {what} {view:?} of {:?}", kernels.yuv().name, frame.size());
    }
}

fn table(random: &mut Random) -> YuvToRgb {
    let matrix = [YuvMatrix::Bt601, YuvMatrix::Bt709][random.within(0, 1)];
    YuvToRgb::new(matrix, [YuvRange::Limited, YuvRange::Full][random.within(0, 1)])
}

/// Smaller where an instruction takes a hundred.
const ROUNDS: usize = if cfg!(target_arch = "aarch64") { 40 } else { 160 };

#[test]
fn random_parts_of_random_frames_are_as_the_definition_has_them() {
    let mut random = Random::new(31);
    for round in 0..ROUNDS {
        for layout in LAYOUTS {
            let most = [9, 70, 200][round % 3];
            let size = [random.within(1, most), random.within(1, most)];
            let padding = [[0, 0], [random.within(0, 70), random.within(0, 70)]][round % 2];
            let drawn = Drawn::new(layout, size, padding, &mut random);
            let (left, top) = (random.within(0, size[0] - 1), random.within(0, size[1] - 1));
            let (right, bottom) = (random.within(left + 1, size[0]), random.within(top + 1, size[1]));
            let table = table(&mut random);
            for turn in TURNS {
                let part = YuvView::new([left, top, right, bottom], turn).unwrap();
                check(&drawn.frame(), &part, &table, &format!("{layout:?}"));
                let whole = YuvView::new([0, 0, size[0], size[1]], turn).unwrap();
                check(&drawn.frame(), &whole, &table, &format!("{layout:?}"));
            }
        }
    }
}

#[test]
fn sizes_around_the_pieces_and_tiles_are_as_the_definition_has_them() {
    let mut random = Random::new(32);
    for side in [1, 2, 3, 15, 16, 17, 31, 32, 33, 63, 64, 65, 66, 127, 129] {
        for layout in LAYOUTS {
            let drawn = Drawn::new(layout, [side, 35], [0, 0], &mut random);
            let table = table(&mut random);
            for (left, turn) in [0, 1].into_iter().flat_map(|left| TURNS.map(|turn| (left, turn))) {
                if left < side {
                    let view = YuvView::new([left, left, side, 35], turn).unwrap();
                    check(&drawn.frame(), &view, &table, &format!("{layout:?}"));
                }
            }
        }
    }
}

#[test]
fn every_colour_is_the_same_on_every_instruction_set() {
    let (width, height) = (512, 256);
    let y: Vec<u8> = (0..width * height).map(|i| (i % 256) as u8).collect();
    for seed in 0..8 {
        let u: Vec<u8> = (0..width / 2 * height / 2).map(|i| (i / 128 * 2 + seed % 2) as u8).collect();
        let v: Vec<u8> = (0..width / 2 * height / 2).map(|i| ((i % 256) * 7 / (1 + seed)) as u8).collect();
        let frame = Yuv420::new([&y, &u, &v], [width, width / 2, width / 2], 1, [width, height]).unwrap();
        for matrix in [YuvMatrix::Bt601, YuvMatrix::Bt709] {
            for range in [YuvRange::Limited, YuvRange::Full] {
                check(&frame, &YuvView::whole([width, height]), &YuvToRgb::new(matrix, range), "colours");
            }
        }
    }
}

#[test]
fn scaling_on_the_way_gives_the_bytes_of_converting_and_then_scaling() {
    let mut random = Random::new(33);
    for round in 0..ROUNDS / 2 {
        let layout = LAYOUTS[round % 4];
        let size = [random.within(1, 150), random.within(1, 150)];
        let drawn = Drawn::new(layout, size, [random.within(0, 9), random.within(0, 9)], &mut random);
        let (left, top) = (random.within(0, size[0] - 1), random.within(0, size[1] - 1));
        let (right, bottom) = (random.within(left + 1, size[0]), random.within(top + 1, size[1]));
        let (table, frame) = (table(&mut random), drawn.frame());
        let target = [random.within(1, 60), random.within(1, 60)];
        for turn in TURNS {
            let view = YuvView::new([left, top, right, bottom], turn).unwrap();
            let plan = YuvScaling::new(view, table, target);
            let rgb = direct(&frame, &view, &table);
            let resampling = Resampling::whole(view.size(), target);
            for kernels in Kernels::available() {
                let mut expected = vec![0; 3 * target[0] * target[1]];
                let mut mixed = vec![0.0; resampling.scratch_len()];
                let picture = RgbView::new(&rgb, view.size());
                kernels.resample_rgb(&resampling, picture, 0..target[1], &mut mixed, &mut expected);
                let mut out = vec![0xa5; expected.len()];
                let (mut scratch, half) = (plan.scratch(), target[1] / 2);
                kernels.yuv_to_scaled_rgb(
                    &plan,
                    &frame,
                    half..target[1],
                    &mut scratch,
                    &mut out[3 * target[0] * half..],
                );
                kernels.yuv_to_scaled_rgb(&plan, &frame, 0..half, &mut scratch, &mut out);
                assert!(out == expected, "{} {layout:?} {view:?} to {target:?}", kernels.yuv().name);
            }
        }
    }
}

#[test]
fn what_is_no_frame_is_refused() {
    let bytes = [0; 64];
    let frame = |y: usize, u: usize, v: usize, strides, step, size| {
        Yuv420::new([&bytes[..y], &bytes[..u], &bytes[..v]], strides, step, size).map(|f| f.size())
    };
    // 5 × 3 has 3 × 2 samples of chroma.
    assert_eq!(frame(15, 6, 6, [5, 3, 3], 1, [5, 3]), Ok([5, 3]));
    assert_eq!(frame(15, 10, 10, [5, 5, 5], 2, [5, 3]), Ok([5, 3]));
    assert_eq!(frame(14, 6, 6, [5, 3, 3], 1, [5, 3]), Err(YuvError::Short(0)));
    assert_eq!(frame(15, 5, 6, [5, 3, 3], 1, [5, 3]), Err(YuvError::Short(1)));
    assert_eq!(frame(15, 6, 5, [5, 3, 3], 1, [5, 3]), Err(YuvError::Short(2)));
    assert_eq!(frame(15, 6, 6, [4, 3, 3], 1, [5, 3]), Err(YuvError::RowStride(0)));
    assert_eq!(frame(15, 6, 6, [5, 2, 3], 1, [5, 3]), Err(YuvError::RowStride(1)));
    assert_eq!(frame(15, 10, 10, [5, 5, 4], 2, [5, 3]), Err(YuvError::RowStride(2)));
    assert_eq!(frame(15, 6, 6, [5, 3, 3], 0, [5, 3]), Err(YuvError::PixelStride));
    assert_eq!(frame(15, 6, 6, [5, 3, 3], 3, [5, 3]), Err(YuvError::PixelStride));
    assert_eq!(frame(15, 6, 6, [5, 3, 3], 1, [0, 3]), Err(YuvError::NoPixels));
    assert_eq!(frame(15, 6, 6, [5, 3, 3], 1, [5, 0]), Err(YuvError::NoPixels));
    for huge in [usize::MAX, usize::MAX / 2 + 1] {
        assert!(frame(15, 6, 6, [huge; 3], 1, [5, 3]).is_err());
        assert!(frame(15, 6, 6, [huge; 3], 2, [huge, huge]).is_err());
    }
    let nv12 =
        |uv: usize, strides, size| Yuv420::nv12([&bytes[..15], &bytes[..uv]], strides, size).map(|_| ());
    assert_eq!(nv12(12, [5, 6], [5, 3]), Ok(()));
    assert_eq!(nv12(11, [5, 6], [5, 3]), Err(YuvError::Short(2)));
    assert_eq!(nv12(0, [5, 6], [5, 3]), Err(YuvError::Short(2)));
    assert_eq!(nv12(12, [5, 5], [5, 3]), Err(YuvError::RowStride(2)));
    assert_eq!(nv12(12, [5, 6], [0, 3]), Err(YuvError::NoPixels));
    assert_eq!(YuvView::new([3, 0, 3, 2], None), Err(YuvError::Crop));
    assert_eq!(YuvView::new([0, 2, 3, 1], None), Err(YuvError::Crop));
    for error in [YuvError::Short(0), YuvError::RowStride(2), YuvError::Crop] {
        assert!(!error.to_string().is_empty());
    }
}
