// Many dimensions, as products of matrices go: SIDE targets by SIDE sources to a tile, which a group
// of TILE * TILE work-items takes in two steps. Distances first, each work-item those of two
// targets and two sources; their kernels go to local memory. Then the sums over the sources, each
// work-item those of ROWS targets and four neighbouring dimensions of each chunk.
#define SIDE (2 * TILE)

// Dimensions go through local memory in chunks of at most 4 * TILE, as alike as float4 allow.
#define CHUNKS ((D + 4 * TILE - 1) / (4 * TILE))
#define WIDTH (((D + CHUNKS - 1) / CHUNKS + 3) / 4 * 4)

// Odd in float4, so that neighbouring rows start in different banks.
#define STRIDE ((WIDTH / 4) | 1)

// Chunks whose sums a group keeps in registers; where there are more, other groups, by bands, take
// the distances again for theirs. SteinDirection.java counts bands alike.
#define BAND 4
#define BANDS ((CHUNKS + BAND - 1) / BAND)
#define HELD (CHUNKS < BAND ? CHUNKS : BAND)

// Work-items side by side in the second step; at most half of them have nothing to do.
#define QUADS (WIDTH > 2 * TILE ? TILE : TILE / 2)
#define ROWS (2 * QUADS / TILE)

BETWEEN(between_rows, __global, __global, )

// One chunk of SIDE rows from `first`, times a factor; beyond the last row that row again, beyond D
// zeros.
INLINE void stage_chunk(__global const float *from, uint first, uint rows, uint chunk,
                        float factor, __local float *to) {
  for (uint e = get_local_id(0); e < SIDE * WIDTH; e += GROUP) {
    uint row = e / WIDTH;
    uint k = e - row * WIDTH;
    uint dimension = chunk * WIDTH + k;
    to[row * (4 * STRIDE) + k] =
        dimension < D ? from[(ulong)min(first + row, rows - 1) * D + dimension] * factor : 0.0f;
  }
}

INLINE float add_between(float4 x, float4 y, float sum) {
  if (KERNEL != LINEAR) {
    x -= y;
    y = x;
  }
  return fma(x.w, y.w, fma(x.z, y.z, fma(x.y, y.y, fma(x.x, y.x, sum))));
}

__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void direction_tiles(
    __global const float *x, __global const float *score, __global const float *y,
    __global const float *bandwidths, __global const float *alphas, uint n, uint m, float2 shape,
    __global float *out) {
  __local float4 sources[SIDE * STRIDE];
  // Targets, then scores.
  __local float4 others[SIDE * STRIDE];
  // By source and pair of targets: value and slope of one, value and slope of the other.
  __local float4 kernels[SIDE * (TILE + 1)];
  uint id = get_local_id(0);
  uint row = id / TILE;
  uint column = id - row * TILE;
  uint line = id / QUADS;
  uint place = id - line * QUADS;
  uint quad = min(place, (uint)WIDTH / 4 - 1);
  uint blocks = (m + SIDE - 1) / SIDE;
  uint block = get_group_id(0) / BANDS;
  uint band = get_group_id(0) - block * BANDS;
  uint state = block / blocks;
  uint first_target = (block - state * blocks) * SIDE;
  float2 h = with_inverse(bandwidths[state]);
  float share = share_below(n);
  float pull = pull_of(alphas[state] * share, h, shape);
  x += (ulong)state * n * D;
  score += (ulong)state * n * D;
  y += (ulong)state * m * D;
  float own[HELD][ROWS][4];
  float high[HELD][ROWS][4];
  float low[HELD][ROWS][4];
  UNROLL for (int q = 0; q < HELD; q++) {
    UNROLL for (int r = 0; r < ROWS; r++) {
      ulong i = min(first_target + line * ROWS + r, m - 1);
      UNROLL for (int c = 0; c < 4; c++) {
        uint k = (band * BAND + q) * WIDTH + 4 * quad + c;
        own[q][r][c] = y[i * D + min(k, (uint)D - 1)];
        high[q][r][c] = 0;
        low[q][r][c] = 0;
      }
    }
  }
  for (uint first = 0; first < n; first += SIDE) {
    float r2[2][2] = {{0, 0}, {0, 0}};
    for (uint chunk = 0; chunk < CHUNKS; chunk++) {
      barrier(CLK_LOCAL_MEM_FENCE);
      stage_chunk(x, first, n, chunk, 1.0f, (__local float *)sources);
      stage_chunk(y, first_target, m, chunk, 1.0f, (__local float *)others);
      barrier(CLK_LOCAL_MEM_FENCE);
      for (uint k = 0; k < WIDTH / 4; k++) {
        float4 x0 = sources[column * STRIDE + k];
        float4 x1 = sources[(column + TILE) * STRIDE + k];
        float4 y0 = others[2 * row * STRIDE + k];
        float4 y1 = others[(2 * row + 1) * STRIDE + k];
        r2[0][0] = add_between(x0, y0, r2[0][0]);
        r2[0][1] = add_between(x0, y1, r2[0][1]);
        r2[1][0] = add_between(x1, y0, r2[1][0]);
        r2[1][1] = add_between(x1, y1, r2[1][1]);
      }
    }
    UNROLL for (int s = 0; s < 2; s++) {
      uint j = first + column + s * TILE;
      // Number by number: oclgrind does not know a float4 put together.
      __local float *to = (__local float *)&kernels[(column + s * TILE) * (TILE + 1) + row];
      UNROLL for (int t = 0; t < 2; t++) {
        Kernel here = finite_kernel_of(r2[s][t], h, shape, pull);
        if (KERNEL == IMQ && isinf(r2[s][t])) {
          uint i = min(first_target + 2 * row + t, m - 1);
          float far = between_rows(x + (ulong)min(j, n - 1) * D, y + (ulong)i * D, FAR);
          here = far_kernel(far, h, shape);
        }
        float slope = KERNEL == LINEAR ? pull : here.slope;
        to[2 * t] = j < n ? here.value : 0.0f;
        to[2 * t + 1] = j < n ? slope : 0.0f;
      }
    }
    UNROLL for (int q = 0; q < HELD; q++) {
      uint chunk = band * BAND + q;
      barrier(CLK_LOCAL_MEM_FENCE);
      if (CHUNKS > 1) {
        stage_chunk(x, first, n, chunk, 1.0f, (__local float *)sources);
      }
      stage_chunk(score, first, n, chunk, share, (__local float *)others);
      barrier(CLK_LOCAL_MEM_FENCE);
      float part[ROWS][4];
      UNROLL for (int r = 0; r < ROWS; r++) {
        UNROLL for (int c = 0; c < 4; c++) { part[r][c] = 0; }
      }
      for (uint j = 0; j < SIDE; j++) {
        float4 x4 = sources[j * STRIDE + quad];
        float4 s4 = others[j * STRIDE + quad];
        float source[4] = {x4.x, x4.y, x4.z, x4.w};
        float scores[4] = {s4.x, s4.y, s4.z, s4.w};
        float4 two = kernels[j * (TILE + 1) + line * ROWS / 2];
        bool second = ROWS == 1 && (line & 1) == 1;
        float value[2] = {second ? two.z : two.x, two.z};
        float slope[2] = {second ? two.w : two.y, two.w};
        UNROLL for (int r = 0; r < ROWS; r++) {
          UNROLL for (int c = 0; c < 4; c++) {
            float along = KERNEL == LINEAR ? own[q][r][c] : source[c] - own[q][r][c];
            part[r][c] = fma(slope[r], along, fma(value[r], scores[c], part[r][c]));
          }
        }
      }
      UNROLL for (int r = 0; r < ROWS; r++) {
        UNROLL for (int c = 0; c < 4; c++) {
          Wide s = two_sum(high[q][r][c], part[r][c]);
          high[q][r][c] = s.x;
          low[q][r][c] += s.y;
        }
      }
    }
  }
  UNROLL for (int q = 0; q < HELD; q++) {
    UNROLL for (int r = 0; r < ROWS; r++) {
      uint i = first_target + line * ROWS + r;
      UNROLL for (int c = 0; c < 4; c++) {
        uint k = (band * BAND + q) * WIDTH + 4 * quad + c;
        if (i < m && k < D && place == quad) {
          out[(ulong)i * D + (ulong)state * m * D + k] =
              isnan(h.x) ? NAN : mean_of(high[q][r][c] + low[q][r][c], n);
        }
      }
    }
  }
}
