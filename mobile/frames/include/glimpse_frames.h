/* Frames of a phone's camera for Glimpse, handed over in their own buffers. Written by `make bindings` from
   mobile/frames/src/c.rs. Every function may be called from any thread. */

#ifndef GLIMPSE_FRAMES_H
#define GLIMPSE_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the functions return. */
enum {
  GLIMPSE_FRAMES_TAKEN = 0,
  /* A newer frame came while this one was converted; it counts as replaced. */
  GLIMPSE_FRAMES_OVERTAKEN = 1,
  GLIMPSE_FRAMES_UNKNOWN_HANDLE = -1,
  GLIMPSE_FRAMES_CLOSED = -2,
  GLIMPSE_FRAMES_NULL_BUFFER = -3,
  GLIMPSE_FRAMES_NOT_DIRECT = -4,
  GLIMPSE_FRAMES_SIZE = -5,
  GLIMPSE_FRAMES_ROW_STRIDE = -6,
  GLIMPSE_FRAMES_PIXEL_STRIDE = -7,
  GLIMPSE_FRAMES_SHORT_BUFFER = -8,
  GLIMPSE_FRAMES_CROP = -9,
  GLIMPSE_FRAMES_ROTATION = -10,
  GLIMPSE_FRAMES_TIMESTAMP = -11,
  GLIMPSE_FRAMES_INTERNAL = -12
};

// Frames so far: captured = delivered + replaced + refused + waiting.
typedef struct glimpse_frames_counts_t {
  // Frames that were pushed, whatever became of them.
  uint64_t captured;
  // Frames that were taken.
  uint64_t delivered;
  // Frames in whose place a newer one came.
  uint64_t replaced;
  // Frames that were not in order, or that nobody wanted any more.
  uint64_t refused;
  // Frames that wait or are being converted.
  uint64_t waiting;
  // Frames that the system dropped, as it was counted.
  uint64_t lost;
} glimpse_frames_counts_t;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// Pushes a frame of NV12 into the sink `handle`, turned clockwise by 0, 90, 180 or 270 degrees to be upright. What is
// needed is copied before this returns. 0 where it was taken, 1 where a newer one came meanwhile, below 0 where it was
// refused.
//
// # Safety
// Where it is not null, `y` points to `y_stride · (height − 1) + width` readable bytes, and `uv` to
// `uv_stride · (⌈height / 2⌉ − 1) + 2 · ⌈width / 2⌉`, which nobody writes until this returns.
int32_t glimpse_frames_push_nv12(uint64_t handle,
                                 const uint8_t *y,
                                 size_t y_stride,
                                 const uint8_t *uv,
                                 size_t uv_stride,
                                 uint32_t width,
                                 uint32_t height,
                                 int32_t rotation_degrees,
                                 bool full_range,
                                 uint64_t timestamp_nanos);

// Counts `frames` that the system dropped before it handed them over. 0, or below 0.
int32_t glimpse_frames_count_lost(uint64_t handle, uint64_t frames);

// Ends the source of the sink `handle`; closing it again does nothing. 0, or below 0.
int32_t glimpse_frames_close(uint64_t handle);

// Writes the counts of the sink `handle` to `counts`. 0, or below 0.
//
// # Safety
// Where it is not null, `counts` points to memory for them.
int32_t glimpse_frames_counts(uint64_t handle, struct glimpse_frames_counts_t *counts);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* GLIMPSE_FRAMES_H */
