// Few dimensions, many particles. A group has a block of targets, TARGETS to a work-item. Tiles of
// sources go through local memory, where lanes read them together; where targets are few the group
// is cut into slices, each of which takes its share of the sources for the whole block.
#define TILE (8 * GROUP >= PADDED ? 8 * GROUP / PADDED : 1)
#define STAGED (2 * TILE * PADDED)
#define MERGED (GROUP * TARGETS * D)
#define POOL (STAGED > MERGED ? STAGED : MERGED)

__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void direction_blocks(
    __global const float *x, __global const float *score, __global const float *y,
    __global const float *bandwidths, __global const float *alphas, uint n, uint m, uint slices,
    float2 shape, __global float *out) {
  // First tiles, in the end the slices' sums.
  __local float4 pool4[(POOL + 3) / 4];
  __local float *pool = (__local float *)pool4;
  __local float *scores = pool + TILE * PADDED;
  uint id = get_local_id(0);
  uint lanes = GROUP / slices;
  uint slice = id / lanes;
  uint lane = id - slice * lanes;
  uint block = lanes * TARGETS;
  uint blocks = (m + block - 1) / block;
  uint state = get_group_id(0) / blocks;
  uint first_target = (get_group_id(0) - state * blocks) * block;
  float2 h = with_inverse(bandwidths[state]);
  float share = share_below(n);
  float pull = pull_of(alphas[state] * share, h, shape);
  ulong targets = (ulong)state * m;
  ulong sources = (ulong)state * n;
  float target[TARGETS][D];
  float part[TARGETS][D];
  float high[TARGETS][D];
  float low[TARGETS][D];
  UNROLL for (int r = 0; r < TARGETS; r++) {
    ulong i = targets + min(first_target + r * lanes + lane, m - 1);
    UNROLL for (int k = 0; k < D; k++) {
      target[r][k] = y[i * D + k];
      part[r][k] = 0;
      high[r][k] = 0;
      low[r][k] = 0;
    }
  }
  uint held = 0;
  for (uint first = 0; first < n; first += TILE) {
    uint rows = min((uint)TILE, n - first);
    stage_rows(x + (sources + first) * D, rows, 1.0f, pool);
    stage_rows(score + (sources + first) * D, rows, share, scores);
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint j = slice; j < rows; j += slices) {
      add_source(pool + j * PADDED, scores + j * PADDED, target, pull, h, shape, part);
      if (++held == PART) {
        held = 0;
        UNROLL for (int r = 0; r < TARGETS; r++) { add_part(part[r], high[r], low[r]); }
      }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  UNROLL for (int r = 0; r < TARGETS; r++) {
    add_part(part[r], high[r], low[r]);
    UNROLL for (int k = 0; k < D; k++) {
      pool[((slice * TARGETS + r) * lanes + lane) * D + k] = high[r][k] + low[r][k];
    }
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  uint numbers = min(block, m - first_target) * D;
  for (uint e = id; e < numbers; e += GROUP) {
    Wide sum = wide(pool[e], 0);
    for (uint s = 1; s < slices; s++) {
      sum = plus(sum, pool[s * block * D + e]);
    }
    out[(targets + first_target) * D + e] =
        isnan(h.x) ? NAN : mean_of(sum.x + sum.y, n);
  }
}
