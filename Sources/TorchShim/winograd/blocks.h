// Patches in, tiles out: what happens around the products.

/// Transforms the patch of one tile, times the style, into row `row` of the block; zero outside the
/// image, which the patch may touch unless it is `inside`.
template <bool inside>
PV_INLINE void readPatch(const Layer &layer, const Block &block, int row, int top, int left) {
  const Shape &shape = layer.shape;
  const int64_t inputs = shape.inputs, line = int64_t(shape.width) * inputs;
  const int64_t plane = int64_t(block.rows) * patchStride(shape.inputs);
  const float *in = layer.x + top * line + left * inputs;
  float *out = block.patches + row * patchStride(shape.inputs);
  for (int64_t c = 0; c < inputs; c += W) {
    const Vec style = load(layer.style + c);
    Vec d[kPoints], t[kPoints];
#pragma clang loop unroll(full)
    for (int y = 0; y < kPatch; ++y)
#pragma clang loop unroll(full)
      for (int x = 0; x < kPatch; ++x) {
        const bool seen = inside || (top + y >= 0 && top + y < shape.height && left + x >= 0 &&
                                     left + x < shape.width);
        d[y * kPatch + x] = seen ? load(in + y * line + x * inputs + c) * style : splat(0.0f);
      }
#pragma clang loop unroll(full)
    for (int x = 0; x < kPatch; ++x)
      transformInputs(d + x, kPatch, t + x, kPatch);
#pragma clang loop unroll(full)
    for (int y = 0; y < kPatch; ++y)
      transformInputs(t + y * kPatch, 1, d + y * kPatch, 1);
#pragma clang loop unroll(full)
    for (int p = 0; p < kPoints; ++p)
      store(out + p * plane + c, d[p]);
  }
}

static void readTile(const Layer &layer, const Block &block, int row, int64_t tile) {
  const Shape &shape = layer.shape;
  const int top = int(tile / shape.tilesAcross()) * kTile - 1;
  const int left = int(tile % shape.tilesAcross()) * kTile - 1;
  if (top >= 0 && left >= 0 && top + kPatch <= shape.height && left + kPatch <= shape.width)
    readPatch<true>(layer, block, row, top, left);
  else
    readPatch<false>(layer, block, row, top, left);
}

/// What follows the convolution at one pixel: scale, noise, bias, rectifier, gain, clamp, residual.
PV_INLINE Vec finish(const Layer &layer, Vec value, Vec demodulation, Vec bias, int64_t pixel,
                     int output) {
  value = value * demodulation + bias;
  if (layer.noise)
    value = value + splat(layer.noise[pixel]);
  value = maximum(value, value * layer.slope) * layer.gain;
  value = maximum(minimum(value, splat(layer.clamp)), splat(-layer.clamp));
  const int64_t place = pixel * layer.shape.outputs + output;
  if (layer.residual)
    value = value + load(layer.residual + place);
  if (layer.y)
    store(layer.y + place, value);
  return value;
}

/// Turns the products of one tile and panel into pixels.
static void writeTile(const Layer &layer, const ReadOut &read, const Block &block, int row,
                      int64_t tile, int panel) {
  const Shape &shape = layer.shape;
  const int phase = panel / shape.panelsPerPhase();
  const int first = panel % shape.panelsPerPhase() * kPanel;
  const int top = int(tile / shape.tilesAcross()) * kTile;
  const int left = int(tile % shape.tilesAcross()) * kTile;
  const int scale = shape.scale();
  const int64_t across = int64_t(shape.width) * scale;
  const int64_t plane = int64_t(block.rows) * kPanel;
  const int count = std::min(kPanel, shape.outputs - first);
  for (int o = 0; o < count; o += W) {
    const float *m = block.products + int64_t(row) * kPanel + o;
    Vec products[kPoints], lines[kTile * kPatch], y[kTile * kTile];
#pragma clang loop unroll(full)
    for (int p = 0; p < kPoints; ++p)
      products[p] = load(m + p * plane);
#pragma clang loop unroll(full)
    for (int x = 0; x < kPatch; ++x)
      transformOutputs(products + x, kPatch, lines + x, kPatch);
#pragma clang loop unroll(full)
    for (int i = 0; i < kTile; ++i)
      transformOutputs(lines + i * kPatch, 1, y + i * kTile, 1);
    const Vec demodulation = load(layer.demodulation + first + o);
    const Vec bias = load(layer.bias + first + o);
    Vec weights[kReadOuts];
    for (int r = 0; r < read.count; ++r)
      weights[r] = load(read.weight + int64_t(r) * shape.outputs + first + o);
    const int64_t corner = int64_t(top * scale + phase / 2) * across + left * scale + phase % 2;
#pragma clang loop unroll(full)
    for (int i = 0; i < kTile; ++i)
#pragma clang loop unroll(full)
      for (int j = 0; j < kTile; ++j)
        if (top + i < shape.height && left + j < shape.width) {
          const Vec value = finish(layer, y[i * kTile + j], demodulation, bias,
                                   corner + (i * across + j) * scale, first + o);
          float *sums = block.sums +
                        (int64_t(row) * kTile * kTile + i * kTile + j) * read.count * volume::kLane;
          for (int r = 0; r < read.count; ++r)
            store(sums + r * volume::kLane, load(sums + r * volume::kLane) + value * weights[r]);
        }
  }
}

/// Writes what was read out of one tile.
static void writeReadOut(const Layer &layer, const ReadOut &read, const Block &block, int row,
                         int64_t tile) {
  const Shape &shape = layer.shape;
  const int top = int(tile / shape.tilesAcross()) * kTile;
  const int left = int(tile % shape.tilesAcross()) * kTile;
  const float *sums = block.sums + int64_t(row) * kTile * kTile * read.count * volume::kLane;
  for (int i = 0; i < std::min(kTile, shape.height - top); ++i)
    for (int j = 0; j < std::min(kTile, shape.width - left); ++j)
      for (int r = 0; r < read.count; ++r) {
        const float value =
            sum(load(sums + ((i * kTile + j) * read.count + r) * volume::kLane)) + read.bias[r];
        read.values[(int64_t(top + i) * shape.width + left + j) * read.count + r] =
            std::max(std::min(value, read.clamp), -read.clamp);
      }
}

/// One run of tiles through the whole layer.
static void runBlock(const Layer &layer, const ReadOut &read, const Block &block) {
  const int count = int(block.end - block.begin);
  const int64_t stride = patchStride(layer.shape.inputs);
  for (int row = 0; row < count; ++row)
    readTile(layer, block, row, block.begin + row);
  for (int p = 0; p < kPoints; ++p)
    if (count < block.rows)
      std::memset(block.patches + (int64_t(p) * block.rows + count) * stride, 0,
                  size_t(block.rows - count) * size_t(stride) * sizeof(float));
  std::memset(block.sums, 0,
              size_t(count) * kTile * kTile * size_t(read.count) * volume::kLane * sizeof(float));
  const int64_t panelFloats = int64_t(kPoints) * layer.shape.inputs * kPanel;
  for (int panel = 0; panel < layer.shape.panels(); ++panel) {
    multiplyPanel(layer, block, layer.packed + panel * panelFloats);
    for (int row = 0; row < count; ++row)
      writeTile(layer, read, block, row, block.begin + row, panel);
  }
  for (int row = 0; read.count > 0 && row < count; ++row)
    writeReadOut(layer, read, block, row, block.begin + row);
}
