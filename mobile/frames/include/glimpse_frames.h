/* Frames of a phone's camera for Glimpse, handed over in their own buffers. mobile/frames/src/c.rs defines
   what is declared here. Every function may be called from any thread. */
#ifndef GLIMPSE_FRAMES_H
#define GLIMPSE_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

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

/* captured = delivered + replaced + refused + waiting */
typedef struct glimpse_frames_counts_t {
  uint64_t captured;
  uint64_t delivered;
  uint64_t replaced;
  uint64_t refused;
  uint64_t waiting;
  uint64_t lost;
} glimpse_frames_counts_t;

/* Pushes a frame of NV12, turned clockwise by 0, 90, 180 or 270 degrees to be upright. What is needed is copied
   before it returns. y has y_stride * (height - 1) + width bytes, uv has
   uv_stride * ((height + 1) / 2 - 1) + (width + 1) / 2 * 2. */
int32_t glimpse_frames_push_nv12(uint64_t handle, const uint8_t *y, size_t y_stride, const uint8_t *uv,
                                 size_t uv_stride, uint32_t width, uint32_t height, int32_t rotation_degrees,
                                 bool full_range, uint64_t timestamp_nanos);

/* Counts frames that the system dropped before it handed them over. */
int32_t glimpse_frames_count_lost(uint64_t handle, uint64_t frames);

/* Ends the source, after the frame that waits. Closing again does nothing. */
int32_t glimpse_frames_close(uint64_t handle);

int32_t glimpse_frames_counts(uint64_t handle, glimpse_frames_counts_t *counts);

#ifdef __cplusplus
}
#endif

#endif
