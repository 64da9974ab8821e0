// Stein variational gradient descent: a target or a row of the discrepancy to a work-item.
#ifdef SINGLE
BETWEEN(between, __global, __private, UNROLL)

// One target to a work-item, in registers.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void direction_registers(
    __global const float *x, __global const float *score, __global const float *y,
    __global const float *bandwidths, __global const float *alphas, uint states, uint n, uint m,
    float2 shape, __global float *out) {
  ulong t = get_global_id(0);
  if (t >= (ulong)states * m) {
    return;
  }
  uint state = (uint)(t / m);
  float2 h = with_inverse(bandwidths[state]);
  float share = share_below(n);
  float pull = pull_of(alphas[state] * share, h, shape);
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
    Kernel kernel_j = finite_kernel_of(r2, h, shape, pull);
    if (KERNEL == IMQ && isinf(r2)) {
      kernel_j = far_kernel(between(source, target, FAR), h, shape);
    }
    float value = kernel_j.value * share;
    for (int k = 0; k < D; k++) {
      part[k] = fma(value, scores[k], part[k]);
      part[k] = KERNEL == LINEAR ? fma(pull, target[k], part[k])
                                 : fma(kernel_j.slope, source[k] - target[k], part[k]);
    }
    source += D;
    scores += D;
    if ((j & (PART - 1)) == PART - 1 || j == n - 1) {
      add_part(part, high, low);
    }
  }
  for (int k = 0; k < D; k++) {
    out[t * D + k] = isnan(h.x) ? NAN : mean_of(high[k] + low[k], n);
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
  float2 h = with_inverse(bandwidths[state]);
  __global const float *own = x + t * D;
  __global const float *own_score = score + t * D;
  __global const float *other = x + (ulong)state * n * D;
  __global const float *other_score = score + (ulong)state * n * D;
  Wide sum = wide(0, 0);
  float down = share_below(n);
  float pull = pull_of(1.0f, h, shape);
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
    Kernel here = kernel_of(r2, h, shape, pull);
    float u;
    if (KERNEL == LINEAR) {
      u = fma(here.value, scores, dots + D * down);
    } else if (KERNEL == RBF) {
      float rest = 2.0f * (h.y * (mixed + D * down - 2.0f * (r2 * h.y * down)));
      u = here.value == 0 ? 0.0f : here.value * (scores + rest);
    } else {
      float w = fma(r2, h.y, shape.x);
      float first = -(mixed + D * down) * here.slope;
      float part = isinf(w) ? 0.0f : r2 / w;
      float second =
          part == 0 ? 0.0f : 2.0f * (shape.y - 1.0f) * h.y * part * down * here.slope;
      u = fma(here.value, scores, first - second);
    }
    sum = plus(sum, u);
    other += D;
    other_score += D;
  }
  rows[t] = isnan(h.x) ? NAN : narrow(sum);
}
