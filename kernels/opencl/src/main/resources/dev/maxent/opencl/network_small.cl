// Small networks: a group takes a tile of rows of one network through all layers and back in local
// memory.

// Width number l: inputs, hidden layers in eight bits each, outputs.
INLINE uint width_of(uint l, uint layers, uint inputs, ulong hidden, uint outputs) {
  return l == 0 ? inputs : l == layers ? outputs : (uint)(hidden >> (8 * (l - 1))) & 255;
}

// networks x splits groups, tile by tile: errors, terms of the loss and the group's part of the
// gradient.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void small_pass(
    __global const float *inputs, uint input_step, __global const float *parameters,
    uint parameter_step, uint layers, uint width_in, ulong hidden, uint width_out,
    uint activation, uint norm, uint batch, uint tile_rows, uint tiles, uint networks, uint splits,
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
  // With layer norm, deltas do not go where the normal sums still are.
  __local float *spare = pool + CHUNK * stride;
  __local float *slots = spare + (norm ? CHUNK * stride : 0);
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
    __global const float *gains = own;
    __local float *below = slots;
    __local float *z = slots;
    for (uint l = 0; l < layers; l++) {
      out = width_of(l + 1, layers, width_in, hidden, width_out);
      for (uint from = 0; from < in; from += CHUNK) {
        uint depth = min(in - from, (uint)CHUNK);
        stage(l == 0, x + from, in, below, stride, norm, gains, activation, depth, rows, stride, 1,
              pool);
        pass_forward(own + at + from, in, own + at + in * out, from == 0, out, pool, depth, rows,
                     stride, z);
        barrier(CLK_LOCAL_MEM_FENCE);
      }
      bool normal = norm && l + 1 < layers;
      if (normal) {
        normalise(z, out, rows, stride);
      }
      at += (in + 1) * out;
      gains = own + at;
      at += normal ? 2 * out : 0;
      in = out;
      below = z;
      z += (out + normal) * stride;
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
      uint gain = at - (norm && l > 0 ? 2 * in : 0);
      below = l > 0 ? deltas - (in + (norm ? 1 : 0)) * stride : deltas;
      for (uint from = 0; from < in; from += CHUNK) {
        uint depth = min(in - from, (uint)CHUNK);
        stage(l == 0, x + from, in, below, stride, norm, own + gain, activation, depth, rows, 1,
              STRIDE(depth), pool);
        learn(deltas, stride, out, pool, depth, rows, tile != split, part + at + from, in,
              from == 0, part + at + in * out);
        if (l > 0) {
          pass_back(own + at, in, out, deltas, rows, stride, activation, norm, own + gain, below,
                    norm ? spare : below);
        }
        barrier(CLK_LOCAL_MEM_FENCE);
      }
      if (l > 0 && norm) {
        learn_norm(spare, below, in, rows, stride, tile != split, own + gain, part + gain);
        at = gain;
      }
      deltas = below;
      out = in;
    }
  }
}
