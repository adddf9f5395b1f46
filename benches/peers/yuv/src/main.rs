//! Times the crate yuv beside Glimpse's kernels: frames of 1920 × 1080 with padded rows to RGB, one thread, in
//! turns. Prints the fastest and the median run, and the frame's bytes a second in the fastest.

use std::time::Instant;

use glimpse_kernels::Kernels;
use glimpse_kernels::image::Turn;
use glimpse_kernels::image::yuv::{Yuv420, YuvMatrix, YuvRange, YuvToRgb, YuvView};
use yuv::{RotationMode, YuvBiPlanarImage, YuvConversionMode, YuvPlanarImage, YuvStandardMatrix};

const WIDTH: usize = 1920;
const HEIGHT: usize = 1080;
const STRIDE: usize = 1984;
const ROUNDS: usize = 400;

struct Entry<'a> {
    name: &'a str,
    run: Box<dyn FnMut(&mut [u8]) + 'a>,
}

fn main() {
    let y: Vec<u8> = (0..STRIDE * HEIGHT).map(|i| (i * 31 ^ (i >> 7)) as u8).collect();
    let uv: Vec<u8> = (0..STRIDE * HEIGHT / 2).map(|i| (i * 37 ^ (i >> 6)) as u8).collect();
    let (u, v) = uv.split_at(uv.len() / 2);
    let size = [WIDTH, HEIGHT];
    let nv12 = Yuv420::nv12([&y, &uv], [STRIDE; 2], size).expect("a whole frame");
    let i420 = Yuv420::new([&y, u, v], [STRIDE, STRIDE / 2, STRIDE / 2], 1, size).expect("a whole frame");
    let table = YuvToRgb::new(YuvMatrix::Bt601, YuvRange::Full);
    let (width, height, stride) = (WIDTH as u32, HEIGHT as u32, STRIDE as u32);
    let planes =
        YuvBiPlanarImage { y_plane: &y, y_stride: stride, uv_plane: &uv, uv_stride: stride, width, height };
    let planar = YuvPlanarImage {
        y_plane: &y,
        y_stride: stride,
        u_plane: u,
        u_stride: stride / 2,
        v_plane: v,
        v_stride: stride / 2,
        width,
        height,
    };
    let (range, matrix) = (yuv::YuvRange::Full, YuvStandardMatrix::Bt601);
    let kernels = Kernels::best();
    let ours = |frame, turn| {
        let view = YuvView::new([0, 0, WIDTH, HEIGHT], turn).expect("the whole frame");
        let table = &table;
        move |out: &mut [u8]| kernels.yuv_to_rgb(frame, &view, table, out)
    };
    let theirs = |out: &mut [u8]| {
        yuv::yuv_nv12_to_rgb(&planes, out, 3 * width, range, matrix, YuvConversionMode::Balanced)
            .expect("nv12")
    };
    // As many bytes read and written, in all, as a conversion reads and writes.
    let copied = vec![7; WIDTH * HEIGHT * 9 / 4];
    let mut upright = vec![0; 3 * WIDTH * HEIGHT];
    let mut entries = [
        Entry { name: "NV12, glimpse", run: Box::new(ours(&nv12, None)) },
        Entry { name: "NV12, yuv", run: Box::new(theirs) },
        Entry { name: "I420, glimpse", run: Box::new(ours(&i420, None)) },
        Entry {
            name: "I420, yuv",
            run: Box::new(|out| yuv::yuv420_to_rgb(&planar, out, 3 * width, range, matrix).expect("i420")),
        },
        Entry { name: "NV12 turned by 90°, glimpse", run: Box::new(ours(&nv12, Some(Turn::Quarter))) },
        Entry {
            name: "NV12 turned by 90°, yuv and its rotate_rgb",
            run: Box::new(|out| {
                theirs(&mut upright);
                let (from, to) = ((3 * WIDTH), (3 * HEIGHT));
                yuv::rotate_rgb(&upright, from, out, to, WIDTH, HEIGHT, RotationMode::Rotate90)
                    .expect("rotate");
            }),
        },
        Entry {
            name: "copying as many bytes as are read and written",
            run: Box::new(|out| out[..copied.len()].copy_from_slice(&copied)),
        },
    ];
    let mut out = vec![0; 3 * WIDTH * HEIGHT];
    let mut times = vec![Vec::new(); entries.len()];
    for round in 0..ROUNDS + 10 {
        for (entry, times) in entries.iter_mut().zip(&mut times) {
            let start = Instant::now();
            (entry.run)(&mut out);
            if round >= 10 {
                times.push(start.elapsed().as_secs_f64());
            }
        }
    }
    let bytes = (WIDTH * HEIGHT * 3 / 2) as f64;
    println!("{} ({} rounds)", kernels.yuv().name, ROUNDS);
    for (entry, times) in entries.iter().zip(&mut times) {
        times.sort_by(f64::total_cmp);
        let (least, median) = (times[0], times[times.len() / 2]);
        println!(
            "{:<48} {:>8.3} ms least {:>8.3} ms median {:>7.2} GB/s of frames",
            entry.name,
            least * 1e3,
            median * 1e3,
            bytes / least / 1e9
        );
    }
}
