// Reading the packed planes at points, and the backward of that reading.
// Rows of 16 points at a time compute where to read; each point then sums its 2 x 4 texels (3 x 4
// of orthogonal planes) with the channels in the lanes.

/// Where and with which weights a run of points reads, kept for the backward pass.
struct Taps {
  int *first[3];      // [n] offset of the first texel in each layer
  float *fraction[3]; // [n] place between texels along x, y, z
};

/// The axes along the width and the height of each layer: 0 for x, 1 for y, 2 for z.
constexpr int kAxes[3][2] = {{0, 1}, {0, 2}, {2, 1}};

/// Place along one axis in texels: (2 p / box + 1) P / 2 - 1/2, split in floor and fraction.
/// Past the border it stays on zero texels.
PV_INLINE Vec split(const FieldShape &shape, float box, Vec p, IVec &index) {
  const float P = float(shape.resolution);
  Vec place = p * (P / box) + (0.5f * P - 0.5f);
  place = minimum(maximum(place, splat(-kBorder)), splat(P)) + float(kBorder);
  index = __builtin_convertvector(place, IVec);
  return place - __builtin_convertvector(index, Vec);
}

/// Fills `taps` for n points (arrays padded to 16).
static void locate(const FieldShape &shape, float box, int n, const float *x, const float *y,
                   const float *z, const Taps &taps) {
  const int C = shape.C(), side = shape.side();
  for (int i = 0; i < n; i += W) {
    IVec ix, iy, iz;
    store(taps.fraction[0] + i, split(shape, box, load(x + i), ix));
    store(taps.fraction[1] + i, split(shape, box, load(y + i), iy));
    store(taps.fraction[2] + i, split(shape, box, load(z + i), iz));
    storeInts(taps.first[0] + i, (iy * side + ix) * C);
    storeInts(taps.first[1] + i, (iz * side + ix) * C);
    if (shape.orthogonal)
      storeInts(taps.first[2] + i, (iy * side + iz) * C);
  }
}

/// Adds bilinear(layer 2 at z, y) to features[n, C].
static void addThird(const FieldShape &shape, const float *planes, int n, const Taps &taps,
                     float *features) {
  const int C = shape.C();
  const ptrdiff_t down = ptrdiff_t(shape.side()) * C;
  const float *third = planes + 2 * shape.layerFloats();
  for (int i = 0; i < n; ++i) {
    const float *p = third + taps.first[2][i];
    const float fz = taps.fraction[2][i], fy = taps.fraction[1][i];
    const float gz = 1 - fz, gy = 1 - fy;
    const Vec p00 = splat(gz * gy), p01 = splat(fz * gy), p10 = splat(gz * fy),
              p11 = splat(fz * fy);
    for (int c = 0; c < C; c += W) {
      float *to = features + ptrdiff_t(i) * C + c;
      store(to, load(to) + p00 * load(p + c) + p01 * load(p + C + c) + p10 * load(p + down + c) +
                    p11 * load(p + down + C + c));
    }
  }
}

/// features[n, C] = bilinear(layer 0 at x, y) + bilinear(layer 1 at x, z), and of orthogonal planes
/// + bilinear(layer 2 at z, y).
static void sample(const FieldShape &shape, const float *planes, int n, const Taps &taps,
                   float *features) {
  const int C = shape.C();
  const ptrdiff_t down = ptrdiff_t(shape.side()) * C;
  const float *second = planes + shape.layerFloats();
  for (int i = 0; i < n; ++i) {
    const float *p = planes + taps.first[0][i], *q = second + taps.first[1][i];
    const float fx = taps.fraction[0][i], fy = taps.fraction[1][i], fz = taps.fraction[2][i];
    const float gx = 1 - fx, gy = 1 - fy, gz = 1 - fz;
    const Vec p00 = splat(gx * gy), p01 = splat(fx * gy), p10 = splat(gx * fy),
              p11 = splat(fx * fy);
    const Vec q00 = splat(gx * gz), q01 = splat(fx * gz), q10 = splat(gx * fz),
              q11 = splat(fx * fz);
    for (int c = 0; c < C; c += W) {
      const Vec a = p00 * load(p + c) + p01 * load(p + C + c) + p10 * load(p + down + c) +
                    p11 * load(p + down + C + c);
      const Vec b = q00 * load(q + c) + q01 * load(q + C + c) + q10 * load(q + down + c) +
                    q11 * load(q + down + C + c);
      store(features + ptrdiff_t(i) * C + c, a + b);
    }
  }
  if (shape.orthogonal)
    addThird(shape, planes, n, taps, features);
}

/// Adds the gradient of `features` to the texels it was read from.
static void scatter(const FieldShape &shape, float *planes, int n, const Taps &taps,
                    const float *gradient) {
  const int C = shape.C();
  const ptrdiff_t down = ptrdiff_t(shape.side()) * C;
  const int64_t apart = shape.layerFloats();
  const int layers = shape.layers();
  for (int i = 0; i < n; ++i)
    for (int layer = 0; layer < layers; ++layer) {
      float *p = planes + layer * apart + taps.first[layer][i];
      const float fu = taps.fraction[kAxes[layer][0]][i], fv = taps.fraction[kAxes[layer][1]][i];
      const Vec w00 = splat((1 - fu) * (1 - fv)), w01 = splat(fu * (1 - fv)),
                w10 = splat((1 - fu) * fv), w11 = splat(fu * fv);
      for (int c = 0; c < C; c += W) {
        const Vec g = load(gradient + ptrdiff_t(i) * C + c);
        store(p + c, load(p + c) + w00 * g);
        store(p + C + c, load(p + C + c) + w01 * g);
        store(p + down + c, load(p + down + c) + w10 * g);
        store(p + down + C + c, load(p + down + C + c) + w11 * g);
      }
    }
}

/// The gradient with respect to each point's position: d place / d p = P / box, and the slope of
/// the bilinear form along each axis dotted with the gradient of the features.
static void positionGradient(const FieldShape &shape, const float *planes, float box, int n,
                             const Taps &taps, const float *gradient, float *dx, float *dy,
                             float *dz) {
  const int C = shape.C();
  const ptrdiff_t down = ptrdiff_t(shape.side()) * C;
  const int64_t apart = shape.layerFloats();
  const int layers = shape.layers();
  const float scale = float(shape.resolution) / box;
  for (int i = 0; i < n; ++i) {
    Vec along[3] = {splat(0), splat(0), splat(0)};
    for (int layer = 0; layer < layers; ++layer) {
      const float *p = planes + layer * apart + taps.first[layer][i];
      const int u = kAxes[layer][0], v = kAxes[layer][1];
      const float fu = taps.fraction[u][i], fv = taps.fraction[v][i];
      for (int c = 0; c < C; c += W) {
        const Vec g = load(gradient + ptrdiff_t(i) * C + c);
        const Vec top = load(p + C + c) - load(p + c);
        const Vec bottom = load(p + down + C + c) - load(p + down + c);
        const Vec left = load(p + down + c) - load(p + c);
        along[u] = along[u] + g * (top + fv * (bottom - top));
        along[v] = along[v] + g * (left + fu * (bottom - top));
      }
    }
    dx[i] = scale * sum(along[0]);
    dy[i] = scale * sum(along[1]);
    dz[i] = scale * sum(along[2]);
  }
}
