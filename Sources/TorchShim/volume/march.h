// Depths of the samples and the march along a ray.
//
// Per interval k of sorted samples: delta = t_{k+1} - t_k, mid sigma and mid depth are the means
// of both ends, s = softplus(mid sigma - 1), alpha = 1 - e^(-s delta),
// T_k = prod_{j<k} (1 - alpha_j + 1e-10), weight w_k = alpha_k T_k.

/// A float in [0, 1) from a counter: splitmix64 of seed and index, 24 bits.
PV_INLINE float uniform(uint64_t seed, uint64_t index) {
  uint64_t x = seed + (index + 1) * 0x9E3779B97F4A7C15ull;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
  x ^= x >> 31;
  return float(x >> 40) * 0x1p-24f;
}

/// Coarse depths of a ray: given, or even from near to far plus a one-sided jitter of one step.
static void coarseDepths(const Rays &rays, int64_t ray, float *t) {
  const int S = rays.coarse;
  if (rays.depths) {
    for (int k = 0; k < S; ++k)
      t[k] = rays.depths[ray * S + k];
    return;
  }
  const float step = (rays.far - rays.near) / float(S - 1);
  for (int k = 0; k < S; ++k) {
    // Counted from the nearer end, so that the last depth is `far` itself.
    t[k] = k < S / 2 ? rays.near + step * float(k) : rays.far - step * float(S - 1 - k);
    if (rays.jitter)
      t[k] += rays.jitter[ray * S + k] * step;
    else if (rays.hashedJitter)
      t[k] += uniform(rays.seed ^ 0x5851F42D4C957F2Dull, uint64_t(ray * S + k)) * step;
  }
}

/// Weights w_k (k < n - 1) of sorted samples into `s.weight`, alpha and T beside; returns sum(w).
static float march(const Samples &s, int n, const float *t, const float *sigma) {
  for (int k = 0; k < n - 1; k += W) {
    const Vec mid = 0.5f * (load(sigma + k) + load(sigma + k + 1));
    const Vec delta = load(t + k + 1) - load(t + k);
    store(s.alpha + k, 1.0f - exponential(-(softplus(mid - 1.0f) * delta)));
  }
  float pass = 1, total = 0;
  for (int k = 0; k < n - 1; ++k) {
    s.pass[k] = pass;
    s.weight[k] = s.alpha[k] * pass;
    total += s.weight[k];
    pass *= 1.0f - s.alpha[k] + 1e-10f;
  }
  return total;
}

/// From dL/dw_k in `s.value` to dL/d sorted sigma_i in `s.dSigma`.
///
/// dL/dalpha_k = T_k dL/dw_k - sum_{j>k} w_j dL/dw_j / (1 - alpha_k + 1e-10);
/// dalpha/d mid sigma = e^(-s delta) delta sigmoid(mid sigma - 1). Depths are constants.
static void marchBackward(const Samples &s, int n, const float *t, const float *sigma) {
  float behind = 0;
  for (int k = n - 2; k >= 0; --k) {
    const float g = s.value[k];
    s.value[k] = s.pass[k] * g - behind / (1.0f - s.alpha[k] + 1e-10f);
    behind += s.weight[k] * g;
  }
  for (int k = 0; k < n - 1; k += W) {
    const Vec mid = 0.5f * (load(sigma + k) + load(sigma + k + 1));
    const Vec delta = load(t + k + 1) - load(t + k);
    const Vec slope = (1.0f - load(s.alpha + k)) * delta * sigmoid(mid - 1.0f);
    store(s.value + k, load(s.value + k) * slope);
  }
  s.dSigma[0] = 0.5f * s.value[0];
  for (int i = 1; i < n - 1; ++i)
    s.dSigma[i] = 0.5f * (s.value[i - 1] + s.value[i]);
  s.dSigma[n - 1] = 0.5f * s.value[n - 2];
}

/// Fine depths t[S...] from the coarse weights by inverting their smoothed cumulative
/// distribution over the middles of the coarse intervals.
static void importanceDepths(const Rays &rays, int64_t ray, const Samples &s) {
  const int S = rays.coarse, edges = S - 2; // edges of S - 3 bins; the last middle is never used
  const float *w = s.weight;
  for (int i = 0; i < S - 1; ++i)
    s.bins[i] = 0.5f * (s.t[i] + s.t[i + 1]);
  // Greatest of two neighbors, mean of two neighbors, + 0.01; the first and the last weight drop.
  double total = 0;
  for (int i = 0; i < S - 3; ++i) {
    const float here = w[i] > w[i + 1] ? w[i] : w[i + 1];
    const float next = w[i + 1] > w[i + 2] ? w[i + 1] : w[i + 2];
    s.value[i] = 0.5f * (here + next) + 0.01f + 1e-5f;
    total += s.value[i];
  }
  const float norm = float(total);
  double running = 0;
  s.cdf[0] = 0;
  for (int i = 0; i < S - 3; ++i) {
    running += s.value[i] / norm;
    s.cdf[i + 1] = float(running);
  }
  const int F = rays.fine;
  if (rays.u)
    __builtin_memcpy(s.draws, rays.u + ray * F, size_t(F) * sizeof(float));
  else
    for (int k = 0; k < F; ++k)
      s.draws[k] = uniform(rays.seed, uint64_t(ray * F + k));
  for (int k = 0; k < F; k += W) {
    // Counting the edges at or below u is the search for the first edge above it, without branches.
    const Vec u = load(s.draws + k);
    IVec below = 0;
    for (int i = 0; i < edges; ++i)
      below -= splat(s.cdf[i]) <= u;
    storeInts(s.order + k, below);
  }
  for (int k = 0; k < F; ++k) {
    const int above = s.order[k] < edges ? s.order[k] : edges - 1;
    const int low = s.order[k] > 0 ? s.order[k] - 1 : 0;
    float width = s.cdf[above] - s.cdf[low];
    if (width < 1e-5f)
      width = 1;
    s.t[S + k] = s.bins[low] + (s.draws[k] - s.cdf[low]) / width * (s.bins[above] - s.bins[low]);
  }
}

/// Sorts n samples by depth, equal depths by index: fills order, sortedT, sortedSigma.
/// A sample's rank is the count of samples before it: n^2 comparisons in lanes, no branches.
static void sortByDepth(const Samples &s, int n) {
  for (int i = 0; i < n; i += W) {
    const Vec own = load(s.t + i);
    const IVec index = ramp() + i;
    IVec before = 0;
    int j = 0;
    for (; j < i && j < n; ++j)
      before -= splat(s.t[j]) <= own;
    for (; j < i + W && j < n; ++j) {
      const Vec other = splat(s.t[j]);
      before -= (other < own) | ((other == own) & (IVec(j) < index));
    }
    for (; j < n; ++j)
      before -= splat(s.t[j]) < own;
    storeInts(s.rank + i, before);
  }
  for (int i = 0; i < n; ++i) {
    const int r = s.rank[i] < n ? s.rank[i] : n - 1; // NaN depths have no place
    s.order[r] = i;
    s.sortedT[r] = s.t[i];
    s.sortedSigma[r] = s.sigma[i];
  }
}
