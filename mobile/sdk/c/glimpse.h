/* Glimpse for C. Written by `make bindings` from mobile/sdk/core/src/c.rs; docs/sdk.md says more.

   Results are JSON, to be freed by glimpse_free. What fails returns NULL; glimpse_error_code and
   glimpse_error_message then say why, for the thread that called. An engine may be used by several threads. */

#ifndef GLIMPSE_H
#define GLIMPSE_H

#include <stddef.h>
#include <stdint.h>

// How the bytes of a picture are to be understood.
typedef enum GlimpseFormat {
  // A JPEG, PNG, WebP, GIF, BMP or TIFF file.
  GLIMPSE_FORMAT_ENCODED = 0,
  // Red, green, blue.
  GLIMPSE_FORMAT_RGB = 1,
  // Red, green, blue, alpha.
  GLIMPSE_FORMAT_RGBA = 2,
  // Red, green, blue multiplied by alpha, then alpha.
  GLIMPSE_FORMAT_RGBA_PREMULTIPLIED = 3,
  // Blue, green, red, alpha.
  GLIMPSE_FORMAT_BGRA = 4,
  // Blue, green, red multiplied by alpha, then alpha.
  GLIMPSE_FORMAT_BGRA_PREMULTIPLIED = 5,
} GlimpseFormat;

// An opened engine.
typedef struct Glimpse Glimpse;

// A flag that cancels calls.
typedef struct GlimpseCancel GlimpseCancel;

// A picture in the caller's memory.
typedef struct GlimpseImage {
  // Its bytes.
  const uint8_t *bytes;
  // How many.
  size_t length;
  // A `GlimpseFormat`.
  int32_t format;
  // Width in pixels; not looked at where it is encoded, nor are those below.
  int32_t width;
  // Height in pixels.
  int32_t height;
  // Bytes from one row to the next; 0 where rows lie without gaps.
  int32_t row_stride;
  // By how much it must be turned clockwise to be upright: 0, 90, 180 or 270.
  int32_t rotation_degrees;
} GlimpseImage;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// Opens an engine. `packs` is the folder of the packs, or null: then what the variable GLIMPSE_PACKS names, or
// `assets` or `share/glimpse` beside the program or above it. `threads` is 0 for one a core. Returns null
// on failure.
//
// # Safety
// `packs` is null or a string that ends with a zero.
struct Glimpse *glimpse_open(const char *packs,
                             uint32_t threads);

// Closes an engine. No call on it may be running. Null does nothing.
//
// # Safety
// `glimpse` is null or came from `glimpse_open` and was not closed.
void glimpse_close(struct Glimpse *glimpse);

// Reads the text on a picture. Returns JSON to be freed by `glimpse_free`, or null on failure. `cancel` may be
// null.
//
// # Safety
// The pointers are null or of this interface and not freed; the bytes of `image` are as it says.
char *glimpse_read(const struct Glimpse *glimpse,
                   const struct GlimpseImage *image,
                   const struct GlimpseCancel *cancel);

// Describes a picture. As `glimpse_read`.
//
// # Safety
// As `glimpse_read`.
char *glimpse_describe(const struct Glimpse *glimpse,
                       const struct GlimpseImage *image,
                       const struct GlimpseCancel *cancel);

// Finds the objects on a picture. As `glimpse_read`.
//
// # Safety
// As `glimpse_read`.
char *glimpse_find(const struct Glimpse *glimpse,
                   const struct GlimpseImage *image,
                   const struct GlimpseCancel *cancel);

// Names what a picture shows. As `glimpse_read`.
//
// # Safety
// As `glimpse_read`.
char *glimpse_tags(const struct Glimpse *glimpse,
                   const struct GlimpseImage *image,
                   const struct GlimpseCancel *cancel);

// Frees what a call returned. Null does nothing.
//
// # Safety
// `text` is null or came from one of these functions and was not freed.
void glimpse_free(char *text);

// Code of the last failure on this thread, as `docs/errors.md` has it; empty where the last call went well.
// Valid until the next call on this thread.
const char *glimpse_error_code(void);

// The same in words.
const char *glimpse_error_message(void);

// A flag that cancels the calls that it is given to.
struct GlimpseCancel *glimpse_cancel_new(void);

// Cancels, from any thread: the calls fail with `cancelled` soon after. Null does nothing.
//
// # Safety
// `cancel` is null or came from `glimpse_cancel_new` and was not freed.
void glimpse_cancel(const struct GlimpseCancel *cancel);

// Frees a flag. No call that it was given to may be running. Null does nothing.
//
// # Safety
// `cancel` is null or came from `glimpse_cancel_new` and was not freed.
void glimpse_cancel_free(struct GlimpseCancel *cancel);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* GLIMPSE_H */
