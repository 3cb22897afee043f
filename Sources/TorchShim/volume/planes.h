// Reading the packed planes at points, and the backward of that reading.
// Rows of 16 points at a time compute where to read; each point then sums its 2 x 4 texels with
// the channels in the lanes.

/// Where and with which weights a run of points reads, kept for the backward pass.
struct Taps {
  int *first[2];      // [n] offset of the first texel in each layer
  float *fraction[3]; // [n] place between texels along x, y, z
};

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
  }
}

/// features[n, C] = bilinear(layer 0 at x, y) + bilinear(layer 1 at x, z).
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
}

/// Adds the gradient of `features` to the texels it was read from.
static void scatter(const FieldShape &shape, float *planes, int n, const Taps &taps,
                    const float *gradient) {
  const int C = shape.C();
  const ptrdiff_t down = ptrdiff_t(shape.side()) * C;
  float *second = planes + shape.layerFloats();
  for (int i = 0; i < n; ++i) {
    const float fx = taps.fraction[0][i], fy = taps.fraction[1][i], fz = taps.fraction[2][i];
    for (int layer = 0; layer < 2; ++layer) {
      float *p = (layer ? second : planes) + taps.first[layer][i];
      const float fv = layer ? fz : fy;
      const Vec w00 = splat((1 - fx) * (1 - fv)), w01 = splat(fx * (1 - fv)),
                w10 = splat((1 - fx) * fv), w11 = splat(fx * fv);
      for (int c = 0; c < C; c += W) {
        const Vec g = load(gradient + ptrdiff_t(i) * C + c);
        store(p + c, load(p + c) + w00 * g);
        store(p + C + c, load(p + C + c) + w01 * g);
        store(p + down + c, load(p + down + c) + w10 * g);
        store(p + down + C + c, load(p + down + C + c) + w11 * g);
      }
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
  const float *second = planes + shape.layerFloats();
  const float scale = float(shape.resolution) / box;
  for (int i = 0; i < n; ++i) {
    const float fx = taps.fraction[0][i];
    Vec alongX = splat(0), along[2] = {splat(0), splat(0)};
    for (int layer = 0; layer < 2; ++layer) {
      const float *p = (layer ? second : planes) + taps.first[layer][i];
      const float fv = taps.fraction[1 + layer][i];
      for (int c = 0; c < C; c += W) {
        const Vec g = load(gradient + ptrdiff_t(i) * C + c);
        const Vec top = load(p + C + c) - load(p + c);
        const Vec bottom = load(p + down + C + c) - load(p + down + c);
        const Vec left = load(p + down + c) - load(p + c);
        alongX = alongX + g * (top + fv * (bottom - top));
        along[layer] = along[layer] + g * (left + fx * (bottom - top));
      }
    }
    dx[i] = scale * sum(alongX);
    dy[i] = scale * sum(along[0]);
    dz[i] = scale * sum(along[1]);
  }
}
