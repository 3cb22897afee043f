// Density and color at free points, in blocks, with the backward.

/// Loads a block of query points and evaluates their sigma.
static void evaluateBlock(const Slice &slice, const Points &points, int64_t first, int n,
                          const Samples &s) {
  for (int i = 0; i < n; ++i) {
    s.x[i] = points.positions[(first + i) * 3];
    s.y[i] = points.positions[(first + i) * 3 + 1];
    s.z[i] = points.positions[(first + i) * 3 + 2];
  }
  evaluate(slice, points.box, s, 0, n);
}

static void queryPoints(const Slice &slice, const Points &points, const PointOutputs &outputs) {
  const int Co = slice.shape->colors;
  const Samples s(*slice.shape, kQueryBlock, slice.scratch);
  for (int64_t begin = slice.begin; begin < slice.end; begin += kQueryBlock) {
    const int n = int(slice.end - begin < kQueryBlock ? slice.end - begin : kQueryBlock);
    const int64_t first = slice.frame * points.points + begin;
    evaluateBlock(slice, points, first, n, s);
    __builtin_memcpy(outputs.sigma + first, s.sigma, size_t(n) * sizeof(float));
    if (!outputs.colors)
      continue;
    evaluateColors(slice, s, n);
    for (int i = 0; i < n; ++i)
      for (int o = 0; o < Co; ++o)
        outputs.colors[(first + i) * Co + o] = s.out[ptrdiff_t(i) * s.stride + o] * 1.002f - 0.001f;
  }
}

static void queryPointsBackward(const Slice &slice, const Points &points,
                                const PointGradients &gradients) {
  const int Co = slice.shape->colors;
  const Samples s(*slice.shape, kQueryBlock, slice.scratch);
  for (int64_t begin = slice.begin; begin < slice.end; begin += kQueryBlock) {
    const int n = int(slice.end - begin < kQueryBlock ? slice.end - begin : kQueryBlock);
    const int64_t first = slice.frame * points.points + begin;
    evaluateBlock(slice, points, first, n, s);
    if (gradients.colors)
      evaluateColors(slice, s, n);
    for (int i = 0; i < n; ++i) {
      float *row = s.out + ptrdiff_t(i) * s.stride;
      if (gradients.colors)
        for (int o = 0; o < Co; ++o)
          row[o] = gradients.colors[(first + i) * Co + o] * 1.002f * (row[o] - row[o] * row[o]);
      const bool counts = gradients.sigma && !isBeyond(*slice.shape, points.box, s, i);
      row[Co] = counts ? gradients.sigma[first + i] : 0;
    }
    propagate(slice, points.box, s, n, gradients.colors != nullptr, gradients.positions != nullptr);
    if (!gradients.positions)
      continue;
    for (int i = 0; i < n; ++i) {
      gradients.positions[(first + i) * 3] = s.dx[i];
      gradients.positions[(first + i) * 3 + 1] = s.dy[i];
      gradients.positions[(first + i) * 3 + 2] = s.dz[i];
    }
  }
}
