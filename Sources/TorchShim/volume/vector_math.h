// Vectors of PV_WIDTH floats and the functions of the decoder and the march on them.
// Included once for each instruction set, inside its namespace and under its target attribute.

typedef float Vec __attribute__((ext_vector_type(PV_WIDTH)));
typedef int IVec __attribute__((ext_vector_type(PV_WIDTH)));
constexpr int W = PV_WIDTH;

#define PV_INLINE static inline __attribute__((always_inline))

PV_INLINE Vec load(const float *p) {
  Vec v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}

PV_INLINE void store(float *p, Vec v) { __builtin_memcpy(p, &v, sizeof v); }

PV_INLINE void storeInts(int *p, IVec v) { __builtin_memcpy(p, &v, sizeof v); }

PV_INLINE Vec splat(float x) { return Vec(x); }

// A comparison that keeps `b` for NaN is one machine instruction, and no NaN becomes an index.
PV_INLINE Vec maximum(Vec a, Vec b) { return a > b ? a : b; }
PV_INLINE Vec minimum(Vec a, Vec b) { return a < b ? a : b; }

PV_INLINE IVec bits(Vec v) { return __builtin_bit_cast(IVec, v); }
PV_INLINE Vec floats(IVec v) { return __builtin_bit_cast(Vec, v); }
PV_INLINE Vec magnitude(Vec v) { return floats(bits(v) & 0x7fffffff); }

PV_INLINE float sum(Vec v) {
#if PV_WIDTH == 16
  const auto half = v.lo + v.hi;
  const auto quarter = half.lo + half.hi;
#elif PV_WIDTH == 8
  const auto quarter = v.lo + v.hi;
#else
  const auto quarter = v;
#endif
  const auto pair = quarter.lo + quarter.hi;
  return pair.x + pair.y;
}

/// 0, 1, 2, ... in the lanes.
PV_INLINE IVec ramp() {
  IVec v;
  for (int i = 0; i < W; ++i)
    v[i] = i;
  return v;
}

/// e^x to about 1e-7 relative for x in [-87, 88], clamped there.
///
/// x = n ln 2 + r with |r| <= ln 2 / 2; e^r is a polynomial of degree 7. Adding 1.5 * 2^23 rounds
/// x / ln 2 and leaves n in the low bits, which become the exponent.
PV_INLINE Vec exponential(Vec x) {
  x = maximum(minimum(x, splat(88.0f)), splat(-87.0f));
  const Vec shifted = x * 1.44269504f + 12582912.0f;
  const Vec n = shifted - 12582912.0f;
  Vec r = x - n * 0.693359375f;
  r = r + n * 2.12194440e-4f;
  Vec p = r * 1.9875691500e-4f + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + (r + 1.0f);
  return floats((bits(shifted) << 23) + bits(p));
}

/// log(1 + e^x) = max(x, 0) + log1p(e^-|x|), the logarithm as a minimax polynomial on [0, 1].
PV_INLINE Vec softplus(Vec x) {
  const Vec t = exponential(-magnitude(x));
  Vec p = t * 0.005232509225606918f - 0.029504496604204178f;
  p = p * t + 0.07822474092245102f;
  p = p * t - 0.13663142919540405f;
  p = p * t + 0.19105958938598633f;
  p = p * t - 0.24842970073223114f;
  p = p * t + 0.3331909477710724f;
  p = p * t - 0.4999949336051941f;
  p = p * t + 0.9999999403953552f;
  return p * t + maximum(x, splat(0.0f));
}

PV_INLINE Vec sigmoid(Vec x) { return 1.0f / (1.0f + exponential(-x)); }
