// What work-groups that share the particles of a state have in common: rows in local memory, of D
// numbers and as many zeros as fill up float4.
#define PADDED ((D + 3) / 4 * 4)

BETWEEN(between_registers, __private, __private, UNROLL)

// The whole group copies rows that follow one another, times a factor.
INLINE void stage_rows(__global const float *from, uint rows, float factor, __local float *to) {
  for (uint e = get_local_id(0); e < rows * PADDED; e += GROUP) {
    uint row = e / PADDED;
    uint k = e - row * PADDED;
    to[e] = k < D ? from[row * D + k] * factor : 0.0f;
  }
}

INLINE void read_row(__local const float *from, float *to) {
  UNROLL for (int k = 0; k < D; k += 4) {
    float4 v = *(__local const float4 *)(from + k);
    to[k] = v.x;
    if (k + 1 < D) { to[k + 1] = v.y; }
    if (k + 2 < D) { to[k + 2] = v.z; }
    if (k + 3 < D) { to[k + 3] = v.w; }
  }
}

// Targets of a work-item.
#ifndef TARGETS
#define TARGETS 1
#endif

// Adds the term of one source, as it lies in local memory, to the sums at each target.
INLINE void add_source(__local const float *source, __local const float *scores, float target[][D],
                       float pull, float2 h, float2 shape, float part[][D]) {
  float x[D];
  float s[D];
  read_row(source, x);
  read_row(scores, s);
  UNROLL for (int r = 0; r < TARGETS; r++) {
    float r2 = between_registers(x, target[r], 1.0f);
    Kernel here = finite_kernel_of(r2, h, shape, pull);
    if (KERNEL == IMQ && isinf(r2)) {
      here = far_kernel(between_registers(x, target[r], FAR), h, shape);
    }
    UNROLL for (int k = 0; k < D; k++) {
      part[r][k] = fma(here.value, s[k], part[r][k]);
      part[r][k] = KERNEL == LINEAR ? fma(pull, target[r][k], part[r][k])
                                    : fma(here.slope, x[k] - target[r][k], part[r][k]);
    }
  }
}
