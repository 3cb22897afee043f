// The samples of one ray (or a run of query points) and the decoder over them, with its backward.

/// Scratch arrays of one thread; rows = samples, each array padded to 16.
struct Samples {
  float *features, *dFeatures; // [rows, C] and their gradient
  float *hidden, *dHidden;     // [rows, H] after softplus, and the gradient
  float *out;                  // [rows, stride] colors or gradients of raw colors; of sigma at Co
  int stride;
  float *t, *x, *y, *z, *sigma;         // by sample
  float *portion;                       // v_i = (w_{k-1} + w_k) / 2, what its color counts for
  float *gain;                          // gradient of the ray's color dot this color
  float *dx, *dy, *dz;                  // gradient of the position
  float *sortedT, *sortedSigma;         // by depth
  float *dSigma;                        // by depth
  int *order, *rank;                    // depth order -> sample, and back
  float *alpha, *pass, *weight, *value; // by interval: alpha_k, T_k, w_k and a gradient
  float *bins, *cdf, *draws;            // importance sampling: middles, distribution, u
  float *color;                         // [O]
  Taps taps;

  Samples(const FieldShape &shape, int samples, float *scratch) {
    const ptrdiff_t rows = padded(samples) + kLane;
    stride = shape.O() + kLane;
    const auto take = [&](ptrdiff_t count, auto *&...arrays) {
      ((arrays = reinterpret_cast<std::remove_reference_t<decltype(arrays)>>(scratch),
        scratch += count),
       ...);
    };
    take(rows * shape.C(), features, dFeatures);
    take(rows * shape.H(), hidden, dHidden);
    take(rows * stride, out);
    take(rows, t, x, y, z, sigma, portion, gain, dx, dy, dz, sortedT, sortedSigma, dSigma, order,
         rank, alpha, pass, weight, value, bins, cdf, draws);
    take(rows, taps.first[0], taps.first[1], taps.first[2]);
    take(rows, taps.fraction[0], taps.fraction[1], taps.fraction[2]);
    take(shape.O(), color);
  }

  /// The taps from sample `first` on.
  Taps tapsFrom(int first) const {
    return {{taps.first[0] + first, taps.first[1] + first, taps.first[2] + first},
            {taps.fraction[0] + first, taps.fraction[1] + first, taps.fraction[2] + first}};
  }
};

/// The raw sigma of nothing: so little that its mean with any neighbor is nothing too.
constexpr float kNothing = -1000;

/// Whether sample i lies where a bounded field has nothing.
PV_INLINE bool isBeyond(const FieldShape &shape, float box, const Samples &s, int i) {
  const float half = 0.5f * box;
  const auto leaves = [half](float p) { return p > half || p < -half; };
  return shape.bounded && (leaves(s.x[i]) || leaves(s.y[i]) || leaves(s.z[i]));
}

/// Features, hidden units and sigma of the samples first..<first + n at (x, y, z).
static void evaluate(const Slice &slice, float box, const Samples &s, int first, int n) {
  const FieldShape &shape = *slice.shape;
  const PackedDecoder &decoder = *slice.decoder;
  const int C = shape.C(), H = shape.H();
  float *features = s.features + ptrdiff_t(first) * C, *hidden = s.hidden + ptrdiff_t(first) * H;
  const Taps taps = s.tapsFrom(first);
  locate(shape, box, n, s.x + first, s.y + first, s.z + first, taps);
  sample(shape, slice.planes, n, taps, features);
  fillRows(n, H, decoder.b0, hidden, H);
  multiply(n, H, C, features, C, 1, decoder.w0t, H, hidden, H);
  const float *sigmaRow = decoder.w1 + ptrdiff_t(shape.colors) * H;
  for (int i = 0; i < n; ++i) {
    Vec dot = splat(0);
    for (int h = 0; h < H; h += W) {
      const Vec unit = softplus(load(hidden + ptrdiff_t(i) * H + h));
      store(hidden + ptrdiff_t(i) * H + h, unit);
      dot = dot + unit * load(sigmaRow + h);
    }
    s.sigma[first + i] =
        isBeyond(shape, box, s, first + i) ? kNothing : sum(dot) + decoder.sigmaBias;
  }
}

/// sigmoid(raw colors) of all n samples in `out` (the scale 1.002 and shift -0.001 are the
/// caller's).
static void evaluateColors(const Slice &slice, const Samples &s, int n) {
  const FieldShape &shape = *slice.shape;
  const int H = shape.H(), O = shape.O();
  fillRows(n, O, slice.decoder->b1, s.out, s.stride);
  multiply(n, O, H, s.hidden, H, 1, slice.decoder->w1t, O, s.out, s.stride);
  for (int i = 0; i < n; ++i)
    for (int o = 0; o < O; o += W) {
      float *p = s.out + ptrdiff_t(i) * s.stride + o;
      store(p, sigmoid(load(p)));
    }
}

/// From the gradient of the raw outputs (`out`: colors, sigma at Co; columns beyond are ignored) to
/// the decoder's sums, the planes' sums and, with `positions`, dx, dy, dz of the samples.
///
/// The slope of softplus at a unit of value v is 1 - e^-v. With `colors` false only sigma flows.
static void propagate(const Slice &slice, float box, const Samples &s, int n, bool colors,
                      bool positions) {
  const FieldShape &shape = *slice.shape;
  const PackedDecoder &decoder = *slice.decoder;
  const GradientSums &sums = slice.sums;
  const int C = shape.C(), H = shape.H();
  const int first = colors ? 0 : shape.colors, rows = shape.colors + 1 - first;
  const float *out = s.out + first;
  if (sums.w1) {
    multiply(rows, H, n, out, 1, s.stride, s.hidden, H, sums.w1 + ptrdiff_t(first) * H, H);
    if (colors)
      addRows(n, s.stride, s.out, s.stride, sums.b1);
    else
      for (int i = 0; i < n; ++i)
        sums.b1[first] += out[ptrdiff_t(i) * s.stride];
  }
  clear(s.dHidden, int64_t(n) * H);
  multiply(n, H, rows, out, s.stride, 1, decoder.w1 + ptrdiff_t(first) * H, H, s.dHidden, H);
  for (int64_t i = 0; i < int64_t(n) * H; i += W) {
    const Vec slope = 1.0f - exponential(-load(s.hidden + i));
    store(s.dHidden + i, load(s.dHidden + i) * slope);
  }
  if (sums.w0) {
    multiply(H, C, n, s.dHidden, 1, H, s.features, C, sums.w0, C);
    addRows(n, H, s.dHidden, H, sums.b0);
  }
  if (!sums.planes && !positions)
    return;
  clear(s.dFeatures, int64_t(n) * C);
  multiply(n, C, H, s.dHidden, H, 1, decoder.w0, C, s.dFeatures, C);
  if (sums.planes)
    scatter(shape, sums.planes, n, s.taps, s.dFeatures);
  if (positions)
    positionGradient(shape, slice.planes, box, n, s.taps, s.dFeatures, s.dx, s.dy, s.dz);
}
