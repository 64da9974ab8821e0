// Layer norm: rows are those of all networks, a row to a work-item.
NORMALISE(normalise_row, __global)
NORM_BACK(norm_row_back, __global)

// normal <- (z - mean) / deviation in the place of z, sums <- gain * normal + shift, units <- f.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void norm_forward(
    __global const float *parameters, uint parameter_step, uint gain, uint shift, uint rows,
    uint batch, uint width, uint activation, __global float *normal, __global float *deviations,
    __global float *sums, __global float *units) {
  uint row = get_global_id(0);
  if (row >= rows) {
    return;
  }
  __global const float *own = parameters + (ulong)(row / batch) * parameter_step;
  __global float *z = normal + (ulong)row * width;
  deviations[row] = normalise_row(z, 1, width);
  for (uint k = 0; k < width; k++) {
    float s = fma(own[gain + k], z[k], own[shift + k]);
    sums[(ulong)row * width + k] = s;
    units[(ulong)row * width + k] = activated(activation, s);
  }
}

// Gradients by gain and shift, a unit of a network to a work-item; in splits but the first 0.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void norm_gradients(
    __global const float *deltas, __global const float *normal, uint parameter_step, uint gain,
    uint shift, uint networks, uint batch, uint width, uint splits, __global float *gradients) {
  uint item = get_global_id(0);
  if (item >= networks * width) {
    return;
  }
  uint network = item / width;
  uint k = item - network * width;
  Wide by_gain = wide(0, 0);
  Wide by_shift = wide(0, 0);
  for (uint b = 0; b < batch; b++) {
    ulong at = ((ulong)network * batch + b) * width + k;
    by_gain = plus(by_gain, deltas[at] * normal[at]);
    by_shift = plus(by_shift, deltas[at]);
  }
  for (uint split = 0; split < splits; split++) {
    ulong to = ((ulong)split * networks + network) * parameter_step;
    gradients[to + gain + k] = split == 0 ? narrow(by_gain) : 0.0f;
    gradients[to + shift + k] = split == 0 ? narrow(by_shift) : 0.0f;
  }
}

// From gradients by what gain and shift make of the normal sums to those by the sums.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void norm_backward(
    __global const float *parameters, uint parameter_step, uint gain, uint rows, uint batch,
    uint width, __global const float *normal, __global const float *deviations,
    __global float *deltas) {
  uint row = get_global_id(0);
  if (row >= rows) {
    return;
  }
  __global const float *own = parameters + (ulong)(row / batch) * parameter_step + gain;
  __global float *d = deltas + (ulong)row * width;
  norm_row_back(d, normal + (ulong)row * width, 1, width, own, deviations[row], d);
}
