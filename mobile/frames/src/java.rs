//! What the class `app.glimpse.frames.FrameSink` declares as native.

use jni::errors::Error;
use jni::objects::{JByteBuffer, JClass, JLongArray};
use jni::sys::{jint, jlong};
use jni::{Env, EnvUnowned, Outcome};

use crate::c::{done, guarded, push};
use crate::refusal::code_of;
use crate::{FrameSink, NativeFrame, Refusal, registry};

/// Runs `work` with the thread's environment. No exception is thrown: what goes wrong is a code.
fn with_env<'local>(
    mut env: EnvUnowned<'local>,
    work: impl FnOnce(&mut Env<'local>) -> Result<i32, Refusal>,
) -> jint {
    match env.with_env(|env| Ok::<_, Error>(work(env))).into_outcome() {
        Outcome::Ok(Ok(code)) => code,
        Outcome::Ok(Err(refusal)) => refusal.code(),
        Outcome::Err(_) | Outcome::Panic(_) => Refusal::Internal.code(),
    }
}

/// The bytes of a direct buffer, from its start to its capacity; position and limit count for nothing.
///
/// # Safety
/// Nobody writes them, and the buffer is not let go of, while the slice is in use.
unsafe fn bytes<'a>(env: &Env<'_>, buffer: &JByteBuffer<'_>) -> Result<&'a [u8], Refusal> {
    if buffer.as_raw().is_null() {
        return Err(Refusal::NullBuffer);
    }
    let address = env.get_direct_buffer_address(buffer).map_err(|_| Refusal::NotDirect)?;
    let capacity = env.get_direct_buffer_capacity(buffer).map_err(|_| Refusal::NotDirect)?;
    if isize::try_from(capacity).is_err() {
        return Err(Refusal::NotDirect);
    }
    // SAFETY: the JVM says that there are that many bytes; the rest is the caller's promise.
    Ok(unsafe { std::slice::from_raw_parts(address, capacity) })
}

fn number<T: TryFrom<jint>>(value: jint, or: Refusal) -> Result<T, Refusal> {
    T::try_from(value).map_err(|_| or)
}

/// `FrameSink.push`: 0 where the frame was taken, 1 where a newer one came meanwhile, else [`Refusal::code`].
/// What is needed of the buffers is copied before it returns.
#[unsafe(no_mangle)]
pub(crate) extern "system" fn Java_app_glimpse_frames_FrameSink_push<'local>(
    env: EnvUnowned<'local>,
    _class: JClass<'local>,
    handle: jlong,
    y: JByteBuffer<'local>,
    u: JByteBuffer<'local>,
    v: JByteBuffer<'local>,
    y_row_stride: jint,
    uv_row_stride: jint,
    uv_pixel_stride: jint,
    width: jint,
    height: jint,
    crop_left: jint,
    crop_top: jint,
    crop_right: jint,
    crop_bottom: jint,
    rotation_degrees: jint,
    timestamp_nanos: jlong,
) -> jint {
    with_env(env, |env| {
        let env = &*env;
        let frame = || {
            let size = [number(width, Refusal::Size)?, number(height, Refusal::Size)?];
            let edge = |value| number(value, Refusal::Crop);
            let crop = [edge(crop_left)?, edge(crop_top)?, edge(crop_right)?, edge(crop_bottom)?];
            let chroma = number(uv_row_stride, Refusal::RowStride)?;
            let strides = [number(y_row_stride, Refusal::RowStride)?, chroma, chroma];
            let pixel_stride = number(uv_pixel_stride, Refusal::PixelStride)?;
            let timestamp_nanos = u64::try_from(timestamp_nanos).map_err(|_| Refusal::Timestamp)?;
            // SAFETY: whoever calls holds the image that the buffers belong to until this returns; the
            // slices do not outlive the call.
            let planes = unsafe { [bytes(env, &y)?, bytes(env, &u)?, bytes(env, &v)?] };
            let full_range = None;
            Ok(NativeFrame {
                planes,
                strides,
                pixel_stride,
                size,
                crop,
                rotation_degrees,
                full_range,
                timestamp_nanos,
            })
        };
        Ok(code_of(push(handle as u64, frame)))
    })
}

/// `FrameSink.close`: ends the source; closing again does nothing.
#[unsafe(no_mangle)]
pub(crate) extern "system" fn Java_app_glimpse_frames_FrameSink_close<'local>(
    _env: EnvUnowned<'local>,
    _class: JClass<'local>,
    handle: jlong,
) -> jint {
    crate::glimpse_frames_close(handle as u64)
}

/// `FrameSink.countLost`: counts frames that the system dropped.
#[unsafe(no_mangle)]
pub(crate) extern "system" fn Java_app_glimpse_frames_FrameSink_countLost<'local>(
    _env: EnvUnowned<'local>,
    _class: JClass<'local>,
    handle: jlong,
    frames: jlong,
) -> jint {
    crate::glimpse_frames_count_lost(handle as u64, u64::try_from(frames).unwrap_or(0))
}

/// `FrameSink.counts`: captured, delivered, replaced, refused, waiting and lost frames into the first six
/// places of `counts`.
#[unsafe(no_mangle)]
pub(crate) extern "system" fn Java_app_glimpse_frames_FrameSink_counts<'local>(
    env: EnvUnowned<'local>,
    _class: JClass<'local>,
    handle: jlong,
    counts: JLongArray<'local>,
) -> jint {
    with_env(env, |env| {
        if counts.as_raw().is_null() {
            return Err(Refusal::NullBuffer);
        }
        if counts.len(env).map_err(|_| Refusal::Internal)? < 6 {
            return Err(Refusal::ShortBuffer);
        }
        let now = guarded(|| Ok(FrameSink(registry::find(handle as u64)?).counts()))?;
        let values = [now.captured, now.delivered, now.replaced, now.refused, now.waiting, now.lost];
        let values = values.map(|value| jlong::try_from(value).unwrap_or(jlong::MAX));
        Ok(done(counts.set_region(env, 0, &values).map_err(|_| Refusal::Internal)))
    })
}
