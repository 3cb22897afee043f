// The table of functions that each instruction set fills; see `volume_renderer.cpp` for the choice.
#pragma once

#include "volume_renderer.h"

#include <type_traits>

namespace pv::volume {

/// All that a thread needs for its share of the rays or points of one frame.
struct Slice {
  const FieldShape *shape;
  const PackedDecoder *decoder;
  const float *planes; // of the frame, packed
  float *scratch;      // scratchFloats(...) floats, 64-byte aligned
  int64_t frame;       // which frame
  int64_t begin, end;  // its rays or points
  GradientSums sums;   // backward only
};

struct Kernels {
  void (*render)(const Slice &, const Rays &, const RayOutputs &, float range[2]);
  void (*renderBackward)(const Slice &, const Rays &, const RayGradients &);
  void (*query)(const Slice &, const Points &, const PointOutputs &);
  void (*queryBackward)(const Slice &, const Points &, const PointGradients &);
};

extern const Kernels genericKernels;
#if defined(__x86_64__)
extern const Kernels avx2Kernels;
extern const Kernels avx512Kernels;
#endif

/// Points of a query evaluated together.
constexpr int kQueryBlock = 48;

/// The i-th ray in working order. Rays of a square image go down the columns: a column shares its
/// texels of the (x, z) plane, which then stay in the cache.
inline int64_t rayInOrder(int64_t rays, int64_t i) {
  const int64_t side = int64_t(__builtin_sqrt(double(rays)) + 0.5);
  return side * side == rays ? (i % side) * side + i / side : i;
}

/// Floats of scratch memory that a thread needs for `samples` samples of one ray.
inline size_t scratchFloats(const FieldShape &shape, int samples) {
  const size_t rows = padded(samples) + kLane;
  const size_t perRow = 2 * shape.C() + 2 * shape.H() + (shape.O() + kLane) + 28;
  return rows * perRow + 8 * kLane + shape.O();
}

} // namespace pv::volume
