#include "packing.h"

#include <algorithm>
#include <cstring>

namespace pv::volume {

DecoderPacking::DecoderPacking(const FieldShape &shape, const DecoderWeights &weights) {
  const int C = shape.C(), H = shape.H(), O = shape.O(), Co = shape.colors;
  storage.assign(size_t(2 * H * C + H + (Co + 1) * H + H * O + O), 0);
  float *w0 = storage.data(), *w0t = w0 + H * C, *b0 = w0t + H * C, *w1 = b0 + H,
        *w1t = w1 + (Co + 1) * H, *b1 = w1t + H * O;
  for (int h = 0; h < shape.hidden; ++h) {
    for (int c = 0; c < shape.channels; ++c)
      w0[h * C + c] = w0t[c * H + h] = weights.w0[h * shape.channels + c];
    b0[h] = weights.b0[h];
    w1[Co * H + h] = weights.w1[h];
    for (int o = 0; o < Co; ++o)
      w1[o * H + h] = w1t[h * O + o] = weights.w1[(1 + o) * shape.hidden + h];
  }
  std::copy_n(weights.b1 + 1, Co, b1);
  packed = {w0, w0t, b0, w1, w1t, b1, weights.b1[0]};
}

DecoderSums::DecoderSums(const FieldShape &shape)
    : shape(shape), w0(size_t(shape.H() * shape.C())), b0(size_t(shape.H())),
      w1(size_t((shape.colors + 1) * shape.H())), b1(size_t(shape.O() + kLane)) {}

void DecoderSums::lend(GradientSums &sums, const FieldGradients &gradients) {
  if (gradients.w0) {
    sums.w0 = w0.data();
    sums.b0 = b0.data();
  }
  if (gradients.w1) {
    sums.w1 = w1.data();
    sums.b1 = b1.data();
  }
}

void DecoderSums::addTo(const FieldGradients &gradients) const {
  const int C = shape.C(), H = shape.H(), Co = shape.colors, hidden = shape.hidden;
  for (int h = 0; gradients.w0 && h < hidden; ++h) {
    for (int c = 0; c < shape.channels; ++c)
      gradients.w0[h * shape.channels + c] += w0[size_t(h * C + c)];
    gradients.b0[h] += b0[size_t(h)];
  }
  for (int o = 0; gradients.w1 && o < Co + 1; ++o) {
    const int row = (o + 1) % (Co + 1); // sigma, last here, is first in the tensor
    for (int h = 0; h < hidden; ++h)
      gradients.w1[row * hidden + h] += w1[size_t(o * H + h)];
    gradients.b1[row] += b1[size_t(o)];
  }
}

namespace {

/// The rows a band covers in its layer.
struct Band {
  int layer;
  bool folded; // whether the transposed third plane is a part of it
  int begin, end;

  Band(const FieldShape &shape, int band) {
    const int perLayer = bands(shape) / shape.layers();
    layer = band / perLayer;
    folded = layer == 1 && !shape.orthogonal;
    begin = band % perLayer * kBand;
    end = std::min(begin + kBand, shape.resolution);
  }
};

/// Zeros around the texels of a band, and behind the channels of each.
void clearBorders(const FieldShape &shape, const Band &rows, float *layer) {
  const int C = shape.C(), channels = shape.channels, P = shape.resolution, side = shape.side();
  const size_t rowBytes = size_t(side) * C * sizeof(float);
  const size_t borderBytes = size_t(kBorder * C) * sizeof(float);
  if (rows.begin == 0)
    std::memset(layer, 0, kBorder * rowBytes);
  if (rows.end == P)
    std::memset(layer + int64_t(P + kBorder) * side * C, 0, kBorder * rowBytes);
  for (int y = rows.begin; y < rows.end; ++y) {
    float *row = layer + int64_t(y + kBorder) * side * C;
    std::memset(row, 0, borderBytes);
    std::memset(row + (P + kBorder) * C, 0, borderBytes);
    if (C != channels)
      std::memset(row, 0, rowBytes);
  }
}

} // namespace

void packBand(const FieldShape &shape, int band, const float *planes, float *packed) {
  const Band rows(shape, band);
  const int C = shape.C(), channels = shape.channels, P = shape.resolution, side = shape.side();
  const int64_t area = int64_t(P) * P;
  float *layer = packed + rows.layer * shape.layerFloats();
  const float *direct = planes + rows.layer * channels * area;
  const float *mirrored = planes + 2 * channels * area;
  clearBorders(shape, rows, layer);
  // Tiles keep both the read and the written cache lines near.
  constexpr float third = 1.0f / 3.0f;
  for (int left = 0; left < P; left += kBand) {
    const int right = std::min(left + kBand, P);
    for (int c = 0; c < channels; ++c) {
      // Channels lie a whole plane apart, beyond what the hardware fetches ahead.
      if (c + 1 < channels)
        for (int y = rows.begin; y < rows.end; ++y)
          __builtin_prefetch(direct + (c + 1) * area + int64_t(y) * P + left);
      if (rows.folded && c + 1 < channels)
        for (int x = left; x < right; ++x)
          __builtin_prefetch(mirrored + (c + 1) * area + int64_t(x) * P + rows.begin);
      for (int y = rows.begin; y < rows.end; ++y) {
        float *to = layer + (int64_t(y + kBorder) * side + kBorder) * C + c;
        const float *from = direct + c * area + int64_t(y) * P;
        const float *across = mirrored + c * area + y;
        if (rows.folded)
          for (int x = left; x < right; ++x)
            to[x * C] = (from[x] + across[int64_t(x) * P]) * third;
        else
          for (int x = left; x < right; ++x)
            to[x * C] = from[x] * third;
      }
    }
  }
}

void packTexelBand(const FieldShape &shape, int band, const float *planes, float *packed) {
  const Band rows(shape, band);
  const int C = shape.C(), channels = shape.channels, P = shape.resolution, side = shape.side();
  const int texel = 3 * channels;
  float *layer = packed + rows.layer * shape.layerFloats();
  clearBorders(shape, rows, layer);
  constexpr float third = 1.0f / 3.0f;
  for (int left = 0; left < P; left += kBand)
    for (int y = rows.begin; y < rows.end; ++y)
      for (int x = left; x < std::min(left + kBand, P); ++x) {
        float *to = layer + (int64_t(y + kBorder) * side + kBorder + x) * C;
        const float *direct = planes + (int64_t(y) * P + x) * texel + rows.layer * channels;
        const float *mirrored = planes + (int64_t(x) * P + y) * texel + 2 * channels;
        if (rows.folded)
          for (int c = 0; c < channels; ++c)
            to[c] = (direct[c] + mirrored[c]) * third;
        else
          for (int c = 0; c < channels; ++c)
            to[c] = direct[c] * third;
      }
}

void unpackBand(const FieldShape &shape, int band, const float *const *packed, int count,
                float *planes) {
  const Band rows(shape, band);
  const int C = shape.C(), channels = shape.channels, P = shape.resolution, side = shape.side();
  const int64_t area = int64_t(P) * P;
  const int64_t layer = rows.layer * shape.layerFloats();
  float *direct = planes + rows.layer * channels * area;
  float *mirrored = planes + 2 * channels * area;
  constexpr float third = 1.0f / 3.0f;
  for (int left = 0; left < P; left += kBand) {
    const int right = std::min(left + kBand, P);
    for (int c = 0; c < channels; ++c)
      for (int y = rows.begin; y < rows.end; ++y) {
        const int64_t at = layer + (int64_t(y + kBorder) * side + kBorder) * C + c;
        float line[kBand] = {};
        for (int i = 0; i < count; ++i)
          for (int x = left; x < right; ++x)
            line[x - left] += packed[i][at + x * C];
        for (int x = left; x < right; ++x) {
          const float value = line[x - left] * third;
          direct[c * area + int64_t(y) * P + x] = value;
          if (rows.folded)
            mirrored[c * area + int64_t(x) * P + y] = value;
        }
      }
  }
}

} // namespace pv::volume
