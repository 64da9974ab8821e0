// Small networks: a group takes a tile of rows of one network through all layers and back in local
// memory. Matrices lie there unit by unit, so that neighbours have neighbouring rows and share
// weights, which are read where they are; only the gradient by weights wants units row by row.
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
    float16 held[UNITS_HELD];                                                                   \
    _Pragma("unroll") for (int i = 0; i < UNITS_HELD; i++) {                                    \
      from[i] = a + min(row + i, rows - 1) * a_row;                                             \
      held[i] = 0;                                                                              \
    }                                                                                           \
    for (uint k = 0; k < depth; k++) {                                                          \
      float16 right = vload16(0, b + (k * b_step + column));                                    \
      _Pragma("unroll") for (int i = 0; i < UNITS_HELD; i++) {                                  \
        held[i] = fma((float16)(from[i][k * a_step]), right, held[i]);                          \
      }                                                                                         \
    }                                                                                           \
    _Pragma("unroll") for (int i = 0; i < UNITS_HELD; i++) { vstore16(held[i], 0, sums[i]); }   \
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

// In the place of the sums of the layer below: the gradient by them.
INLINE void pass_back(__global const float *weights, uint in, uint out, __local const float *deltas,
                      uint rows, uint stride, uint activation, __local float *below) {
  FOR_EACH_BLOCK(in, rows, ROWS_HELD) {
    float sums[UNITS_HELD][ROWS_HELD];
    by_weights(weights, 1, in, in, row, deltas, stride, rows, column, out, sums);
    UNROLL for (int i = 0; i < UNITS_HELD; i++) {
      UNROLL for (int j = 0; j < ROWS_HELD; j++) {
        uint r = column + j * LANES;
        if (row + i < in && r < rows) {
          uint at = (row + i) * stride + r;
          below[at] = sums[i][j] * slope_of(activation, below[at]);
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
                  uint stride, uint activation, uint depth, uint rows, uint unit_step,
                  uint row_step, __local float *x) {
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
        x[k * unit_step + r * row_step] = activated(RELU, sums[k * stride + r]);
      }
    }
  } else {
    for (uint k = line; k < depth; k += LINES) {
      for (uint r = lane; r < rows; r += LANES) {
        x[k * unit_step + r * row_step] = activated(activation, sums[k * stride + r]);
      }
    }
  }
  barrier(CLK_LOCAL_MEM_FENCE);
}

// Width number l: inputs, hidden layers in eight bits each, outputs.
INLINE uint width_of(uint l, uint layers, uint inputs, ulong hidden, uint outputs) {
  return l == 0 ? inputs : l == layers ? outputs : (uint)(hidden >> (8 * (l - 1))) & 255;
}

// networks x splits groups, tile by tile: errors, terms of the loss and the group's part of the
// gradient.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void small_pass(
    __global const float *inputs, uint input_step, __global const float *parameters,
    uint parameter_step, uint layers, uint width_in, ulong hidden, uint width_out,
    uint activation, uint batch, uint tile_rows, uint tiles, uint networks, uint splits,
    __global const float *targets, uint target_step, uint has_weight,
    __global const float *row_weights, uint has_errors, __global float *errors, float delta,
    float share, __global float *terms, __global float *parts) {
  __local float pool[POOL];
  uint id = get_local_id(0);
  uint split = get_group_id(0) / networks;
  uint network = get_group_id(0) - split * networks;
  uint stride = STRIDE(tile_rows);
  __global const float *own = parameters + (ulong)network * parameter_step;
  __global float *part = parts + (ulong)get_group_id(0) * parameter_step;
  __local float *slots = pool + CHUNK * stride;
#ifdef SINGLE
  // Vectors reach beyond what was written; oclgrind reports that even where it is dropped.
  for (uint e = id; e < POOL; e += GROUP) {
    pool[e] = 0;
  }
  barrier(CLK_LOCAL_MEM_FENCE);
#endif
  for (uint tile = split; tile < tiles; tile += splits) {
    uint first = tile * tile_rows;
    uint rows = min(tile_rows, batch - first);
    __global const float *x = inputs + (ulong)network * input_step + first * width_in;
    uint at = 0;
    uint in = width_in;
    uint out = 0;
    __local float *below = slots;
    __local float *z = slots;
    for (uint l = 0; l < layers; l++) {
      out = width_of(l + 1, layers, width_in, hidden, width_out);
      for (uint from = 0; from < in; from += CHUNK) {
        uint depth = min(in - from, (uint)CHUNK);
        stage(l == 0, x + from, in, below, stride, activation, depth, rows, stride, 1, pool);
        pass_forward(own + at + from, in, own + at + in * out, from == 0, out, pool, depth, rows,
                     stride, z);
        barrier(CLK_LOCAL_MEM_FENCE);
      }
      at += (in + 1) * out;
      in = out;
      below = z;
      z += out * stride;
    }
    __local float *deltas = below;
    for (uint e = id; e < rows * out; e += GROUP) {
      uint r = e / out;
      uint o = e - r * out;
      ulong to = ((ulong)network * batch + first) * out + e;
      float miss = deltas[o * stride + r] - targets[(ulong)network * target_step + first * out + e];
      float weight = has_weight ? row_weights[first + r] * share : share;
      if (has_errors) {
        errors[to] = miss;
      }
      terms[to] = weight * cost_of(miss, delta);
      deltas[o * stride + r] = weight * cost_slope(miss, delta);
    }
    for (uint l = layers; l-- > 0;) {
      in = width_of(l, layers, width_in, hidden, width_out);
      at -= (in + 1) * out;
      below = l > 0 ? deltas - in * stride : deltas;
      for (uint from = 0; from < in; from += CHUNK) {
        uint depth = min(in - from, (uint)CHUNK);
        stage(l == 0, x + from, in, below, stride, activation, depth, rows, 1, STRIDE(depth), pool);
        learn(deltas, stride, out, pool, depth, rows, tile != split, part + at + from, in,
              from == 0, part + at + in * out);
        if (l > 0) {
          pass_back(own + at, in, out, deltas, rows, stride, activation, below);
        }
        barrier(CLK_LOCAL_MEM_FENCE);
      }
      deltas = below;
      out = in;
    }
  }
}
