//! What C and Swift call; declared in `include/glimpse_frames.h`, which cbindgen writes from this file.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::refusal::code_of;
use crate::sink::{size_within, stride_within};
use crate::{FrameSink, NativeFrame, Refusal, SinkCounts, TAKEN, Taken, registry};

/// Frames so far: captured = delivered + replaced + refused + waiting.
#[repr(C)]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GlimpseFramesCounts {
    /// Frames that were pushed, whatever became of them.
    pub captured: u64,
    /// Frames that were taken.
    pub delivered: u64,
    /// Frames in whose place a newer one came.
    pub replaced: u64,
    /// Frames that were not in order, or that nobody wanted any more.
    pub refused: u64,
    /// Frames that wait or are being converted.
    pub waiting: u64,
    /// Frames that the system dropped, as it was counted.
    pub lost: u64,
}

impl From<SinkCounts> for GlimpseFramesCounts {
    fn from(counts: SinkCounts) -> Self {
        let SinkCounts { captured, delivered, replaced, refused, waiting, lost } = counts;
        Self { captured, delivered, replaced, refused, waiting, lost }
    }
}

/// `work`, a panic of which is [`Refusal::Internal`].
pub(crate) fn guarded<T>(work: impl FnOnce() -> Result<T, Refusal>) -> Result<T, Refusal> {
    // Locks that a panic poisons are entered all the same, and counts are numbers of their own.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        tracing::error!("a frame was lost to a panic");
        Err(Refusal::Internal)
    })
}

/// Counts a frame for the sink of `handle`, and pushes what `frame` makes of it.
pub(crate) fn push<'a>(
    handle: u64,
    frame: impl FnOnce() -> Result<NativeFrame<'a>, Refusal>,
) -> Result<Taken, Refusal> {
    let sink = FrameSink(registry::find(handle)?);
    let number = sink.count();
    let pushed = guarded(|| sink.put(&frame()?, number));
    if pushed.is_err() {
        sink.refuse();
    }
    pushed
}

/// Pushes a frame of NV12 into the sink `handle`, turned clockwise by 0, 90, 180 or 270 degrees to be upright. What is
/// needed is copied before this returns. 0 where it was taken, 1 where a newer one came meanwhile, below 0 where it was
/// refused.
///
/// # Safety
/// Where it is not null, `y` points to `y_stride · (height − 1) + width` readable bytes, and `uv` to
/// `uv_stride · (⌈height / 2⌉ − 1) + 2 · ⌈width / 2⌉`, which nobody writes until this returns.
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn glimpse_frames_push_nv12(
    handle: u64,
    y: *const u8,
    y_stride: usize,
    uv: *const u8,
    uv_stride: usize,
    width: u32,
    height: u32,
    rotation_degrees: i32,
    full_range: bool,
    timestamp_nanos: u64,
) -> i32 {
    code_of(push(handle, || {
        if y.is_null() || uv.is_null() {
            return Err(Refusal::NullBuffer);
        }
        let [columns, rows] = size_within([width, height])?;
        let pairs = 2 * columns.div_ceil(2);
        if stride_within(y_stride)? < columns || stride_within(uv_stride)? < pairs {
            return Err(Refusal::RowStride);
        }
        // SAFETY: the caller's promise; with sides and strides within their bounds, the lengths are too.
        let (y, uv) = unsafe {
            let uv_len = uv_stride * (rows.div_ceil(2) - 1) + pairs;
            (
                std::slice::from_raw_parts(y, y_stride * (rows - 1) + columns),
                std::slice::from_raw_parts(uv, uv_len),
            )
        };
        Ok(NativeFrame {
            planes: [y, uv, &uv[1..]],
            strides: [y_stride, uv_stride, uv_stride],
            pixel_stride: 2,
            size: [width, height],
            crop: [0, 0, width, height],
            rotation_degrees,
            full_range: Some(full_range),
            timestamp_nanos,
        })
    }))
}

/// Counts `frames` that the system dropped before it handed them over. 0, or below 0.
#[unsafe(no_mangle)]
pub extern "C" fn glimpse_frames_count_lost(handle: u64, frames: u64) -> i32 {
    done(guarded(|| {
        FrameSink(registry::find(handle)?).count_lost(frames);
        Ok(())
    }))
}

/// Ends the source of the sink `handle`; closing it again does nothing. 0, or below 0.
#[unsafe(no_mangle)]
pub extern "C" fn glimpse_frames_close(handle: u64) -> i32 {
    done(guarded(|| match registry::find(handle) {
        Ok(sink) => {
            FrameSink(sink).close();
            Ok(())
        }
        Err(Refusal::Closed) => Ok(()),
        Err(refusal) => Err(refusal),
    }))
}

/// Writes the counts of the sink `handle` to `counts`. 0, or below 0.
///
/// # Safety
/// Where it is not null, `counts` points to memory for them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn glimpse_frames_counts(handle: u64, counts: *mut GlimpseFramesCounts) -> i32 {
    done(guarded(|| {
        if counts.is_null() {
            return Err(Refusal::NullBuffer);
        }
        let now = FrameSink(registry::find(handle)?).counts();
        // SAFETY: the caller's promise.
        unsafe { counts.write(now.into()) };
        Ok(())
    }))
}

pub(crate) fn done(result: Result<(), Refusal>) -> i32 {
    result.map_or_else(Refusal::code, |()| TAKEN)
}
