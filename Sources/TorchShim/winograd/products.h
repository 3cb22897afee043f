// The product of transformed patches and weights.

/// Rows and vectors that a product keeps in registers.
constexpr int kRows = PV_ROWS, kVectors = 2;

/// m[row][output] = sum over channels of v[row][channel] * u[channel][output], for kRows rows and
/// kVectors vectors of outputs.
PV_INLINE void multiply(const float *v, int64_t stride, const float *u, int inputs, float *m) {
  Vec sums[kRows][kVectors];
#pragma clang loop unroll(full)
  for (int r = 0; r < kRows; ++r)
#pragma clang loop unroll(full)
    for (int j = 0; j < kVectors; ++j)
      sums[r][j] = splat(0.0f);
  for (int c = 0; c < inputs; ++c) {
    const Vec u0 = load(u + int64_t(c) * kPanel), u1 = load(u + int64_t(c) * kPanel + W);
#pragma clang loop unroll(full)
    for (int r = 0; r < kRows; ++r) {
      const Vec scale = splat(v[r * stride + c]);
      sums[r][0] = sums[r][0] + scale * u0;
      sums[r][1] = sums[r][1] + scale * u1;
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < kRows; ++r) {
    store(m + r * kPanel, sums[r][0]);
    store(m + r * kPanel + W, sums[r][1]);
  }
}

/// All products of a block with one panel of weights.
static void multiplyPanel(const Layer &layer, const Block &block, const float *panel) {
  const int inputs = layer.shape.inputs;
  const int64_t stride = patchStride(inputs);
  for (int p = 0; p < kPoints; ++p) {
    const float *v = block.patches + int64_t(p) * block.rows * stride;
    const float *u = panel + int64_t(p) * inputs * kPanel;
    float *m = block.products + int64_t(p) * block.rows * kPanel;
    for (int r = 0; r < block.rows; r += kRows)
      for (int o = 0; o < kPanel; o += kVectors * W)
        multiply(v + r * stride, stride, u + o, inputs, m + int64_t(r) * kPanel + o);
  }
}
