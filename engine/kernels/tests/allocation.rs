//! From a camera's buffer to what a network looks at, without a byte of new memory.

use glimpse_kernels::Kernels;
use glimpse_kernels::image::Turn;
use glimpse_kernels::image::yuv::{Yuv420, YuvMatrix, YuvRange, YuvScaling, YuvToRgb, YuvView};

#[test]
fn a_frame_on_its_way_to_a_network_allocates_nothing() {
    let size = [640, 480];
    let (y, uv) = (vec![90; 640 * 480], vec![120; 640 * 240]);
    let frame = Yuv420::nv12([&y, &uv], [640, 640], size).expect("a whole frame");
    let table = YuvToRgb::new(YuvMatrix::Bt601, YuvRange::Full);
    for target in [[224, 224], [288, 352]] {
        for turn in [None, Some(Turn::Quarter), Some(Turn::Half), Some(Turn::ThreeQuarters)] {
            let view = YuvView::new([3, 5, 640, 479], turn).expect("a part of the frame");
            let plan = YuvScaling::new(view, table, target);
            let (mut scratch, mut out) = (plan.scratch(), vec![0; 3 * target[0] * target[1]]);
            let mut rgb = vec![0; 3 * 637 * 474];
            for kernels in Kernels::available() {
                let counted = allocation_counter::measure(|| {
                    kernels.yuv_to_rgb(&frame, &view, &table, &mut rgb);
                    kernels.yuv_to_scaled_rgb(&plan, &frame, 0..target[1], &mut scratch, &mut out);
                });
                assert_eq!(counted.count_total, 0, "{:?} {turn:?}", kernels.isa());
            }
            assert!(out.chunks(3).all(|pixel| pixel == table.pixel(90, 120, 120)));
        }
    }
}
