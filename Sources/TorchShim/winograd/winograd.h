// Styled 3x3 convolutions of images on a CPU by Winograd's F(4x4, 3x3), forward only.
//
// It knows only float pointers. `styled_convolution.cpp` wraps it for tensors. An output tile of
// 4 x 4 pixels is made of 36 products instead of 144. Doubling the size with the filter behind it
// is four such convolutions, one for each phase of the output.
// - Source: Lavin and Gray 2016, "Fast Algorithms for Convolutional Neural Networks"
#pragma once

#include "../volume/volume_renderer.h"

namespace pv::winograd {

using volume::Parallel;

constexpr int kTile = 4;    // output pixels along a tile
constexpr int kPatch = 6;   // input pixels along a tile
constexpr int kPoints = 36; // products of a tile
/// Outputs whose weights lie side by side, whatever the instruction set.
constexpr int kPanel = 32;
/// Channel counts must be multiples of this.
constexpr int kChannels = 16;

/// Sizes of a layer.
struct Shape {
  int inputs, outputs; // channels
  int height, width;   // of the input
  bool up;             // whether the output is twice as large

  int phases() const { return up ? 4 : 1; }
  int panelsPerPhase() const { return (outputs + kPanel - 1) / kPanel; }
  int panels() const { return phases() * panelsPerPhase(); }
  int scale() const { return up ? 2 : 1; }
  int tilesAcross() const { return (width + kTile - 1) / kTile; }
  int tilesDown() const { return (height + kTile - 1) / kTile; }
  int64_t tiles() const { return int64_t(tilesAcross()) * tilesDown(); }
  /// [panels][kPoints][inputs][kPanel]
  int64_t packedFloats() const { return int64_t(kPoints) * panels() * inputs * kPanel; }
};

/// One image through one layer:
/// y = clamp(lrelu((conv(x * style) * demodulation) + noise + bias) * gain) + residual.
struct Layer {
  Shape shape;
  const float *packed;       // weights as `pack` leaves them
  const float *x;            // [height][width][inputs]
  const float *style;        // [inputs]
  const float *demodulation; // [outputs]
  const float *bias;         // [outputs]
  const float *noise;        // [output height][output width], or null
  const float *residual;     // as y, or null
  float slope, gain, clamp;  // of the rectifier; clamp may be infinite
  float *y;                  // [output height][output width][outputs], or null
};

/// A few numbers read out of each output pixel: clamp(weight y + bias).
struct ReadOut {
  int count;           // at most kReadOuts; 0 for none
  const float *weight; // [count][outputs]
  const float *bias;   // [count]
  float clamp;         // may be infinite
  float *values;       // [output height][output width][count]
};

constexpr int kReadOuts = 4;

/// Weights [outputs][inputs][3][3] as `run` takes them. `filter` [4][4] sums to 1 and follows the
/// doubling where the shape says so; else it is null.
void pack(const Shape &, const float *weight, const float *filter, float *packed, const Parallel &);

/// Computes the rows of tiles `begin` to `end` of the output, where those of `x` that they touch
/// are there.
void run(const Layer &, const ReadOut &, int begin, int end, const Parallel &);

/// A doubling layer and one that keeps the size behind it, in strips that stay in the cache; of the
/// first layer's output no more than a strip is in memory. The first layer's `y`, the second's `x`
/// and the first's residual are ignored.
void runPair(const Layer &first, const Layer &second, const ReadOut &, const Parallel &);

} // namespace pv::winograd
