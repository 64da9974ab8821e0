BETWEEN(between_rows, __global, __global, )

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
