// The kernels of Stein variational gradient descent. D is the number of dimensions, KERNEL one of
// the three below.
#define RBF 0
#define IMQ 1
#define LINEAR 2

// Value of the kernel, and the factor of x - y in its gradient with respect to x times what `pull`
// brings along; both 0 beyond.
typedef struct {
  float value;
  float slope;
} Kernel;

// 1 / sqrt(w) within an ulp; squared distances may overflow.
INLINE float inverse_root(float w) {
  float r = rsqrt(w);
  return isinf(w) ? 0.0f : r * fma(-0.5f * w * r, r, 1.5f);
}

// w^exponent for w > 0, at most the largest float: an infinite one would make 0 * value NaN.
INLINE float to_power(float w, float exponent) {
  if (exponent == -0.5f) {
    return inverse_root(w);
  }
  Wide l = wide_log(clamp(w, FLT_MIN, FLT_MAX));
  float x = fma(exponent, l.x, exponent * l.y) * LOG2E;
  float p = power(x, 1.0f);
  return x > 127.0f ? FLT_MAX : x < -125.0f ? 0.0f : p;
}

// A bandwidth and its inverse, at most the largest float.
INLINE float2 with_inverse(float h) { return (float2)(h, quotient(1.0f, 0.0f, h)); }

// The largest power of two up to 1 / n: scores and gradients are taken times this, so that no sum
// overflows before the mean does.
INLINE float share_below(uint n) { return ldexp(1.0f, (int)clz(n - 1) - 32); }

// The mean over n sources of a sum of such terms.
INLINE float mean_of(float sum, uint n) {
  return quotient(sum, 0.0f, (float)n * share_below(n));
}

// What all gradients of a state have in common: `weight` times -2 / h, or 2 beta / h; for the linear
// kernel the weight alone. Beyond the largest float it is that.
INLINE float pull_of(float weight, float2 h, float2 shape) {
  float along = weight * h.y;
  return KERNEL == LINEAR ? weight : max(2.0f * ((KERNEL == RBF ? -1.0f : shape.y) * along), -FLT_MAX);
}

// shape: c^2 and beta; h: bandwidth, 1 / h. Squared distance r2, dot product for the linear kernel.
// The multiquadric's slope may be infinite.
INLINE Kernel kernel_of(float r2, float2 h, float2 shape, float pull) {
  Kernel k;
  if (KERNEL == RBF) {
    float scale = max(-LOG2E * h.y, -FLT_MAX);
    float d = r2;
    float least = FLOOR / scale;
    bool beyond = d >= least;
    d = beyond ? least : d;
    // Computed either way, so that no branch keeps work-items apart.
    float e = power(d, scale);
    k.value = beyond ? 0.0f : e;
    k.slope = pull * k.value;
  } else if (KERNEL == IMQ) {
    float w = fma(r2, h.y, shape.x);
    k.value = to_power(w, shape.y);
    k.slope = pull * k.value / w;
  } else {
    k.value = r2 + 1.0f;
    k.slope = 0.0f;
  }
  return k;
}

// The same with a slope that is finite: an infinite one would make those of particles in one place
// NaN.
INLINE Kernel finite_kernel_of(float r2, float2 h, float2 shape, float pull) {
  Kernel k = kernel_of(r2, h, shape, pull);
  k.slope = KERNEL == IMQ ? max(k.slope, -FLT_MAX) : k.slope;
  return k;
}

// Particles so far apart that the squared distance overflows, which the multiquadric still feels:
// r2 is that of particles FAR times as near, and the gradient vanishes beside the value.
#define FAR 0x1p-70f

INLINE Kernel far_kernel(float r2, float2 h, float2 shape) {
  Kernel k = {to_power(r2 * h.y, shape.y) * exp2(140.0f * shape.y), 0};
  return k;
}

// Sums of so many sources are added up without loss.
#define PART 32

// What the kernel depends on: the squared distance, or for the linear kernel the dot product.
#define BETWEEN(name, x_space, y_space, unroll)                                   \
  INLINE float name(x_space const float *x, y_space const float *y, float scale) { \
    float sum = 0;                                                                \
    unroll for (int k = 0; k < D; k++) {                                          \
      float a = KERNEL == LINEAR ? x[k] : (x[k] - y[k]) * scale;                  \
      sum = fma(a, KERNEL == LINEAR ? y[k] : a, sum);                             \
    }                                                                             \
    return sum;                                                                   \
  }

// Moves the sums of a part into high + low.
INLINE void add_part(float *part, float *high, float *low) {
  UNROLL for (int k = 0; k < D; k++) {
    Wide s = two_sum(high[k], part[k]);
    high[k] = s.x;
    low[k] += s.y;
    part[k] = 0;
  }
}
