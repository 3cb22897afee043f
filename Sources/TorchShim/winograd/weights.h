// Weights in the kernel's layout.

/// The 3x3 taps that make phase (py, px) of the output from the input's size.
///
/// Doubling puts x[i] w[a] at 2 i + a; the filter then makes y[n] of the four values at n - 1...n
/// + 2. Of these, input j + d reaches y[2 j + p] through the pairs k + a = 2 + p - 2 d.
static void phaseTaps(const Vec *weight, const float *filter, int py, int px, Vec *taps) {
  for (int i = 0; i < 9; ++i)
    taps[i] = splat(0.0f);
  for (int ky = 0; ky < 4; ++ky)
    for (int ay = 0; ay < 3; ++ay) {
      const int dy = 2 + py - ky - ay;
      if (dy & 1)
        continue;
      for (int kx = 0; kx < 4; ++kx)
        for (int ax = 0; ax < 3; ++ax) {
          const int dx = 2 + px - kx - ax;
          if (dx & 1)
            continue;
          Vec &tap = taps[(dy / 2 + 1) * 3 + dx / 2 + 1];
          tap = tap + 4.0f * filter[ky * 4 + kx] * weight[ay * 3 + ax];
        }
    }
}

/// Fills one panel [kPoints][inputs][kPanel].
static void packPanel(const Shape &shape, const float *weight, const float *filter, int panel,
                      float *packed) {
  const int phase = panel / shape.panelsPerPhase();
  const int first = panel % shape.panelsPerPhase() * kPanel;
  const int64_t plane = int64_t(shape.inputs) * kPanel;
  for (int c = 0; c < shape.inputs; ++c)
    for (int o = 0; o < kPanel; o += W) {
      Vec taps[9], composed[9], rows[18], all[kPoints];
      for (int i = 0; i < 9; ++i)
        for (int lane = 0; lane < W; ++lane) {
          const int output = first + o + lane;
          taps[i][lane] =
              output < shape.outputs ? weight[(int64_t(output) * shape.inputs + c) * 9 + i] : 0.0f;
        }
      if (shape.up)
        phaseTaps(taps, filter, phase / 2, phase % 2, composed);
      const Vec *used = shape.up ? composed : taps;
      for (int x = 0; x < 3; ++x)
        transformTaps(used + x, 3, rows + x, 3);
      for (int y = 0; y < kPatch; ++y)
        transformTaps(rows + y * 3, 1, all + y * kPatch, 1);
      for (int p = 0; p < kPoints; ++p)
        store(packed + p * plane + int64_t(c) * kPanel + o, all[p]);
    }
}
