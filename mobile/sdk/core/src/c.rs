//! The C interface: `mobile/sdk/c/glimpse.h`, which cbindgen writes from this file.
//!
//! Results are JSON, as `glimpse --json` and `glimpse serve` have them. What fails returns null, and the code
//! and the message of the failure are kept for the thread that called.

use std::cell::RefCell;
use std::ffi::{CStr, CString, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::ptr;

use glimpse_engine::{
    DescribeOptions, Engine, EngineOptions, Error, FindOptions, Picture, ReadOptions, TagOptions, read,
};
use serde::Serialize;

use crate::error::{GlimpseError, Result};
use crate::options::Limits;
use crate::pixels::{PixelFormat, PixelLayout, bytes_at, to_rgb};

/// An opened engine.
pub struct Glimpse(Engine);

/// A flag that cancels calls.
pub struct GlimpseCancel(read::CancelToken);

/// How the bytes of a picture are to be understood.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GlimpseFormat {
    /// A JPEG, PNG, WebP, GIF, BMP or TIFF file.
    Encoded = 0,
    /// Red, green, blue.
    Rgb = 1,
    /// Red, green, blue, alpha.
    Rgba = 2,
    /// Red, green, blue multiplied by alpha, then alpha.
    RgbaPremultiplied = 3,
    /// Blue, green, red, alpha.
    Bgra = 4,
    /// Blue, green, red multiplied by alpha, then alpha.
    BgraPremultiplied = 5,
}

/// A picture in the caller's memory.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct GlimpseImage {
    /// Its bytes.
    pub bytes: *const u8,
    /// How many.
    pub length: usize,
    /// A `GlimpseFormat`.
    pub format: i32,
    /// Width in pixels; not looked at where it is encoded, nor are those below.
    pub width: i32,
    /// Height in pixels.
    pub height: i32,
    /// Bytes from one row to the next; 0 where rows lie without gaps.
    pub row_stride: i32,
    /// By how much it must be turned clockwise to be upright: 0, 90, 180 or 270.
    pub rotation_degrees: i32,
}

thread_local! {
    static LAST: RefCell<(CString, CString)> = RefCell::default();
}

fn remember(code: &str, message: &str) {
    let text = |text: &str| CString::new(text.replace('\0', " ")).unwrap_or_default();
    LAST.with_borrow_mut(|last| *last = (text(code), text(message)));
}

/// What `work` gives; where it fails or panics, `otherwise`, and the failure is remembered.
fn guarded<T>(otherwise: T, work: impl FnOnce() -> Result<T>) -> T {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(value)) => {
            remember("", "");
            value
        }
        Ok(Err(error)) => {
            remember(error.code(), &error.to_string());
            otherwise
        }
        Err(_) => {
            remember("internal", "a bug");
            otherwise
        }
    }
}

fn json(value: &impl Serialize) -> Result<*mut c_char> {
    let text = serde_json::to_string(value).map_err(|error| GlimpseError::Internal(error.to_string()))?;
    let text = CString::new(text).map_err(|error| GlimpseError::Internal(error.to_string()))?;
    Ok(text.into_raw())
}

/// # Safety
/// `image` is null or points to a picture whose bytes are as it says.
unsafe fn picture(image: *const GlimpseImage) -> Result<Picture<'static>> {
    // SAFETY: the caller vouches for it.
    let image = unsafe { image.as_ref() }.ok_or_else(|| GlimpseError::option("image", "it is null"))?;
    // SAFETY: the caller vouches for it; the bytes are used only in this call.
    let bytes = unsafe { bytes_at(image.bytes as u64, image.length as u64) }?;
    let format = match image.format {
        0 => return Ok(Picture::decode(bytes, &Limits::default().into())?),
        1 => PixelFormat::Rgb,
        2 => PixelFormat::Rgba,
        3 => PixelFormat::RgbaPremultiplied,
        4 => PixelFormat::Bgra,
        5 => PixelFormat::BgraPremultiplied,
        other => return Err(GlimpseError::option("format", format!("{other} is none"))),
    };
    let GlimpseImage { width, height, row_stride, rotation_degrees, .. } = *image;
    let layout = PixelLayout { format, width, height, row_stride, rotation_degrees };
    Ok(to_rgb(bytes, &layout, &Limits::default())?.into())
}

/// What `look` gives for the picture, as JSON.
///
/// # Safety
/// The pointers are null or of this interface and not freed; `image` as in [`picture`].
unsafe fn call<T: Serialize>(
    glimpse: *const Glimpse,
    image: *const GlimpseImage,
    cancel: *const GlimpseCancel,
    look: impl FnOnce(&Engine, &Picture<'_>, read::CancelToken) -> std::result::Result<T, Error>,
) -> *mut c_char {
    guarded(ptr::null_mut(), || {
        // SAFETY: the caller vouches for it.
        let glimpse =
            unsafe { glimpse.as_ref() }.ok_or_else(|| GlimpseError::option("glimpse", "it is null"))?;
        // SAFETY: the caller vouches for it.
        let cancel = unsafe { cancel.as_ref() }.map(|cancel| cancel.0.clone()).unwrap_or_default();
        // SAFETY: the caller vouches for it.
        let picture = unsafe { picture(image) }?;
        json(&look(&glimpse.0, &picture, cancel)?)
    })
}

/// Opens an engine. `packs` is the folder of the packs, or null: then what the variable GLIMPSE_PACKS names, or
/// `assets` or `share/glimpse` beside the program or above it. `threads` is 0 for one a core. Returns null
/// on failure.
///
/// # Safety
/// `packs` is null or a string that ends with a zero.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn glimpse_open(packs: *const c_char, threads: u32) -> *mut Glimpse {
    guarded(ptr::null_mut(), || {
        let packs = match packs.is_null() {
            true => None,
            // SAFETY: it is not null, and the caller vouches for the zero at its end.
            false => Some(unsafe { CStr::from_ptr(packs) }),
        };
        let packs = packs.map(|packs| packs.to_str().map(PathBuf::from)).transpose();
        let packs = packs.map_err(|_| GlimpseError::option("packs", "it is not UTF-8"))?;
        let engine =
            Engine::open(EngineOptions { packs, threads: threads as usize, ..EngineOptions::default() })?;
        Ok(Box::into_raw(Box::new(Glimpse(engine))))
    })
}

/// Closes an engine. No call on it may be running. Null does nothing.
///
/// # Safety
/// `glimpse` is null or came from `glimpse_open` and was not closed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn glimpse_close(glimpse: *mut Glimpse) {
    if !glimpse.is_null() {
        // SAFETY: it came from a box, and the caller vouches that it is closed once.
        drop(unsafe { Box::from_raw(glimpse) });
    }
}

/// Reads the text on a picture. Returns JSON to be freed by `glimpse_free`, or null on failure. `cancel` may be
/// null.
///
/// # Safety
/// The pointers are null or of this interface and not freed; the bytes of `image` are as it says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn glimpse_read(
    glimpse: *const Glimpse,
    image: *const GlimpseImage,
    cancel: *const GlimpseCancel,
) -> *mut c_char {
    // SAFETY: the caller vouches for it.
    unsafe {
        call(glimpse, image, cancel, |engine, picture, cancel| {
            engine.read_picture(picture, &ReadOptions { cancel, ..ReadOptions::default() })
        })
    }
}

/// Describes a picture. As `glimpse_read`.
///
/// # Safety
/// As `glimpse_read`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn glimpse_describe(
    glimpse: *const Glimpse,
    image: *const GlimpseImage,
    cancel: *const GlimpseCancel,
) -> *mut c_char {
    // SAFETY: the caller vouches for it.
    unsafe {
        call(glimpse, image, cancel, |engine, picture, cancel| {
            let options = DescribeOptions { cancel, ..DescribeOptions::default() };
            engine.describe_picture(picture, &options, &mut |_| ())
        })
    }
}

/// Finds the objects on a picture. As `glimpse_read`.
///
/// # Safety
/// As `glimpse_read`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn glimpse_find(
    glimpse: *const Glimpse,
    image: *const GlimpseImage,
    cancel: *const GlimpseCancel,
) -> *mut c_char {
    // SAFETY: the caller vouches for it.
    unsafe {
        call(glimpse, image, cancel, |engine, picture, cancel| {
            engine.find_picture(picture, &FindOptions { cancel, ..FindOptions::default() })
        })
    }
}

/// Names what a picture shows. As `glimpse_read`.
///
/// # Safety
/// As `glimpse_read`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn glimpse_tags(
    glimpse: *const Glimpse,
    image: *const GlimpseImage,
    cancel: *const GlimpseCancel,
) -> *mut c_char {
    // SAFETY: the caller vouches for it.
    unsafe {
        call(glimpse, image, cancel, |engine, picture, cancel| {
            engine.tag_picture(picture, &TagOptions { cancel, ..TagOptions::default() })
        })
    }
}

/// Frees what a call returned. Null does nothing.
///
/// # Safety
/// `text` is null or came from one of these functions and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn glimpse_free(text: *mut c_char) {
    if !text.is_null() {
        // SAFETY: it came from `CString::into_raw`, and the caller vouches that it is freed once.
        drop(unsafe { CString::from_raw(text) });
    }
}

/// Code of the last failure on this thread, as `docs/errors.md` has it; empty where the last call went well.
/// Valid until the next call on this thread.
#[unsafe(no_mangle)]
pub extern "C" fn glimpse_error_code() -> *const c_char {
    LAST.with_borrow(|(code, _)| code.as_ptr())
}

/// The same in words.
#[unsafe(no_mangle)]
pub extern "C" fn glimpse_error_message() -> *const c_char {
    LAST.with_borrow(|(_, message)| message.as_ptr())
}

/// A flag that cancels the calls that it is given to.
#[unsafe(no_mangle)]
pub extern "C" fn glimpse_cancel_new() -> *mut GlimpseCancel {
    Box::into_raw(Box::new(GlimpseCancel(read::CancelToken::new())))
}

/// Cancels, from any thread: the calls fail with `cancelled` soon after. Null does nothing.
///
/// # Safety
/// `cancel` is null or came from `glimpse_cancel_new` and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn glimpse_cancel(cancel: *const GlimpseCancel) {
    // SAFETY: the caller vouches for it.
    if let Some(cancel) = unsafe { cancel.as_ref() } {
        cancel.0.cancel();
    }
}

/// Frees a flag. No call that it was given to may be running. Null does nothing.
///
/// # Safety
/// `cancel` is null or came from `glimpse_cancel_new` and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn glimpse_cancel_free(cancel: *mut GlimpseCancel) {
    if !cancel.is_null() {
        // SAFETY: it came from a box, and the caller vouches that it is freed once.
        drop(unsafe { Box::from_raw(cancel) });
    }
}
