// Layer norm: rows are those of all networks; NORM_LANES work-items share one and its neighbours are
// read by neighbours.
#ifdef SINGLE
#define NORM_LANES 1
#else
#define NORM_LANES (GROUP < 32 ? GROUP : 32)
#endif

// normal <- (z - mean) / deviation in the place of z, sums <- gain * normal + shift, units <- f.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void norm_forward(
    __global const float *parameters, uint parameter_step, uint gain, uint shift, ulong rows,
    uint batch, uint width, uint activation, __global float *normal, __global float *deviations,
    __global float *sums, __global float *units) {
  __local float scratch[2 * GROUP];
  ulong row = get_global_id(0) / NORM_LANES;
  uint lane = get_local_id(0) & (NORM_LANES - 1);
  // All of a group meet at its barriers, those beyond the last row too.
  uint end = row < rows ? width : 0;
  __global const float *own = parameters + row / batch * parameter_step;
  __global float *z = normal + row * width;
  Wide total = wide(0, 0);
  for (uint k = lane; k < end; k += NORM_LANES) {
    total = plus(total, z[k]);
  }
  float middle = lanes_sum(narrow(total), scratch, NORM_LANES) / (float)width;
  // From there, as far as rounding left it from the mean.
  Wide off = wide(0, 0);
  Wide squares = wide(0, 0);
  for (uint k = lane; k < end; k += NORM_LANES) {
    float d = z[k] - middle;
    off = plus(off, d);
    squares = plus(squares, d * d);
  }
  float mean = lanes_sum(narrow(off), scratch, NORM_LANES) / (float)width;
  float square = lanes_sum(narrow(squares), scratch, NORM_LANES) / (float)width;
  float deviation = sqrt(fma(-mean, mean, square) + 1e-5f);
  if (lane == 0 && row < rows) {
    deviations[row] = deviation;
  }
  for (uint k = lane; k < end; k += NORM_LANES) {
    float n = (z[k] - middle - mean) / deviation;
    float s = fma(own[gain + k], n, own[shift + k]);
    z[k] = n;
    sums[row * width + k] = s;
    units[row * width + k] = activated(activation, s);
  }
}

// Gradients by gain and shift: networks x splits x units, a unit to a work-item.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void norm_gradients(
    __global const float *deltas, __global const float *normal, uint parameter_step, uint gain,
    uint shift, uint networks, uint batch, uint width, uint splits, __global float *gradients) {
  ulong sheet = get_global_id(0) / width;
  uint k = get_global_id(0) - sheet * width;
  if (sheet >= (ulong)networks * splits) {
    return;
  }
  uint split = sheet / networks;
  uint network = sheet - (ulong)split * networks;
  uint rows = (batch + splits - 1) / splits;
  Wide by_gain = wide(0, 0);
  Wide by_shift = wide(0, 0);
  for (uint b = split * rows; b < min(batch, (split + 1) * rows); b++) {
    ulong at = ((ulong)network * batch + b) * width + k;
    by_gain = plus(by_gain, deltas[at] * normal[at]);
    by_shift = plus(by_shift, deltas[at]);
  }
  ulong to = sheet * parameter_step;
  gradients[to + gain + k] = narrow(by_gain);
  gradients[to + shift + k] = narrow(by_shift);
}

// From gradients by what gain and shift make of the normal sums to those by the sums: with
// d = delta * gain, delta <- (d - mean d - normal * mean(d normal)) / deviation.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void norm_backward(
    __global const float *parameters, uint parameter_step, uint gain, ulong rows, uint batch,
    uint width, __global const float *normal, __global const float *deviations,
    __global float *deltas) {
  __local float scratch[2 * GROUP];
  ulong row = get_global_id(0) / NORM_LANES;
  uint lane = get_local_id(0) & (NORM_LANES - 1);
  uint end = row < rows ? width : 0;
  __global const float *own = parameters + row / batch * parameter_step + gain;
  __global const float *n = normal + row * width;
  __global float *delta = deltas + row * width;
  Wide total = wide(0, 0);
  Wide along = wide(0, 0);
  for (uint k = lane; k < end; k += NORM_LANES) {
    float d = delta[k] * own[k];
    total = plus(total, d);
    along = plus(along, d * n[k]);
  }
  float mean = lanes_sum(narrow(total), scratch, NORM_LANES) / (float)width;
  float slope = lanes_sum(narrow(along), scratch, NORM_LANES) / (float)width;
  float deviation = row < rows ? deviations[row] : 1.0f;
  for (uint k = lane; k < end; k += NORM_LANES) {
    float d = delta[k] * own[k];
    delta[k] = (d - mean - n[k] * slope) / deviation;
  }
}
