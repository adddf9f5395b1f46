//! The pixels of `android.graphics.Bitmap`, for `BitmapPixels` of the Kotlin library.

use jni_sys::{JNIEnv, jclass, jlong, jobject};
use ndk::bitmap::Bitmap;

/// Where the pixels of `bitmap` lie until they are unlocked; 0 where they cannot be had, as those of a
/// hardware bitmap.
///
/// # Safety
/// Called by the Java virtual machine, for `BitmapPixels.lock`.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "system" fn Java_app_glimpse_sdk_BitmapPixels_lock(
    env: *mut JNIEnv,
    _class: jclass,
    bitmap: jobject,
) -> jlong {
    if bitmap.is_null() {
        return 0;
    }
    // SAFETY: the virtual machine gives its environment and a reference that lives as long as this call.
    let bitmap = unsafe { Bitmap::from_jni(env, bitmap) };
    bitmap.lock_pixels().map_or(0, |pixels| pixels as jlong)
}

/// Lets go of what `lock` gave.
///
/// # Safety
/// Called by the Java virtual machine, for `BitmapPixels.unlock`.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "system" fn Java_app_glimpse_sdk_BitmapPixels_unlock(
    env: *mut JNIEnv,
    _class: jclass,
    bitmap: jobject,
) {
    if bitmap.is_null() {
        return;
    }
    // SAFETY: the virtual machine gives its environment and a reference that lives as long as this call.
    let bitmap = unsafe { Bitmap::from_jni(env, bitmap) };
    // There is nothing to do about a bitmap that was not locked.
    let _ = bitmap.unlock_pixels();
}
