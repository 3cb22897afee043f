// Rays from depths to outputs, with the backward.

/// Positions o + t d of the samples first..<first + n of a ray.
static void place(const Rays &rays, int64_t ray, const Samples &s, int first, int n) {
  const float *o = rays.origins + ray * 3, *d = rays.directions + ray * 3;
  for (int i = first; i < first + n; ++i) {
    s.x[i] = o[0] + s.t[i] * d[0];
    s.y[i] = o[1] + s.t[i] * d[1];
    s.z[i] = o[2] + s.t[i] * d[2];
  }
}

/// Both passes of one ray up to the weights: sorted depths, weights, and each sample's share of
/// the color, v_i = (w_{k-1} + w_k) / 2 at its place k. Returns sum(w).
static float trace(const Slice &slice, const Rays &rays, int64_t ray, const Samples &s) {
  const int coarse = rays.coarse, n = coarse + rays.fine;
  coarseDepths(rays, ray, s.t);
  place(rays, ray, s, 0, coarse);
  evaluate(slice, rays.box, s, 0, coarse);
  if (rays.fine > 0) {
    march(s, coarse, s.t, s.sigma);
    importanceDepths(rays, ray, s);
    place(rays, ray, s, coarse, rays.fine);
    evaluate(slice, rays.box, s, coarse, rays.fine);
  }
  sortByDepth(s, n);
  const float total = march(s, n, s.sortedT, s.sortedSigma);
  float last = 0;
  for (int k = 0; k < n; ++k) {
    const float next = k < n - 1 ? s.weight[k] : 0;
    s.portion[s.order[k]] = 0.5f * (last + next);
    last = next;
  }
  return total;
}

static float middle(const Samples &s, int k) { return 0.5f * (s.sortedT[k] + s.sortedT[k + 1]); }

/// sum(w mid), the numerator of the depth.
static float weightedDepth(const Samples &s, int n) {
  float depth = 0;
  for (int k = 0; k < n - 1; ++k)
    depth += s.weight[k] * middle(s, k);
  return depth;
}

static void renderRays(const Slice &slice, const Rays &rays, const RayOutputs &outputs,
                       float range[2]) {
  const FieldShape &shape = *slice.shape;
  const int n = rays.coarse + rays.fine, O = shape.O(), Co = shape.colors;
  const Samples s(shape, n, slice.scratch);
  for (int64_t i = slice.begin; i < slice.end; ++i) {
    const int64_t ray = slice.frame * rays.rays + rayInOrder(rays.rays, i);
    const float total = trace(slice, rays, ray, s);
    outputs.weight[ray] = total;
    outputs.depth[ray] = weightedDepth(s, n) / total;
    outputs.lastMid[ray] = middle(s, n - 2);
    range[0] = s.sortedT[0] < range[0] ? s.sortedT[0] : range[0];
    range[1] = s.sortedT[n - 1] > range[1] ? s.sortedT[n - 1] : range[1];
    evaluateColors(slice, s, n);
    for (int o = 0; o < O; o += W) {
      Vec color = splat(0);
      for (int k = 0; k < n; ++k)
        color = color + s.portion[k] * load(s.out + ptrdiff_t(k) * s.stride + o);
      store(s.color + o, color);
    }
    const float rest = (rays.whiteBack ? 1 - total : 0) - 0.001f * total;
    for (int o = 0; o < Co; ++o)
      outputs.features[ray * Co + o] = 2 * (1.002f * s.color[o] + rest) - 1;
  }
}

/// Gradients of the raw colors of the ray's samples into `out`, each sample's gradient dot color
/// into `gain`. `toColor` [Co] is the gradient of features; features = 2 (color + background) - 1.
/// Returns the sum of the color's gradient, which a white background owes to the weight.
static float colorGradients(const Slice &slice, const Samples &s, int n, const float *toColor) {
  const int O = slice.shape->O(), Co = slice.shape->colors;
  evaluateColors(slice, s, n);
  float white = 0;
  clear(s.color, O);
  for (int o = 0; o < Co; ++o) {
    s.color[o] = 2 * toColor[o];
    white += s.color[o];
  }
  for (int k = 0; k < n; ++k) {
    float *row = s.out + ptrdiff_t(k) * s.stride;
    const float portion = 1.002f * s.portion[k];
    Vec dot = splat(0);
    for (int o = 0; o < O; o += W) {
      const Vec g = load(s.color + o), y = load(row + o);
      dot = dot + g * y;
      store(row + o, portion * g * (y - y * y));
    }
    s.gain[k] = 1.002f * sum(dot) - 0.001f * white;
  }
  return white;
}

/// Sums the gradients of the samples' positions o + t d into the ray's origin and direction.
static void rayGradients(const Samples &s, int n, int64_t ray, const RayGradients &gradients) {
  const float *const parts[3] = {s.dx, s.dy, s.dz};
  for (int axis = 0; axis < 3; ++axis) {
    float origin = 0, direction = 0;
    for (int k = 0; k < n; ++k) {
      origin += parts[axis][k];
      direction += s.t[k] * parts[axis][k];
    }
    if (gradients.origins)
      gradients.origins[ray * 3 + axis] = origin;
    if (gradients.directions)
      gradients.directions[ray * 3 + axis] = direction;
  }
}

static void renderRaysBackward(const Slice &slice, const Rays &rays,
                               const RayGradients &gradients) {
  const int n = rays.coarse + rays.fine, Co = slice.shape->colors;
  const bool colors = gradients.features != nullptr;
  const bool positions = gradients.origins || gradients.directions;
  const Samples s(*slice.shape, n, slice.scratch);
  for (int64_t i = slice.begin; i < slice.end; ++i) {
    const int64_t ray = slice.frame * rays.rays + rayInOrder(rays.rays, i);
    const float total = trace(slice, rays, ray, s);
    const float white = colors ? colorGradients(slice, s, n, gradients.features + ray * Co) : 0;

    // dL/dw_k: mean gain of both ends, (mid depth - depth) / sum(w) from the depth, and the
    // weight's.
    const float toDepth = gradients.depth && total > 0 ? gradients.depth[ray] / total : 0;
    const float depth = total > 0 ? weightedDepth(s, n) / total : 0;
    const float toWeight =
        (gradients.weight ? gradients.weight[ray] : 0) - (rays.whiteBack ? white : 0);
    for (int k = 0; k < n - 1; ++k) {
      const float gain = colors ? 0.5f * (s.gain[s.order[k]] + s.gain[s.order[k + 1]]) : 0;
      s.value[k] = gain + toDepth * (middle(s, k) - depth) + toWeight;
    }
    marchBackward(s, n, s.sortedT, s.sortedSigma);
    for (int k = 0; k < n; ++k)
      s.out[ptrdiff_t(s.order[k]) * s.stride + Co] = s.dSigma[k];

    propagate(slice, rays.box, s, n, colors, positions);
    if (positions)
      rayGradients(s, n, ray, gradients);
  }
}
