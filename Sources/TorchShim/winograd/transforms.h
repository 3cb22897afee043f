// The three transforms of F(4, 3) with the points 0, ±1/√2, ±√2 and infinity, whose rounding errors
// are a quarter of those of 0, ±1, ±2.
// Included once for each instruction set, inside its namespace and under its target attribute.

constexpr float kNear = 0.70710678118654752f, kFar = 1.41421356237309505f;

/// Six inputs of a line to six values.
PV_INLINE void transformInputs(const Vec *d, int step, Vec *t, int out) {
  const Vec d0 = d[0], d1 = d[step], d2 = d[2 * step], d3 = d[3 * step], d4 = d[4 * step],
            d5 = d[5 * step];
  const Vec evenNear = d4 - 2.0f * d2, oddNear = kNear * (d3 - 2.0f * d1);
  const Vec evenFar = d4 - 0.5f * d2, oddFar = kFar * (d3 - 0.5f * d1);
  t[0] = d0 + (d4 - 2.5f * d2);
  t[out] = evenNear + oddNear;
  t[2 * out] = evenNear - oddNear;
  t[3 * out] = evenFar + oddFar;
  t[4 * out] = evenFar - oddFar;
  t[5 * out] = d1 + (d5 - 2.5f * d3);
}

/// Six products of a line to four outputs.
PV_INLINE void transformOutputs(const Vec *m, int step, Vec *y, int out) {
  const Vec sumNear = m[step] + m[2 * step], differenceNear = kNear * (m[step] - m[2 * step]);
  const Vec sumFar = m[3 * step] + m[4 * step], differenceFar = kFar * (m[3 * step] - m[4 * step]);
  y[0] = m[0] + sumNear + sumFar;
  y[out] = differenceNear + differenceFar;
  y[2 * out] = 0.5f * sumNear + 2.0f * sumFar;
  y[3 * out] = 0.5f * differenceNear + 2.0f * differenceFar + m[5 * step];
}

/// Three taps to six values.
PV_INLINE void transformTaps(const Vec *g, int step, Vec *u, int out) {
  const Vec g0 = g[0], g1 = g[step], g2 = g[2 * step];
  const Vec evenNear = g0 * (-2.0f / 3) - g2 * (1.0f / 3), oddNear = g1 * (kNear * 2 / 3);
  const Vec evenFar = g0 * (1.0f / 6) + g2 * (1.0f / 3), oddFar = g1 * (kFar / 6);
  u[0] = g0;
  u[out] = evenNear - oddNear;
  u[2 * out] = evenNear + oddNear;
  u[3 * out] = evenFar + oddFar;
  u[4 * out] = evenFar - oddFar;
  u[5 * out] = g2;
}
