// The one matrix product all decoder passes use: C[m, n] += sum_k A(m, k) B[k, n].
// A(m, k) = a[m * rowStride + k * stepStride] is read one float at a time and broadcast, so that
// A may be transposed; B and C are row-major with n a multiple of 16.

/// R rows by V vectors of C stay in registers for the whole sum.
template <int R, int V>
PV_INLINE void product(int K, const float *a, ptrdiff_t rowStride, ptrdiff_t stepStride,
                       const float *b, ptrdiff_t ldb, float *c, ptrdiff_t ldc) {
  Vec sums[R][V];
  for (int r = 0; r < R; ++r)
    for (int v = 0; v < V; ++v)
      sums[r][v] = load(c + r * ldc + v * W);
  for (int k = 0; k < K; ++k) {
    Vec row[V];
    for (int v = 0; v < V; ++v)
      row[v] = load(b + k * ldb + v * W);
    for (int r = 0; r < R; ++r) {
      const Vec x = splat(a[r * rowStride + k * stepStride]);
      for (int v = 0; v < V; ++v)
        sums[r][v] = sums[r][v] + x * row[v];
    }
  }
  for (int r = 0; r < R; ++r)
    for (int v = 0; v < V; ++v)
      store(c + r * ldc + v * W, sums[r][v]);
}

template <int R, int V>
static void panel(int M, int K, const float *a, ptrdiff_t rowStride, ptrdiff_t stepStride,
                  const float *b, ptrdiff_t ldb, float *c, ptrdiff_t ldc) {
  int m = 0;
  for (; m + R <= M; m += R)
    product<R, V>(K, a + m * rowStride, rowStride, stepStride, b, ldb, c + m * ldc, ldc);
  for (; m + R / 2 <= M; m += R / 2)
    product<R / 2, V>(K, a + m * rowStride, rowStride, stepStride, b, ldb, c + m * ldc, ldc);
  for (; m < M; ++m)
    product<1, V>(K, a + m * rowStride, rowStride, stepStride, b, ldb, c + m * ldc, ldc);
}

static void multiply(int M, int N, int K, const float *a, ptrdiff_t rowStride, ptrdiff_t stepStride,
                     const float *b, ptrdiff_t ldb, float *c, ptrdiff_t ldc) {
  int n = 0;
#if PV_WIDTH == 16 // 32 registers: 24 sums
  for (; n + 64 <= N; n += 64)
    panel<6, 4>(M, K, a, rowStride, stepStride, b + n, ldb, c + n, ldc);
  for (; n + 32 <= N; n += 32)
    panel<12, 2>(M, K, a, rowStride, stepStride, b + n, ldb, c + n, ldc);
  for (; n < N; n += 16)
    panel<12, 1>(M, K, a, rowStride, stepStride, b + n, ldb, c + n, ldc);
#elif PV_WIDTH == 8 // 16 registers: 12 sums
  for (; n < N; n += 16)
    panel<6, 2>(M, K, a, rowStride, stepStride, b + n, ldb, c + n, ldc);
#else
  for (; n < N; n += 8)
    panel<6, 2>(M, K, a, rowStride, stepStride, b + n, ldb, c + n, ldc);
#endif
}

/// Each of M rows becomes `bias` (n floats).
PV_INLINE void fillRows(int M, int N, const float *bias, float *c, ptrdiff_t ldc) {
  for (int m = 0; m < M; ++m)
    for (int n = 0; n < N; n += W)
      store(c + m * ldc + n, load(bias + n));
}

PV_INLINE void clear(float *p, int64_t count) {
  __builtin_memset(p, 0, size_t(count) * sizeof(float));
}

/// sums[n] += sum over rows of c[m, n].
PV_INLINE void addRows(int M, int N, const float *c, ptrdiff_t ldc, float *sums) {
  for (int n = 0; n < N; n += W) {
    Vec total = splat(0);
    for (int m = 0; m < M; ++m)
      total = total + load(c + m * ldc + n);
    store(sums + n, load(sums + n) + total);
  }
}
