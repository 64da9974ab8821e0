// Layer norm of one row, whose units lie `step` apart in either memory.

// z <- (z - mean) / deviation. Returns the deviation.
#define NORMALISE(name, space)                                                                \
  INLINE float name(space float *z, uint step, uint width) {                                  \
    Wide total = wide(0, 0);                                                                  \
    for (uint k = 0; k < width; k++) {                                                        \
      total = plus(total, z[k * step]);                                                       \
    }                                                                                         \
    float mean = quotient(total.x, total.y, (float)width);                                    \
    Wide squares = wide(0, 0);                                                                \
    for (uint k = 0; k < width; k++) {                                                        \
      float d = z[k * step] - mean;                                                           \
      squares = plus(squares, d * d);                                                         \
    }                                                                                         \
    float deviation = sqrt((squares.x + squares.y) / (float)width + 1e-5f);                   \
    for (uint k = 0; k < width; k++) {                                                        \
      z[k * step] = (z[k * step] - mean) / deviation;                                         \
    }                                                                                         \
    return deviation;                                                                         \
  }

// With d = delta * gain: to <- (d - mean d - n * mean(d n)) / deviation; to may be delta or n.
#define NORM_BACK(name, space)                                                                \
  INLINE void name(space const float *delta, space const float *n, uint step, uint width,     \
                   __global const float *gain, float deviation, space float *to) {            \
    Wide total = wide(0, 0);                                                                  \
    Wide along = wide(0, 0);                                                                  \
    for (uint k = 0; k < width; k++) {                                                        \
      float d = delta[k * step] * gain[k];                                                    \
      total = plus(total, d);                                                                 \
      along = plus(along, d * n[k * step]);                                                   \
    }                                                                                         \
    float mean = (total.x + total.y) / (float)width;                                          \
    float slope = (along.x + along.y) / (float)width;                                         \
    for (uint k = 0; k < width; k++) {                                                        \
      float d = delta[k * step] * gain[k];                                                    \
      to[k * step] = (d - mean - n[k * step] * slope) / deviation;                            \
    }                                                                                         \
  }
