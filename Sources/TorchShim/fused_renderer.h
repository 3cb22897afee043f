// The fused volume renderer over tensors, with gradients.
#pragma once
#include <ATen/core/ivalue.h> // must come first: with C++20 the other headers need it complete

#include <ATen/ATen.h>
#include <cstdint>

namespace pv {

/// What a radiance field's space is like.
struct FieldSpace {
  bool orthogonal; // whether the third plane is (z,y)
  bool bounded;    // whether nothing is beyond the box
};

/// A tri-plane radiance field. Weights already carry their gains.
struct RadianceField {
  at::Tensor planes; // [N, 3, C, P, P]: (x,y), (x,z), (z,x) or (z,y)
  at::Tensor w0, b0; // [H, C], [H]
  at::Tensor w1, b1; // [1 + Co, H], [1 + Co]; output 0 is sigma
  FieldSpace space;
};

/// Where samples lie along rays.
struct Sampling {
  double near = 0, far = 0; // depths of the first and the last coarse sample
  double box = 1;           // side of the cube that the planes span
  int64_t coarse = 0;       // samples of the first pass
  int64_t fine = 0;         // samples of the second pass, 0 for none
  bool whiteBack = false;   // empty space is white instead of black
  bool drawnJitter = false; // draw the jitter where `jitter` is undefined
  uint64_t seed = 0;        // of what is drawn
  at::Tensor depths;        // [N, M, S] sorted, or undefined: replaces both passes
  at::Tensor jitter;        // [N, M, coarse] in [0, 1), or undefined
  at::Tensor u;             // [N M, fine] in [0, 1), or undefined to draw it
};

/// What rays see.
struct RenderedRays {
  at::Tensor features; // [N, M, Co], -1 where nothing is (1 with a white background)
  at::Tensor depth;    // [N, M, 1], within the range of all samples
  at::Tensor opacity;  // [N, M, 1], the sum of weights
  at::Tensor surface;  // [N, M, 1], sum(w mid) + (1 - sum(w)) last mid: o + d surface is the point
};

/// Both passes along rays of `origins` and unit `directions` [N, M, 3].
///
/// Gradients reach planes, weights, biases, origins and directions. Depths of samples count as
/// constants.
RenderedRays renderFused(const RadianceField &field, const at::Tensor &origins,
                         const at::Tensor &directions, const Sampling &sampling);

struct QueriedPoints {
  at::Tensor sigma;  // [N, P, 1], raw
  at::Tensor colors; // [N, P, Co], undefined if not asked for
};

/// Density and, with `colors`, color at `points` [N, P, 3], with gradients to all tensors.
QueriedPoints queryFused(const RadianceField &field, const at::Tensor &points, double box,
                         bool colors);

} // namespace pv
