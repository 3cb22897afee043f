// Between the layout of tensors and the kernel's own: planes, decoder weights, gradients.
#pragma once

#include "volume_renderer.h"

#include <vector>

namespace pv::volume {

/// Owns the padded, transposed copies of decoder weights behind a `PackedDecoder`.
class DecoderPacking {
public:
  DecoderPacking(const FieldShape &shape, const DecoderWeights &weights);
  PackedDecoder packed;

private:
  std::vector<float> storage;
};

/// Owns the sums of the decoder's gradients of one thread.
class DecoderSums {
public:
  explicit DecoderSums(const FieldShape &shape);
  /// Points `sums` at this storage for what `gradients` asks.
  void lend(GradientSums &sums, const FieldGradients &gradients);
  /// Adds these sums to the tensors of `gradients`.
  void addTo(const FieldGradients &gradients) const;

private:
  FieldShape shape;
  std::vector<float> w0, b0, w1, b1;
};

/// Lays the rows of a band of one packed frame out; band counts `kBand` rows over all layers.
constexpr int kBand = 16;
inline int bands(const FieldShape &shape) {
  return shape.layers() * ((shape.resolution + kBand - 1) / kBand);
}
void packBand(const FieldShape &shape, int band, const float *planes, float *packed);
/// The same of planes [P, P, 3, C], one texel after the other.
void packTexelBand(const FieldShape &shape, int band, const float *planes, float *packed);

/// The backward of `packBand`: writes the gradient of planes [3, C, P, P] from the sum of `count`
/// packed gradients.
void unpackBand(const FieldShape &shape, int band, const float *const *packed, int count,
                float *planes);

} // namespace pv::volume
