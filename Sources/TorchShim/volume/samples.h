// The samples of one ray (or a run of query points) and the decoder over them, with its backward.

/// Scratch arrays of one thread; rows = samples, each array padded to 16.
struct Samples {
  float *features;  // [rows, C]; the backward pass ends with their gradient in `dFeatures`
  float *hidden;    // [rows, H] after softplus
  float *out;       // [rows, O + 16] raw colors, or gradients of raw colors with sigma's at Co
  float *dHidden;   // [rows, H]
  float *dFeatures; // [rows, C]
  float *t, *sigma, *x, *y, *z;         // [rows] by sample
  float *sortedT, *sortedSigma;         // [rows] by depth
  float *alpha, *pass, *weight, *value; // [rows] by interval (see march.h)
  float *bins, *cdf, *draws;            // [rows] importance sampling
  int *order;                           // [rows] depth order -> sample
  float *share;                         // [rows] by sample: v_i = (w_{k-1} + w_k) / 2
  float *dx, *dy, *dz;                  // [rows]
  float *color;                         // [O]
  Taps taps;

  int stride; // of `out`

  Samples(const FieldShape &shape, int samples, float *scratch) {
    const ptrdiff_t rows = padded(samples) + kLane;
    stride = shape.O() + kLane;
    auto take = [&](ptrdiff_t count) {
      float *p = scratch;
      scratch += count;
      return p;
    };
    features = take(rows * shape.C());
    dFeatures = take(rows * shape.C());
    hidden = take(rows * shape.H());
    dHidden = take(rows * shape.H());
    out = take(rows * stride);
    float **const arrays[] = {&t,
                              &sigma,
                              &x,
                              &y,
                              &z,
                              &sortedT,
                              &sortedSigma,
                              &alpha,
                              &pass,
                              &weight,
                              &value,
                              &bins,
                              &cdf,
                              &draws,
                              &share,
                              &dx,
                              &dy,
                              &dz,
                              &taps.fraction[0],
                              &taps.fraction[1],
                              &taps.fraction[2]};
    for (float **array : arrays)
      *array = take(rows);
    order = reinterpret_cast<int *>(take(rows));
    taps.first[0] = reinterpret_cast<int *>(take(rows));
    taps.first[1] = reinterpret_cast<int *>(take(rows));
    color = take(shape.O());
  }

  /// The taps from sample `first` on.
  Taps tapsFrom(int first) const {
    return {{taps.first[0] + first, taps.first[1] + first},
            {taps.fraction[0] + first, taps.fraction[1] + first, taps.fraction[2] + first}};
  }
};

/// Features, hidden units and sigma of the samples first..<first + n at (x, y, z).
static void evaluate(const Share &share, float box, const Samples &s, int first, int n) {
  const FieldShape &shape = *share.shape;
  const PackedDecoder &decoder = *share.decoder;
  const int C = shape.C(), H = shape.H();
  float *features = s.features + ptrdiff_t(first) * C, *hidden = s.hidden + ptrdiff_t(first) * H;
  const Taps taps = s.tapsFrom(first);
  locate(shape, box, n, s.x + first, s.y + first, s.z + first, taps);
  sample(shape, share.planes, n, taps, features);
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
    s.sigma[first + i] = sum(dot) + decoder.sigmaBias;
  }
}

/// sigmoid(raw colors) of all n samples in `out` (the scale 1.002 and shift -0.001 are the
/// caller's).
static void evaluateColors(const Share &share, const Samples &s, int n) {
  const FieldShape &shape = *share.shape;
  const int H = shape.H(), O = shape.O();
  fillRows(n, O, share.decoder->b1, s.out, s.stride);
  multiply(n, O, H, s.hidden, H, 1, share.decoder->w1t, O, s.out, s.stride);
  for (int i = 0; i < n; ++i)
    for (int o = 0; o < O; o += W) {
      float *p = s.out + ptrdiff_t(i) * s.stride + o;
      store(p, sigmoid(load(p)));
    }
}

/// From the gradient of the raw outputs (`out`: colors, sigma at Co; rows beyond are ignored) to
/// the decoder's sums, the planes' sums and, with `positions`, dx, dy, dz of the samples.
///
/// The slope of softplus at a unit of value v is 1 - e^-v. With `colors` false only sigma flows.
static void propagate(const Share &share, float box, const Samples &s, int n, bool colors,
                      bool positions) {
  const FieldShape &shape = *share.shape;
  const PackedDecoder &decoder = *share.decoder;
  const GradientSums &sums = share.sums;
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
    positionGradient(shape, share.planes, box, n, s.taps, s.dFeatures, s.dx, s.dy, s.dz);
}
