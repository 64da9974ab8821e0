// Multi-layer perceptrons, forward and backward. Every layer is a product of matrices, taken in
// tiles of TILE_ROWS x TILE_COLUMNS through local memory; a work-item holds HELD_ROWS x HELD_COLUMNS.
#ifdef SINGLE
#define SIDE 1
#define HELD_ROWS 8
#define HELD_COLUMNS 16
#else
#define SIDE (GROUP >= 256 ? 16 : GROUP >= 64 ? 8 : GROUP >= 16 ? 4 : GROUP >= 4 ? 2 : 1)
#define HELD_ROWS 4
#define HELD_COLUMNS 4
#endif
#define LINES (GROUP / SIDE)
#define TILE_ROWS (LINES * HELD_ROWS)
#define TILE_COLUMNS (SIDE * HELD_COLUMNS)
#define DEPTH 16

// Terms that are added one after the other; sums of so many are then added up.
#define TERMS 256

// From one k to the next in local memory; on GPUs so that neither rows nor columns share a bank.
#ifdef SINGLE
#define ROW_STRIDE TILE_ROWS
#define COLUMN_STRIDE TILE_COLUMNS
#else
#define ROW_STRIDE (TILE_ROWS + 2)
#define COLUMN_STRIDE (TILE_COLUMNS + 2)
#endif

// A matrix of any order.
typedef struct {
  __global const float *at;
  uint row_step;
  uint column_step;
} Matrix;

INLINE float element(Matrix m, uint row, uint column) {
  return m.at[(ulong)row * m.row_step + (ulong)column * m.column_step];
}

// sums <- sums + a tile of a b: rows of a by columns of b, with k from `first` to `end`. Column `ones`
// of b is 1 where there is one.
INLINE void add_product(Matrix a, uint rows, Matrix b, uint columns, uint ones, uint first,
                         uint end, uint row, uint column, __local float *as, __local float *bs,
                         float sums[HELD_ROWS][HELD_COLUMNS]) {
  uint id = get_local_id(0);
  uint line = id / SIDE;
  for (uint from = first; from < end; from += DEPTH) {
    uint depth = min((uint)DEPTH, end - from);
    for (uint e = id; e < DEPTH * TILE_ROWS; e += GROUP) {
      uint across = a.column_step == 1 ? DEPTH : TILE_ROWS;
      uint high = e / across;
      uint low = e - high * across;
      uint r = a.column_step == 1 ? high : low;
      uint k = a.column_step == 1 ? low : high;
      as[k * ROW_STRIDE + r] =
          k < depth && row + r < rows ? element(a, row + r, from + k) : 0.0f;
    }
    for (uint e = id; e < DEPTH * TILE_COLUMNS; e += GROUP) {
      uint across = b.row_step == 1 ? DEPTH : TILE_COLUMNS;
      uint high = e / across;
      uint low = e - high * across;
      uint c = b.row_step == 1 ? high : low;
      uint k = b.row_step == 1 ? low : high;
      float v = 0.0f;
      if (k < depth && column + c < columns) {
        v = column + c == ones ? 1.0f : element(b, from + k, column + c);
      }
      bs[k * COLUMN_STRIDE + c] = v;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
#ifdef SINGLE
    // In vectors, which compilers do not make of the loops below.
    for (uint j = 0; j < HELD_COLUMNS; j += SINGLE) {
      Vector held[HELD_ROWS];
      _Pragma("unroll") for (int i = 0; i < HELD_ROWS; i++) {
        held[i] = LOAD_VECTOR(0, sums[i] + j);
      }
      for (uint k = 0; k < DEPTH; k++) {
        Vector right = LOAD_VECTOR(0, bs + (k * COLUMN_STRIDE + j));
        _Pragma("unroll") for (int i = 0; i < HELD_ROWS; i++) {
          held[i] = fma((Vector)(as[k * ROW_STRIDE + line * HELD_ROWS + i]), right, held[i]);
        }
      }
      _Pragma("unroll") for (int i = 0; i < HELD_ROWS; i++) {
        STORE_VECTOR(held[i], 0, sums[i] + j);
      }
    }
#else
    uint lane = id - line * SIDE;
    for (uint k = 0; k < DEPTH; k++) {
      float left[HELD_ROWS];
      UNROLL for (int i = 0; i < HELD_ROWS; i++) {
        left[i] = as[k * ROW_STRIDE + line * HELD_ROWS + i];
      }
      UNROLL for (int i = 0; i < HELD_ROWS; i++) {
        UNROLL for (int j = 0; j < HELD_COLUMNS; j++) {
          sums[i][j] = fma(left[i], bs[k * COLUMN_STRIDE + lane + j * SIDE], sums[i][j]);
        }
      }
    }
#endif
    barrier(CLK_LOCAL_MEM_FENCE);
  }
}

// The same with an error that hardly grows with the number of terms.
INLINE void tile_product(Matrix a, uint rows, Matrix b, uint columns, uint ones, uint first,
                         uint end, uint row, uint column, __local float *as, __local float *bs,
                         float sums[HELD_ROWS][HELD_COLUMNS]) {
  for (uint from = first; from < end; from += TERMS) {
    float part[HELD_ROWS][HELD_COLUMNS] = {{0}};
    add_product(a, rows, b, columns, ones, from, min(end, from + TERMS), row, column, as, bs, part);
    UNROLL for (int i = 0; i < HELD_ROWS; i++) {
      UNROLL for (int j = 0; j < HELD_COLUMNS; j++) { sums[i][j] += part[i][j]; }
    }
  }
}

// z = W x + b of a layer, and f(z) where there is an activation: networks x tiles of rows x tiles of
// units. With targets: errors z - t, the loss's terms and its gradient instead of f(z).
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void layer_forward(
    __global const float *inputs, uint input_step, __global const float *parameters,
    uint parameter_step, uint weights, uint bias, uint batch, uint in, uint out, uint activation,
    __global float *sums_out, __global float *units_out, uint learns,
    __global const float *targets, uint target_step, uint has_weight,
    __global const float *row_weights, uint has_errors, __global float *errors, float delta,
    float share, __global float *terms) {
  __local float as[DEPTH * ROW_STRIDE];
  __local float bs[DEPTH * COLUMN_STRIDE];
  uint across = (out + TILE_COLUMNS - 1) / TILE_COLUMNS;
  uint down = (batch + TILE_ROWS - 1) / TILE_ROWS;
  uint tile = get_group_id(0);
  uint network = tile / (across * down);
  tile -= network * (across * down);
  uint tile_row = tile / across;
  uint row = tile_row * TILE_ROWS;
  uint column = (tile - tile_row * across) * TILE_COLUMNS;
  __global const float *own = parameters + (ulong)network * parameter_step;
  Matrix x = {inputs + (ulong)network * input_step, in, 1};
  Matrix w = {own + weights, 1, in};
  float sums[HELD_ROWS][HELD_COLUMNS] = {{0}};
  tile_product(x, batch, w, out, out, 0, in, row, column, as, bs, sums);
  uint line = get_local_id(0) / SIDE;
  uint lane = get_local_id(0) - line * SIDE;
  UNROLL for (int i = 0; i < HELD_ROWS; i++) {
    UNROLL for (int j = 0; j < HELD_COLUMNS; j++) {
      uint r = row + line * HELD_ROWS + i;
      uint c = column + lane + j * SIDE;
      if (r < batch && c < out) {
        ulong at = ((ulong)network * batch + r) * out + c;
        float z = sums[i][j] + own[bias + c];
        if (learns) {
          float e = z - targets[(ulong)network * target_step + (ulong)r * out + c];
          float weight = has_weight ? row_weights[r] * share : share;
          if (has_errors) {
            errors[at] = e;
          }
          terms[at] = weight * cost_of(e, delta);
          units_out[at] = weight * cost_slope(e, delta);
        } else {
          sums_out[at] = z;
          if (activation != IDENTITY) {
            units_out[at] = activated(activation, z);
          }
        }
      }
    }
  }
}

// From the gradient by a layer's sums: first the groups for its parameters, networks x splits of
// the batch x tiles of W with b as one more column; then those for what comes from below,
// networks x tiles of rows x tiles of units, times the slope of the activation there.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void layer_backward(
    __global const float *deltas, __global const float *inputs, uint input_step,
    __global const float *parameters, uint parameter_step, uint weights, uint bias, uint batch,
    uint in, uint out, uint networks, uint split_rows, uint learning_groups,
    __global float *gradients, uint activation, __global const float *sums_below,
    __global float *deltas_below) {
  __local float as[DEPTH * ROW_STRIDE];
  __local float bs[DEPTH * COLUMN_STRIDE];
  uint group = get_group_id(0);
  bool learning = group < learning_groups;
  uint tile = learning ? group : group - learning_groups;
  uint rows = learning ? out : batch;
  uint columns = learning ? in + 1 : in;
  uint across = (columns + TILE_COLUMNS - 1) / TILE_COLUMNS;
  uint down = (rows + TILE_ROWS - 1) / TILE_ROWS;
  uint sheet = tile / (across * down);
  tile -= sheet * (across * down);
  uint tile_row = tile / across;
  uint row = tile_row * TILE_ROWS;
  uint column = (tile - tile_row * across) * TILE_COLUMNS;
  uint split = learning ? sheet / networks : 0;
  uint network = sheet - split * networks;
  __global const float *delta = deltas + (ulong)network * batch * out;
  __global const float *own = parameters + (ulong)network * parameter_step + weights;
  __global const float *x = inputs + (ulong)network * input_step;
  Matrix a = {delta, learning ? 1 : out, learning ? out : 1};
  Matrix b = {learning ? x : own, in, 1};
  uint first = split * split_rows;
  uint end = learning ? min(batch, first + split_rows) : out;
  float sums[HELD_ROWS][HELD_COLUMNS] = {{0}};
  tile_product(a, rows, b, columns, in, first, end, row, column, as, bs, sums);
  uint line = get_local_id(0) / SIDE;
  uint lane = get_local_id(0) - line * SIDE;
  UNROLL for (int i = 0; i < HELD_ROWS; i++) {
    UNROLL for (int j = 0; j < HELD_COLUMNS; j++) {
      uint r = row + line * HELD_ROWS + i;
      uint c = column + lane + j * SIDE;
      if (r < rows && c < columns) {
        if (learning) {
          ulong to = ((ulong)split * networks + network) * parameter_step;
          gradients[to + (c == in ? bias + r : weights + r * in + c)] = sums[i][j];
        } else {
          ulong at = ((ulong)network * batch + r) * in + c;
          float slope = activation == IDENTITY ? 1.0f : slope_of(activation, sums_below[at]);
          deltas_below[at] = sums[i][j] * slope;
        }
      }
    }
  }
}
