// The volume renderer of a tri-plane radiance field on a CPU: forward and hand-written backward.
//
// It knows only float pointers. `fused_renderer.h` wraps it for tensors and automatic gradients.
// Memory is proportional to rays and texels, never to sample points: each thread holds the
// samples of one ray, and the backward pass evaluates them again.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pv::volume {

/// Instruction sets the kernel is compiled for, in rising order.
enum class InstructionSet : int { generic = 0, avx2 = 1, avx512 = 2 };

/// Every channel count is padded to this many floats, whatever the instruction set.
constexpr int kLane = 16;
constexpr int padded(int count) { return (count + kLane - 1) / kLane * kLane; }

/// Zero texels before and after a packed plane: two on each side, so that a clamped coordinate
/// outside the box reads zeros with zero slope, without a mask.
constexpr int kBorder = 2;

/// Sizes of a packed field.
///
/// The three planes (x,y), (x,z), (z,x) are kept as two, channels last:
/// layer 0 [y][x][C] and layer 1 [z][x][C] = plane 1 + transposed plane 2. Both are divided by
/// three. The planes (x,z) and (z,x) are read at mirrored places with mirrored bilinear weights,
/// so that one read of their sum equals two reads. Of `orthogonal` planes the third is (z,y) and
/// has a layer of its own, [y][z][C].
struct FieldShape {
  int channels;    // C, features of a texel
  int resolution;  // P, texels along a plane's side
  int hidden;      // H, units of the decoder
  int colors;      // Co, colors of a sample (may be 0)
  bool orthogonal; // whether the third plane is (z,y) instead of (z,x)
  bool bounded;    // whether nothing is beyond the box

  int C() const { return padded(channels); }
  int H() const { return padded(hidden); }
  int O() const { return padded(colors); }
  int side() const { return resolution + 2 * kBorder; }
  int64_t layerFloats() const { return int64_t(side()) * side() * C(); }
  int layers() const { return orthogonal ? 3 : 2; }
  int64_t frameFloats() const { return layers() * layerFloats(); }
};

/// Decoder weights: hidden = softplus(w0 f + b0), raw = w1 hidden + b1, sigma = raw[0],
/// color = 1.002 sigmoid(raw[1...]) - 0.001.
struct DecoderWeights {
  const float *w0; // [H, C]
  const float *b0; // [H]
  const float *w1; // [1 + Co, H]
  const float *b1; // [1 + Co]
};

/// The decoder padded and transposed for the kernel.
struct PackedDecoder {
  const float *w0;  // [H, C]
  const float *w0t; // [C, H]
  const float *b0;  // [H]
  const float *w1;  // [Co + 1, H], sigma in the last row
  const float *w1t; // [H, O], colors only
  const float *b1;  // [O], colors only
  float sigmaBias;
};

/// Gradient sums of one thread. A null pointer is a gradient nobody asked for.
struct GradientSums {
  float *planes; // the packed planes of one frame
  float *w0;     // [H, C]
  float *b0;     // [H]
  float *w1;     // [Co + 1, H], sigma in the last row
  float *b1;     // [O + kLane], sigma at Co
};

/// What to render: N frames of M rays.
struct Rays {
  int64_t frames, rays;
  int coarse, fine;        // samples of the two passes; fine 0 = one pass
  float near, far, box;    // ray_start, ray_end, box_warp
  bool whiteBack;          // empty space is white
  bool hashedJitter;       // draw the jitter of coarse depths from `seed` when `jitter` is null
  uint64_t seed;           // of jitter and u where they are null
  const float *origins;    // [N, M, 3]
  const float *directions; // [N, M, 3], unit
  const float *depths;     // [N, M, coarse] sorted, or null; excludes a fine pass
  const float *jitter;     // [N, M, coarse] in [0, 1), or null
  const float *u;          // [N, M, fine] in [0, 1), or null
};

/// What a render yields for each ray.
struct RayOutputs {
  float *features;   // [N, M, Co], 2 f - 1
  float *depth;      // [N, M], sum(w mid) / sum(w), NaN where sum(w) = 0
  float *weight;     // [N, M], sum(w)
  float *lastMid;    // [N, M], the last interval's middle depth
  float *depthRange; // [2], least and greatest depth of all samples
};

struct RayGradients {
  const float *features, *depth, *weight; // of the outputs; null = zero
  float *origins, *directions;            // to write, or null
};

/// Points to ask for density and color.
struct Points {
  int64_t frames, points;
  float box;
  const float *positions; // [N, P, 3]
};

struct PointOutputs {
  float *sigma;  // [N, P] raw
  float *colors; // [N, P, Co], or null
};

struct PointGradients {
  const float *sigma, *colors; // of the outputs; null = zero
  float *positions;            // to write, or null
};

/// A packed field with its decoder.
struct Field {
  FieldShape shape;
  const float *planes; // [N, layers, P + 4, P + 4, C]
  DecoderWeights decoder;
};

/// Gradients of the field in the layout of its tensors; null = not asked for.
struct FieldGradients {
  float *planes;            // [N, 3, C, P, P]
  float *w0, *b0, *w1, *b1; // as DecoderWeights
};

/// Runs `body(context, i)` for i in 0..<tasks, at best at once.
struct Parallel {
  int threads;
  void (*launch)(int tasks, void (*body)(void *, int), void *context);
};

/// Lays planes [N, 3, C, P, P], or [N, P, P, 3, C] where they are `texels`, out as `FieldShape`
/// says into `packed` (whole, borders too).
void packPlanes(const FieldShape &, int64_t frames, const float *planes, bool texels, float *packed,
                const Parallel &);

void render(const Field &, const Rays &, const RayOutputs &, const Parallel &);
void renderBackward(const Field &, const Rays &, const RayGradients &, const FieldGradients &,
                    const Parallel &);
void query(const Field &, const Points &, const PointOutputs &, const Parallel &);
void queryBackward(const Field &, const Points &, const PointGradients &, const FieldGradients &,
                   const Parallel &);

/// The set in use: the best this CPU has, at most the one set here or by the environment variable
/// PVPIPE_INSTRUCTION_SET (generic, avx2, avx512).
InstructionSet instructionSet();
/// Uses `set`, or the best the CPU has below it; returns the set then in use.
InstructionSet setInstructionSet(InstructionSet set);

} // namespace pv::volume
