// The kernels of Stein variational gradient descent. D is the number of dimensions, KERNEL one of
// the three below.
#define RBF 0
#define IMQ 1
#define LINEAR 2

// Value of the kernel and the factor of x - y in its gradient with respect to x; both 0 beyond.
typedef struct {
  float value;
  float slope;
} Kernel;

// 1 / sqrt(w) within an ulp; squared distances may overflow.
INLINE float inverse_root(float w) {
  float r = rsqrt(w);
  return isinf(w) ? 0.0f : r * fma(-0.5f * w * r, r, 1.5f);
}

// w^exponent for w > 0.
INLINE float to_power(float w, float exponent) {
  if (exponent == -0.5f) {
    return inverse_root(w);
  }
  Wide l = wide_log(clamp(w, FLT_MIN, FLT_MAX));
  float x = fma(exponent, l.x, exponent * l.y) * LOG2E;
  float p = power(x, 1.0f);
  return x > 127.0f ? INFINITY : x < -125.0f ? 0.0f : p;
}

// A bandwidth and its inverse, which leaves room for the factors of a kernel's gradient.
INLINE float2 with_inverse(float h) {
  return (float2)(h, min(quotient(1.0f, 0.0f, h), 0x1p126f));
}

// shape: c^2 and beta; h: bandwidth, 1 / h. Squared distance r2, dot product for the linear kernel.
INLINE Kernel kernel_of(float r2, float2 h, float2 shape) {
  Kernel k;
  if (KERNEL == RBF) {
    float scale = -LOG2E * h.y;
    float d = r2;
    float least = FLOOR / scale;
    bool beyond = d >= least;
    d = beyond ? least : d;
    // Computed either way, so that no branch keeps work-items apart.
    float e = power(d, scale);
    k.value = beyond ? 0.0f : e;
    k.slope = -2.0f * h.y * k.value;
  } else if (KERNEL == IMQ) {
    float w = fma(r2, h.y, shape.x);
    k.value = to_power(w, shape.y);
    k.slope = 2.0f * shape.y * h.y * (k.value / w);
  } else {
    k.value = r2 + 1.0f;
    k.slope = 0.0f;
  }
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
