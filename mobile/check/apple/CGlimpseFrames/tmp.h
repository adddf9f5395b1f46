#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
int32_t glimpse_frames_push_nv12(uint64_t handle, const uint8_t *y, size_t y_stride, const uint8_t *uv, size_t uv_stride, uint32_t width, uint32_t height,
  int32_t rotation_degrees, bool full_range, uint64_t timestamp_nanos);
int32_t glimpse_frames_count_lost(uint64_t handle, uint64_t n);
