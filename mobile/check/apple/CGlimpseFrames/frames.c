/* Nothing here gives frames, so nothing calls these. Rust's are in mobile/frames. */
#include "../../../frames/include/glimpse_frames.h"

int32_t glimpse_frames_push_nv12(uint64_t handle, const uint8_t *y, size_t y_stride, const uint8_t *uv,
                                 size_t uv_stride, uint32_t width, uint32_t height, int32_t rotation_degrees,
                                 bool full_range, uint64_t timestamp_nanos) {
  __builtin_trap();
}

int32_t glimpse_frames_count_lost(uint64_t handle, uint64_t frames) { __builtin_trap(); }
