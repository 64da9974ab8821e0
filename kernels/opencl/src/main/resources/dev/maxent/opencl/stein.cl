// Stein variational gradient descent. D is the number of dimensions, KERNEL one of the three below.
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
  return x > 127.0f ? INFINITY : x < -125.0f ? 0.0f : power(x, 1.0f);
}

// shape: c^2 and beta; h: bandwidth, 1 / h. Squared distance r2, dot product for the linear kernel.
INLINE Kernel kernel_of(float r2, float2 h, float2 shape) {
  Kernel k;
  if (KERNEL == RBF) {
    float scale = -LOG2E * h.y;
    float d = r2;
    float least = FLOOR / scale;
    bool beyond = d > least;
    d = beyond ? least : d;
    k.value = beyond ? 0.0f : power(d, scale);
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

// What the kernel depends on: the squared distance, or for the linear kernel the dot product.
INLINE float between(__global const float *x, const float *y, float scale) {
  float sum = 0;
  for (int k = 0; k < D; k++) {
    float a = KERNEL == LINEAR ? x[k] : (x[k] - y[k]) * scale;
    sum = fma(a, KERNEL == LINEAR ? y[k] : a, sum);
  }
  return sum;
}

INLINE float between_rows(__global const float *x, __global const float *y, float scale) {
  float sum = 0;
  for (int k = 0; k < D; k++) {
    float a = KERNEL == LINEAR ? x[k] : (x[k] - y[k]) * scale;
    sum = fma(a, KERNEL == LINEAR ? y[k] : a, sum);
  }
  return sum;
}

#ifndef TILE
// One target to a work-item, in registers. Sums of 32 sources are added up without loss.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void direction_registers(
    __global const float *x, __global const float *score, __global const float *y,
    __global const float *bandwidths, __global const float *alphas, uint states, uint n, uint m,
    float2 shape, __global float *out) {
  ulong t = get_global_id(0);
  if (t >= (ulong)states * m) {
    return;
  }
  uint state = (uint)(t / m);
  float alpha = alphas[state];
  float2 h = (float2)(bandwidths[state], quotient(1.0f, 0.0f, bandwidths[state]));
  float target[D];
  float part[D];
  float high[D];
  float low[D];
  for (int k = 0; k < D; k++) {
    target[k] = y[t * D + k];
    part[k] = 0;
    high[k] = 0;
    low[k] = 0;
  }
  __global const float *source = x + (ulong)state * n * D;
  __global const float *scores = score + (ulong)state * n * D;
  for (uint j = 0; j < n; j++) {
    float r2 = between(source, target, 1.0f);
    Kernel kernel_j = kernel_of(r2, h, shape);
    if (KERNEL == IMQ && isinf(r2)) {
      kernel_j = far_kernel(between(source, target, FAR), h, shape);
    }
    float slope = alpha * kernel_j.slope;
    for (int k = 0; k < D; k++) {
      part[k] = fma(kernel_j.value, scores[k], part[k]);
      part[k] = KERNEL == LINEAR ? fma(alpha, target[k], part[k])
                                 : fma(slope, source[k] - target[k], part[k]);
    }
    source += D;
    scores += D;
    if ((j & 31) == 31 || j == n - 1) {
      for (int k = 0; k < D; k++) {
        Wide s = two_sum(high[k], part[k]);
        high[k] = s.x;
        low[k] += s.y;
        part[k] = 0;
      }
    }
  }
  for (int k = 0; k < D; k++) {
    out[t * D + k] = isnan(h.x) ? NAN : quotient(high[k] + low[k], 0.0f, (float)n);
  }
}

#else
// Many dimensions: TILE targets by TILE sources to a group of TILE * TILE. Kernel values of the tile
// go to local memory, then each work-item sums every TILE-th dimension of one target.
#define HELD ((D + TILE - 1) / TILE)

__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void direction_tiles(
    __global const float *x, __global const float *score, __global const float *y,
    __global const float *bandwidths, __global const float *alphas, uint states, uint n, uint m,
    float2 shape, __global float *out) {
  __local float values[TILE][TILE + 1];
  __local float slopes[TILE][TILE + 1];
  uint blocks = (m + TILE - 1) / TILE;
  // Remainders by subtraction: oclgrind does not know what a division makes of both.
  uint group = get_group_id(0);
  uint state = group / blocks;
  uint row = get_local_id(0) / TILE;
  uint column = get_local_id(0) - row * TILE;
  uint i = (group - state * blocks) * TILE + row;
  float alpha = alphas[state];
  float2 h = (float2)(bandwidths[state], quotient(1.0f, 0.0f, bandwidths[state]));
  __global const float *target = y + ((ulong)state * m + min(i, m - 1)) * D;
  __global const float *sources = x + (ulong)state * n * D;
  __global const float *scores = score + (ulong)state * n * D;
  float own[HELD];
  float high[HELD];
  float low[HELD];
  for (int q = 0; q < HELD; q++) {
    uint k = q * TILE + column;
    own[q] = k < D ? target[k] : 0.0f;
    high[q] = 0;
    low[q] = 0;
  }
  for (uint first = 0; first < n; first += TILE) {
    uint j = first + column;
    Kernel here = {0, 0};
    if (j < n) {
      float r2 = between_rows(sources + (ulong)j * D, target, 1.0f);
      here = kernel_of(r2, h, shape);
      if (KERNEL == IMQ && isinf(r2)) {
        here = far_kernel(between_rows(sources + (ulong)j * D, target, FAR), h, shape);
      }
    }
    values[row][column] = here.value;
    slopes[row][column] = alpha * here.slope;
    barrier(CLK_LOCAL_MEM_FENCE);
    uint last = min(first + TILE, n);
    for (int q = 0; q < HELD; q++) {
      uint k = q * TILE + column;
      if (k < D) {
        float part = 0;
        for (uint l = first; l < last; l++) {
          part = fma(values[row][l - first], scores[(ulong)l * D + k], part);
          part = KERNEL == LINEAR
                     ? fma(alpha, own[q], part)
                     : fma(slopes[row][l - first], sources[(ulong)l * D + k] - own[q], part);
        }
        Wide s = two_sum(high[q], part);
        high[q] = s.x;
        low[q] += s.y;
      }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  for (int q = 0; q < HELD; q++) {
    uint k = q * TILE + column;
    if (i < m && k < D) {
      out[((ulong)state * m + i) * D + k] =
          isnan(h.x) ? NAN : quotient(high[q] + low[q], 0.0f, (float)n);
    }
  }
}
#endif

// The terms of the discrepancy with particle i, summed over all j and divided by the power of two
// from n, so that nothing overflows before the mean does; one row to a work-item.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void discrepancy_rows(
    __global const float *x, __global const float *score, __global const float *bandwidths,
    uint states, uint n, float2 shape, __global float *rows) {
  ulong t = get_global_id(0);
  if (t >= (ulong)states * n) {
    return;
  }
  uint state = (uint)(t / n);
  float2 h = (float2)(bandwidths[state], quotient(1.0f, 0.0f, bandwidths[state]));
  __global const float *own = x + t * D;
  __global const float *own_score = score + t * D;
  __global const float *other = x + (ulong)state * n * D;
  __global const float *other_score = score + (ulong)state * n * D;
  Wide sum = wide(0, 0);
  float down = ldexp(1.0f, (int)clz(n - 1) - 32);
  for (uint j = 0; j < n; j++) {
    float r2 = 0;
    float scores = 0;
    float mixed = 0;
    float dots = 0;
    for (int k = 0; k < D; k++) {
      float delta = own[k] - other[k];
      r2 = KERNEL == LINEAR ? fma(own[k], other[k], r2) : fma(delta, delta, r2);
      float scaled = own_score[k] * down;
      scores = fma(scaled, other_score[k], scores);
      mixed = fma(delta * down, own_score[k] - other_score[k], mixed);
      dots = fma(scaled, own[k], fma(other_score[k] * down, other[k], dots));
    }
    Kernel here = kernel_of(r2, h, shape);
    float u;
    if (KERNEL == LINEAR) {
      u = fma(here.value, scores, dots + D * down);
    } else if (KERNEL == RBF) {
      float rest = 2.0f * h.y * (mixed + D * down - 2.0f * (r2 * h.y * down));
      u = here.value == 0 ? 0.0f : here.value * (scores + rest);
    } else {
      float w = fma(r2, h.y, shape.x);
      float first = -(mixed + D * down) * here.slope;
      float part = isinf(w) ? 0.0f : r2 / w;
      float second = 2.0f * (shape.y - 1.0f) * h.y * part * down * here.slope;
      u = fma(here.value, scores, first - second);
    }
    sum = plus(sum, u);
    other += D;
    other_score += D;
  }
  rows[t] = isnan(h.x) ? NAN : narrow(sum);
}
