// Layers of small networks, by one group on one tile of rows in local memory. Matrices lie there unit
// by unit, so that neighbours have neighbouring rows and share weights, which are read where they
// are; only the gradient by weights wants units row by row.
#ifdef SINGLE
#define LANES 1
#define ROWS_HELD 16
#define UNITS_HELD 8
#define INPUTS_HELD 16
#define STRIDE(count) (((count) + 15) & ~15u)
#else
#define LANES (GROUP < 16 ? GROUP : 16)
#define ROWS_HELD 1
#define UNITS_HELD 4
#define INPUTS_HELD 4
// Odd, so that lines of work-items meet different banks.
#define STRIDE(count) ((count) | 1)
#endif
#define LINES (GROUP / LANES)
// As in NetworkSmall.java.
#define POOL 8192
#define CHUNK 64

// sums <- a b for rows of a from `row` on and every LANES-th column of b from `column` on.
#ifdef SINGLE
// In vectors, which compilers do not make of loops here. Beyond the last column lies more of the
// pool; what becomes of that is dropped.
#define PRODUCT(name, space, columns_held)                                                      \
  INLINE void name(space const float *a, uint a_row, uint a_step, uint rows, uint row,          \
                   __local const float *b, uint b_step, uint columns, uint column, uint depth,  \
                   float sums[UNITS_HELD][columns_held]) {                                      \
    space const float *from[UNITS_HELD];                                                        \
    _Pragma("unroll") for (int i = 0; i < UNITS_HELD; i++) {                                    \
      from[i] = a + min(row + i, rows - 1) * a_row;                                             \
    }                                                                                           \
    for (uint j = 0; j < columns_held; j += SINGLE) {                                           \
      Vector held[UNITS_HELD];                                                                  \
      _Pragma("unroll") for (int i = 0; i < UNITS_HELD; i++) { held[i] = 0; }                   \
      for (uint k = 0; k < depth; k++) {                                                        \
        Vector right = LOAD_VECTOR(0, b + (k * b_step + column + j));                           \
        _Pragma("unroll") for (int i = 0; i < UNITS_HELD; i++) {                                \
          held[i] = fma((Vector)(from[i][k * a_step]), right, held[i]);                         \
        }                                                                                       \
      }                                                                                         \
      _Pragma("unroll") for (int i = 0; i < UNITS_HELD; i++) {                                  \
        STORE_VECTOR(held[i], 0, sums[i] + j);                                                  \
      }                                                                                         \
    }                                                                                           \
  }
#else
#define PRODUCT(name, space, columns_held)                                                      \
  INLINE void name(space const float *a, uint a_row, uint a_step, uint rows, uint row,          \
                   __local const float *b, uint b_step, uint columns, uint column, uint depth,  \
                   float sums[UNITS_HELD][columns_held]) {                                      \
    space const float *from[UNITS_HELD];                                                        \
    uint at[columns_held];                                                                      \
    UNROLL for (int i = 0; i < UNITS_HELD; i++) {                                               \
      from[i] = a + min(row + i, rows - 1) * a_row;                                             \
      UNROLL for (int j = 0; j < columns_held; j++) { sums[i][j] = 0; }                         \
    }                                                                                           \
    UNROLL for (int j = 0; j < columns_held; j++) { at[j] = min(column + j * LANES, columns - 1); } \
    for (uint k = 0; k < depth; k++) {                                                          \
      UNROLL for (int i = 0; i < UNITS_HELD; i++) {                                             \
        float left = from[i][k * a_step];                                                       \
        UNROLL for (int j = 0; j < columns_held; j++) {                                         \
          sums[i][j] = fma(left, b[k * b_step + at[j]], sums[i][j]);                            \
        }                                                                                       \
      }                                                                                         \
    }                                                                                           \
  }
#endif
PRODUCT(by_weights, __global, ROWS_HELD)
PRODUCT(by_rows, __local, INPUTS_HELD)

// What the activation of a unit is applied to; gains are followed by as many shifts.
INLINE float shifted(bool norm, __global const float *gains, uint width, uint k, float sum) {
  return norm ? fma(gains[k], sum, gains[width + k]) : sum;
}

// Each block of a matrix to a line of work-items: `row` and `column` are where a work-item starts.
#define FOR_EACH_BLOCK(rows, columns, columns_held)                                               \
  uint line = get_local_id(0) / LANES;                                                            \
  uint lane = get_local_id(0) - line * LANES;                                                     \
  uint across = ((columns) + LANES * columns_held - 1) / (LANES * columns_held);                  \
  uint blocks = across * (((rows) + UNITS_HELD - 1) / UNITS_HELD);                                \
  for (uint block = line, row, column; block < blocks; block += LINES)                            \
    if (row = block / across * UNITS_HELD,                                                        \
        column = (block - block / across * across) * (LANES * columns_held) + lane,               \
        column < (columns))

// z <- W x + b, or in later chunks of the inputs z + W x.
INLINE void pass_forward(__global const float *weights, uint in, __global const float *bias,
                         bool first, uint out, __local const float *x, uint depth, uint rows,
                         uint stride, __local float *z) {
  FOR_EACH_BLOCK(out, rows, ROWS_HELD) {
    float sums[UNITS_HELD][ROWS_HELD];
    by_weights(weights, in, 1, out, row, x, stride, rows, column, depth, sums);
    UNROLL for (int i = 0; i < UNITS_HELD; i++) {
      UNROLL for (int j = 0; j < ROWS_HELD; j++) {
        uint r = column + j * LANES;
        if (row + i < out && r < rows) {
          uint at = (row + i) * stride + r;
          z[at] = sums[i][j] + (first ? bias[row + i] : z[at]);
        }
      }
    }
  }
}

// Gradient by what the activation below is applied to; without norm in the place of the sums there.
INLINE void pass_back(__global const float *weights, uint in, uint out, __local const float *deltas,
                      uint rows, uint stride, uint activation, bool norm,
                      __global const float *gains, __local const float *below, __local float *to) {
  FOR_EACH_BLOCK(in, rows, ROWS_HELD) {
    float sums[UNITS_HELD][ROWS_HELD];
    by_weights(weights, 1, in, in, row, deltas, stride, rows, column, out, sums);
    UNROLL for (int i = 0; i < UNITS_HELD; i++) {
      UNROLL for (int j = 0; j < ROWS_HELD; j++) {
        uint r = column + j * LANES;
        if (row + i < in && r < rows) {
          uint at = (row + i) * stride + r;
          float sum = shifted(norm, gains, in, row + i, below[at]);
          to[at] = sums[i][j] * slope_of(activation, sum);
        }
      }
    }
  }
}

// The gradient by a chunk of the weights, and with the first one by the bias; tiles after a group's
// first one add to it.
INLINE void learn(__local const float *deltas, uint stride, uint out, __local const float *x,
                  uint depth, uint rows, bool adds, __global float *gradient, uint in,
                  bool with_bias, __global float *bias) {
  {
    FOR_EACH_BLOCK(out, depth, INPUTS_HELD) {
      float sums[UNITS_HELD][INPUTS_HELD];
      by_rows(deltas, stride, 1, out, row, x, STRIDE(depth), depth, column, rows, sums);
      UNROLL for (int i = 0; i < UNITS_HELD; i++) {
        UNROLL for (int j = 0; j < INPUTS_HELD; j++) {
          uint c = column + j * LANES;
          if (row + i < out && c < depth) {
            __global float *to = gradient + ((row + i) * in + c);
            *to = adds ? *to + sums[i][j] : sums[i][j];
          }
        }
      }
    }
  }
  for (uint o = get_local_id(0); with_bias && o < out; o += GROUP) {
    float sum = 0;
    for (uint r = 0; r < rows; r++) {
      sum += deltas[o * stride + r];
    }
    bias[o] = adds ? bias[o] + sum : sum;
  }
}

// A chunk of what a layer reads, inputs or f of the sums below; x[unit * unit_step + row * row_step].
INLINE void stage(bool inputs, __global const float *rows_in, uint in, __local const float *sums,
                  uint stride, bool norm, __global const float *gains, uint activation, uint depth,
                  uint rows, uint unit_step, uint row_step, __local float *x) {
  uint line = get_local_id(0) / LANES;
  uint lane = get_local_id(0) - line * LANES;
  if (inputs) {
    for (uint r = line; r < rows; r += LINES) {
      for (uint k = lane; k < depth; k += LANES) {
        x[k * unit_step + r * row_step] = rows_in[r * in + k];
      }
    }
  } else if (activation == RELU) {
    // Apart, as compilers make vectors of it.
    for (uint k = line; k < depth; k += LINES) {
      for (uint r = lane; r < rows; r += LANES) {
        float sum = shifted(norm, gains, depth, k, sums[k * stride + r]);
        x[k * unit_step + r * row_step] = activated(RELU, sum);
      }
    }
  } else {
    for (uint k = line; k < depth; k += LINES) {
      for (uint r = lane; r < rows; r += LANES) {
        float sum = shifted(norm, gains, depth, k, sums[k * stride + r]);
        x[k * unit_step + r * row_step] = activated(activation, sum);
      }
    }
  }
  barrier(CLK_LOCAL_MEM_FENCE);
}

// Sums of a layer that are normalised, with the rows' deviations after them.
INLINE void normalise(__local float *z, uint width, uint rows, uint stride) {
  for (uint r = get_local_id(0); r < rows; r += GROUP) {
    z[width * stride + r] = normalise_units(z + r, stride, width);
  }
  barrier(CLK_LOCAL_MEM_FENCE);
}

// Gradients by gains and shifts; then in the place of the normal sums the one by the sums.
INLINE void learn_norm(__local const float *deltas, __local float *normal, uint width, uint rows,
                       uint stride, bool adds, __global const float *gains,
                       __global float *gradient) {
  for (uint k = get_local_id(0); k < width; k += GROUP) {
    Wide by_gain = wide(0, 0);
    Wide by_shift = wide(0, 0);
    for (uint at = k * stride; at < k * stride + rows; at++) {
      by_gain = plus(by_gain, deltas[at] * normal[at]);
      by_shift = plus(by_shift, deltas[at]);
    }
    gradient[k] = narrow(by_gain) + (adds ? gradient[k] : 0.0f);
    gradient[width + k] = narrow(by_shift) + (adds ? gradient[width + k] : 0.0f);
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  for (uint r = get_local_id(0); r < rows; r += GROUP) {
    norm_units_back(deltas + r, normal + r, stride, width, gains, normal[width * stride + r]);
  }
  barrier(CLK_LOCAL_MEM_FENCE);
}
