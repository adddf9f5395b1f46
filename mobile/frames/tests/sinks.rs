//! Sinks through the C entry points and from Rust.

use std::ptr::null;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use glimpse_camera::{CameraError, FrameSource};
use glimpse_frames::*;

const NO_WAIT: Duration = Duration::ZERO;

/// 6 × 4 pixels of NV12, the luma of each its place in the frame.
struct Nv12 {
    y: Vec<u8>,
    uv: Vec<u8>,
}

impl Nv12 {
    fn new() -> Self {
        Self { y: (0..24).map(|i| 10 * i).collect(), uv: vec![128; 12] }
    }

    fn push(&self, handle: u64, degrees: i32, at: u64) -> i32 {
        // SAFETY: the planes have the bytes that their sides and strides ask for.
        unsafe {
            glimpse_frames_push_nv12(handle, self.y.as_ptr(), 6, self.uv.as_ptr(), 6, 6, 4, degrees, true, at)
        }
    }

    fn native(&self) -> NativeFrame<'_> {
        NativeFrame {
            planes: [&self.y, &self.uv, &self.uv[1..]],
            strides: [6; 3],
            pixel_stride: 2,
            size: [6, 4],
            crop: [0, 0, 6, 4],
            rotation_degrees: 0,
            full_range: Some(true),
            timestamp_nanos: 0,
        }
    }
}

fn sums_agree(counts: SinkCounts) {
    let SinkCounts { captured, delivered, replaced, refused, waiting, .. } = counts;
    assert_eq!(captured, delivered + replaced + refused + waiting, "{counts:?}");
}

#[test]
fn frames_come_upright_and_the_latest_wins() {
    let (handle, mut source) = FrameSink::new(SinkOptions::default());
    source.open().unwrap();
    let drawn = Nv12::new();
    assert_eq!(drawn.push(handle, 0, 1_000_000), TAKEN);
    assert_eq!(drawn.push(handle, 90, 34_000_000), TAKEN);
    let frame = source.next_frame(NO_WAIT).unwrap();
    assert_eq!((frame.width, frame.height, frame.stride, frame.sequence), (4, 6, 12, 2));
    assert_eq!(frame.at, Duration::from_millis(33));
    // Clockwise, the lower left corner comes to the upper left.
    let grey: Vec<u8> = frame.data.chunks(3).map(|p| p[0]).collect();
    assert_eq!(grey[..8], [180, 120, 60, 0, 190, 130, 70, 10]);
    assert_eq!(glimpse_frames_count_lost(handle, 2), TAKEN);
    let crop = NativeFrame { crop: [1, 1, 4, 2], rotation_degrees: 180, ..drawn.native() };
    assert_eq!(source.sink().push(&crop), Ok(Taken::Newest));
    let frame = source.next_frame(NO_WAIT).unwrap();
    assert_eq!((frame.width, frame.height, frame.sequence), (3, 1, 5));
    assert_eq!(frame.data[..], [90, 90, 90, 80, 80, 80, 70, 70, 70]);
    let expected = SinkCounts { captured: 3, delivered: 2, replaced: 1, refused: 0, waiting: 0, lost: 2 };
    assert_eq!(source.counts(), expected);
}

#[test]
fn what_is_not_in_order_is_refused_and_counted() {
    let (handle, source) = FrameSink::new(SinkOptions::default());
    let drawn = Nv12::new();
    let sink = source.sink();
    let frame = drawn.native();
    let planes = frame.planes;
    let bad = [
        (Refusal::Size, NativeFrame { size: [0, 4], ..frame }),
        (Refusal::Size, NativeFrame { size: [16_385, 4], ..frame }),
        (Refusal::Size, NativeFrame { size: [16_384, 16_384], ..frame }),
        (Refusal::RowStride, NativeFrame { strides: [5, 6, 6], ..frame }),
        (Refusal::RowStride, NativeFrame { strides: [6, 4, 6], ..frame }),
        (Refusal::RowStride, NativeFrame { strides: [6, 6, usize::MAX], ..frame }),
        (Refusal::PixelStride, NativeFrame { pixel_stride: 0, ..frame }),
        (Refusal::PixelStride, NativeFrame { pixel_stride: 3, ..frame }),
        (Refusal::ShortBuffer, NativeFrame { planes: [&drawn.y[..23], planes[1], planes[2]], ..frame }),
        (Refusal::ShortBuffer, NativeFrame { planes: [planes[0], &drawn.uv[..10], planes[2]], ..frame }),
        (Refusal::ShortBuffer, NativeFrame { planes: [planes[0], planes[1], &[]], ..frame }),
        (Refusal::Crop, NativeFrame { crop: [2, 0, 2, 4], ..frame }),
        (Refusal::Crop, NativeFrame { crop: [0, 0, 7, 4], ..frame }),
        (Refusal::Crop, NativeFrame { crop: [0, 3, 6, 2], ..frame }),
        (Refusal::Rotation, NativeFrame { rotation_degrees: 45, ..frame }),
        (Refusal::Rotation, NativeFrame { rotation_degrees: -90, ..frame }),
    ];
    for (n, (refusal, frame)) in bad.into_iter().enumerate() {
        assert_eq!(sink.push(&frame), Err(refusal), "{frame:?}");
        assert_eq!(sink.counts().refused, n as u64 + 1);
    }
    let call = |y: *const u8, y_stride, uv: *const u8, uv_stride, size: [u32; 2], degrees| {
        let [width, height] = size;
        // SAFETY: no pointer is followed where the arguments before it are refused.
        let code = unsafe {
            glimpse_frames_push_nv12(handle, y, y_stride, uv, uv_stride, width, height, degrees, false, 0)
        };
        sums_agree(sink.counts());
        code
    };
    let (y, uv) = (drawn.y.as_ptr(), drawn.uv.as_ptr());
    assert_eq!(call(null(), 6, uv, 6, [6, 4], 0), Refusal::NullBuffer.code());
    assert_eq!(call(y, 6, null(), 6, [6, 4], 0), Refusal::NullBuffer.code());
    assert_eq!(call(y, 5, uv, 6, [6, 4], 0), Refusal::RowStride.code());
    assert_eq!(call(y, 6, uv, 5, [6, 4], 0), Refusal::RowStride.code());
    assert_eq!(call(y, usize::MAX, uv, 6, [6, 4], 0), Refusal::RowStride.code());
    assert_eq!(call(y, 6, uv, 6, [6, u32::MAX], 0), Refusal::Size.code());
    assert_eq!(call(y, 6, uv, 6, [6, 4], 1), Refusal::Rotation.code());
    let mut counts = GlimpseFramesCounts::default();
    // SAFETY: there is memory for the counts.
    assert_eq!(unsafe { glimpse_frames_counts(handle, &raw mut counts) }, TAKEN);
    assert_eq!((counts.captured, counts.refused), (23, 23));
    // SAFETY: null is refused.
    let code = unsafe { glimpse_frames_counts(handle, std::ptr::null_mut()) };
    assert_eq!(code, Refusal::NullBuffer.code());
}

#[test]
fn codes_are_below_zero_and_all_different() {
    for (i, refusal) in Refusal::ALL.into_iter().enumerate() {
        assert_eq!(refusal.code(), -1 - i as i32);
        assert!(!refusal.to_string().is_empty());
    }
}

#[test]
fn closed_and_unknown_sinks_take_nothing() {
    let drawn = Nv12::new();
    for unknown in [0, u64::MAX] {
        assert_eq!(drawn.push(unknown, 0, 0), Refusal::UnknownHandle.code());
        assert_eq!(glimpse_frames_close(unknown), Refusal::UnknownHandle.code());
        assert_eq!(glimpse_frames_count_lost(unknown, 1), Refusal::UnknownHandle.code());
    }
    let (handle, mut source) = FrameSink::new(SinkOptions::default());
    source.open().unwrap();
    assert_eq!(drawn.push(handle, 0, 0), TAKEN);
    assert_eq!(glimpse_frames_close(handle), TAKEN);
    assert_eq!(glimpse_frames_close(handle), TAKEN);
    assert_eq!(drawn.push(handle, 0, 0), Refusal::Closed.code());
    // The frame that waited is not lost.
    assert_eq!(source.next_frame(NO_WAIT).unwrap().sequence, 1);
    assert_eq!(source.next_frame(NO_WAIT), Err(CameraError::Ended));
    let counts = source.counts();
    assert_eq!((counts.captured, counts.delivered, counts.refused), (2, 1, 1));
    drop(source);
    assert_eq!(drawn.push(handle, 0, 0), Refusal::Closed.code());
    assert!(FrameSink::of(handle).is_none());
    assert_eq!(glimpse_frames_close(handle), TAKEN);

    let (handle, source) = FrameSink::new(SinkOptions::default());
    let sink = source.sink().clone();
    assert_eq!(drawn.push(handle, 0, 0), TAKEN);
    drop(source);
    assert_eq!(drawn.push(handle, 0, 0), Refusal::Closed.code());
    let counts = sink.counts();
    assert_eq!((counts.captured, counts.refused), (2, 2));
}

#[test]
fn threads_that_push_at_once_lose_no_frame_without_count() {
    let (handle, mut source) = FrameSink::new(SinkOptions::default());
    source.open().unwrap();
    let over = AtomicBool::new(false);
    let taken = thread::scope(|scope| {
        let pushing: Vec<_> = (0..4)
            .map(|t| {
                scope.spawn(move || {
                    let drawn = Nv12::new();
                    (0..500).map(|i| drawn.push(handle, 90 * t, i)).filter(|code| *code >= TAKEN).count()
                })
            })
            .collect();
        let (over, source) = (&over, &mut source);
        let taking = scope.spawn(move || {
            let (mut taken, mut last) = (0, (0, NO_WAIT));
            loop {
                match source.next_frame(Duration::from_millis(5)) {
                    Ok(frame) => {
                        assert!(frame.sequence > last.0 && frame.at >= last.1);
                        last = (frame.sequence, frame.at);
                        taken += 1;
                    }
                    Err(CameraError::Stalled) if over.load(Ordering::SeqCst) => return taken,
                    Err(CameraError::Stalled) => {}
                    Err(other) => panic!("{other}"),
                }
                sums_agree(source.counts());
            }
        });
        assert_eq!(pushing.into_iter().map(|p| p.join().unwrap()).sum::<usize>(), 2000);
        over.store(true, Ordering::SeqCst);
        taking.join().unwrap()
    });
    let counts = source.counts();
    assert_eq!((counts.captured, counts.delivered, counts.refused, counts.waiting), (2000, taken, 0, 0));
    sums_agree(counts);
}

#[test]
fn a_frame_allocates_nothing_once_there_is_memory() {
    let (handle, mut source) = FrameSink::new(SinkOptions::default());
    source.open().unwrap();
    let drawn = Nv12::new();
    let mut round = |n: u64| {
        // One is replaced, one taken and held while the next comes, and one refused.
        assert_eq!(drawn.push(handle, 0, n), TAKEN);
        assert_eq!(drawn.push(handle, 90, n), TAKEN);
        let held = source.next_frame(NO_WAIT).unwrap();
        assert_eq!(drawn.push(handle, 270, n), TAKEN);
        assert_eq!(drawn.push(handle, 1, n), Refusal::Rotation.code());
        drop(held);
        drop(source.next_frame(NO_WAIT).unwrap());
    };
    (0..3).for_each(&mut round);
    let counted = allocation_counter::measure(|| (3..100).for_each(&mut round));
    assert_eq!(counted.count_total, 0, "{} bytes", counted.bytes_total);
}

#[test]
fn arguments_of_any_value_are_taken_or_refused() {
    let (_handle, source) = FrameSink::new(SinkOptions::default());
    let sink = source.sink();
    let bytes = [77; 4096];
    let mut state = 41u64;
    let mut random = |n: u64| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) % n
    };
    let odd = [0, 1, usize::MAX, usize::MAX / 2, 1 << 20, (1 << 20) + 1];
    let mut taken = 0;
    for round in 0..20_000 {
        let mut number = |most: u64| {
            if random(40) == 0 { odd[random(odd.len() as u64) as usize] } else { random(most) as usize }
        };
        let lens = [number(4097), number(4097), number(4097)];
        let planes = lens.map(|len| &bytes[..len.min(bytes.len())]);
        let size = [number(40) as u32, number(30) as u32];
        let frame = NativeFrame {
            planes,
            strides: [number(60), number(60), number(60)],
            pixel_stride: number(4),
            size,
            crop: [number(9) as u32, number(9) as u32, number(45) as u32, number(35) as u32],
            rotation_degrees: number(4) as i32 * 90,
            full_range: [None, Some(false), Some(true)][number(1024) % 3],
            timestamp_nanos: number(1 << 40) as u64,
        };
        taken += u64::from(sink.push(&frame).is_ok());
        let counts = sink.counts();
        assert_eq!((counts.captured, counts.refused), (round + 1, round + 1 - taken));
        sums_agree(counts);
    }
    assert!(taken > 20, "{taken}");
}
