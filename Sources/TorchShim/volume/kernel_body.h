// The kernel's body for one instruction set: PV_WIDTH lanes, functions in namespace PV_SPACE.
// Included by kernel_generic.cpp, kernel_avx2.cpp and kernel_avx512.cpp.

#include "kernels.h"

namespace pv::volume {
namespace PV_SPACE {

#include "vector_math.h"
#include "matmul.h"
#include "planes.h"
#include "samples.h"
#include "march.h"

/// Positions o + t d of the samples first..<first + n of a ray.
static void place(const Rays &rays, int64_t ray, const Samples &s, int first, int n) {
  const float *o = rays.origins + ray * 3, *d = rays.directions + ray * 3;
  for (int i = first; i < first + n; ++i) {
    s.x[i] = o[0] + s.t[i] * d[0];
    s.y[i] = o[1] + s.t[i] * d[1];
    s.z[i] = o[2] + s.t[i] * d[2];
  }
}

/// Both passes of one ray up to the weights: sorted depths, weights, and each sample's share of
/// the color, v_i = (w_{k-1} + w_k) / 2 at its place k. Returns sum(w).
static float trace(const Share &share, const Rays &rays, int64_t ray, const Samples &s) {
  const int coarse = rays.coarse, n = coarse + rays.fine;
  coarseDepths(rays, ray, s.t);
  place(rays, ray, s, 0, coarse);
  evaluate(share, rays.box, s, 0, coarse);
  if (rays.fine > 0) {
    march(s, coarse, s.t, s.sigma);
    importanceDepths(rays, ray, s);
    place(rays, ray, s, coarse, rays.fine);
    evaluate(share, rays.box, s, coarse, rays.fine);
  }
  sortByDepth(s, n);
  const float total = march(s, n, s.sortedT, s.sortedSigma);
  float last = 0;
  for (int k = 0; k < n; ++k) {
    const float next = k < n - 1 ? s.weight[k] : 0;
    s.share[s.order[k]] = 0.5f * (last + next);
    last = next;
  }
  return total;
}

static float middle(const Samples &s, int k) { return 0.5f * (s.sortedT[k] + s.sortedT[k + 1]); }

/// sum(w mid), the numerator of the depth.
static float weightedDepth(const Samples &s, int n) {
  float depth = 0;
  for (int k = 0; k < n - 1; ++k)
    depth += s.weight[k] * middle(s, k);
  return depth;
}

static void renderRays(const Share &share, const Rays &rays, const RayOutputs &outputs,
                       float range[2]) {
  const FieldShape &shape = *share.shape;
  const int n = rays.coarse + rays.fine, O = shape.O(), Co = shape.colors;
  const Samples s(shape, n, share.scratch);
  for (int64_t i = share.begin; i < share.end; ++i) {
    const int64_t ray = share.frame * rays.rays + rayInOrder(rays.rays, i);
    const float total = trace(share, rays, ray, s);
    outputs.weight[ray] = total;
    outputs.depth[ray] = weightedDepth(s, n) / total;
    outputs.lastMid[ray] = middle(s, n - 2);
    range[0] = s.sortedT[0] < range[0] ? s.sortedT[0] : range[0];
    range[1] = s.sortedT[n - 1] > range[1] ? s.sortedT[n - 1] : range[1];
    evaluateColors(share, s, n);
    for (int o = 0; o < O; o += W) {
      Vec color = splat(0);
      for (int k = 0; k < n; ++k)
        color = color + s.share[k] * load(s.out + ptrdiff_t(k) * s.stride + o);
      store(s.color + o, color);
    }
    const float rest = (rays.whiteBack ? 1 - total : 0) - 0.001f * total;
    for (int o = 0; o < Co; ++o)
      outputs.features[ray * Co + o] = 2 * (1.002f * s.color[o] + rest) - 1;
  }
}

static void renderRaysBackward(const Share &share, const Rays &rays,
                               const RayGradients &gradients) {
  const FieldShape &shape = *share.shape;
  const int n = rays.coarse + rays.fine, O = shape.O(), Co = shape.colors;
  const bool positions = gradients.origins || gradients.directions;
  const Samples s(shape, n, share.scratch);
  clear(s.color, O);
  for (int64_t i = share.begin; i < share.end; ++i) {
    const int64_t ray = share.frame * rays.rays + rayInOrder(rays.rays, i);
    const float total = trace(share, rays, ray, s);
    float white = 0; // what the weight owes to the background
    if (gradients.features) {
      evaluateColors(share, s, n);
      for (int o = 0; o < Co; ++o) {
        s.color[o] = 2 * gradients.features[ray * Co + o];
        white += s.color[o];
      }
    }
    // draws[i] = gradient dot color of sample i; out becomes the gradient of the raw colors.
    for (int k = 0; k < n; ++k) {
      s.draws[k] = 0;
      if (!gradients.features)
        continue;
      float *row = s.out + ptrdiff_t(k) * s.stride;
      const float share = 1.002f * s.share[k];
      Vec dot = splat(0);
      for (int o = 0; o < O; o += W) {
        const Vec g = load(s.color + o), y = load(row + o);
        dot = dot + g * y;
        store(row + o, share * g * (y - y * y));
      }
      s.draws[k] = 1.002f * sum(dot) - 0.001f * white;
    }
    const float gDepth = gradients.depth && total > 0 ? gradients.depth[ray] / total : 0;
    const float depth = total > 0 ? weightedDepth(s, n) / total : 0;
    const float common =
        (gradients.weight ? gradients.weight[ray] : 0) - (rays.whiteBack ? white : 0);
    for (int k = 0; k < n - 1; ++k)
      s.value[k] = 0.5f * (s.draws[s.order[k]] + s.draws[s.order[k + 1]]) +
                   gDepth * (middle(s, k) - depth) + common;
    marchBackward(s, n, s.sortedT, s.sortedSigma);
    for (int k = 0; k < n; ++k)
      s.out[ptrdiff_t(s.order[k]) * s.stride + Co] = s.bins[k];
    propagate(share, rays.box, s, n, gradients.features != nullptr, positions);
    if (!positions)
      continue;
    float origin[3] = {0, 0, 0}, direction[3] = {0, 0, 0};
    const float *const d[3] = {s.dx, s.dy, s.dz};
    for (int axis = 0; axis < 3; ++axis)
      for (int k = 0; k < n; ++k) {
        origin[axis] += d[axis][k];
        direction[axis] += s.t[k] * d[axis][k];
      }
    for (int axis = 0; axis < 3; ++axis) {
      if (gradients.origins)
        gradients.origins[ray * 3 + axis] = origin[axis];
      if (gradients.directions)
        gradients.directions[ray * 3 + axis] = direction[axis];
    }
  }
}

/// Loads a block of query points and evaluates their sigma.
static void evaluateBlock(const Share &share, const Points &points, int64_t first, int n,
                          const Samples &s) {
  for (int i = 0; i < n; ++i) {
    s.x[i] = points.positions[(first + i) * 3];
    s.y[i] = points.positions[(first + i) * 3 + 1];
    s.z[i] = points.positions[(first + i) * 3 + 2];
  }
  evaluate(share, points.box, s, 0, n);
}

static void queryPoints(const Share &share, const Points &points, const PointOutputs &outputs) {
  const int Co = share.shape->colors;
  const Samples s(*share.shape, kQueryBlock, share.scratch);
  for (int64_t begin = share.begin; begin < share.end; begin += kQueryBlock) {
    const int n = int(share.end - begin < kQueryBlock ? share.end - begin : kQueryBlock);
    const int64_t first = share.frame * points.points + begin;
    evaluateBlock(share, points, first, n, s);
    __builtin_memcpy(outputs.sigma + first, s.sigma, size_t(n) * sizeof(float));
    if (!outputs.colors)
      continue;
    evaluateColors(share, s, n);
    for (int i = 0; i < n; ++i)
      for (int o = 0; o < Co; ++o)
        outputs.colors[(first + i) * Co + o] = s.out[ptrdiff_t(i) * s.stride + o] * 1.002f - 0.001f;
  }
}

static void queryPointsBackward(const Share &share, const Points &points,
                                const PointGradients &gradients) {
  const int Co = share.shape->colors;
  const Samples s(*share.shape, kQueryBlock, share.scratch);
  for (int64_t begin = share.begin; begin < share.end; begin += kQueryBlock) {
    const int n = int(share.end - begin < kQueryBlock ? share.end - begin : kQueryBlock);
    const int64_t first = share.frame * points.points + begin;
    evaluateBlock(share, points, first, n, s);
    if (gradients.colors)
      evaluateColors(share, s, n);
    for (int i = 0; i < n; ++i) {
      float *row = s.out + ptrdiff_t(i) * s.stride;
      if (gradients.colors)
        for (int o = 0; o < Co; ++o)
          row[o] = gradients.colors[(first + i) * Co + o] * 1.002f * (row[o] - row[o] * row[o]);
      row[Co] = gradients.sigma ? gradients.sigma[first + i] : 0;
    }
    propagate(share, points.box, s, n, gradients.colors != nullptr, gradients.positions != nullptr);
    if (!gradients.positions)
      continue;
    for (int i = 0; i < n; ++i) {
      gradients.positions[(first + i) * 3] = s.dx[i];
      gradients.positions[(first + i) * 3 + 1] = s.dy[i];
      gradients.positions[(first + i) * 3 + 2] = s.dz[i];
    }
  }
}

} // namespace PV_SPACE
} // namespace pv::volume
