// From partial gradients to parameters.

__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void schedule_at(
    uint kind, float4 numbers, int steps, float2 log_factor, __global const int *step,
    __global float *out) {
  if (get_global_id(0) == 0) {
    out[0] = scheduled(kind, numbers, steps, log_factor, step[0]);
  }
}

// The gradient from its parts and the squares of each stretch of it: networks x pieces groups. The
// first piece of a network adds up its loss.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void gradient_sum(
    __global const float *parts, uint splits, uint networks, uint parameters, uint pieces,
    __global float *gradient, __global float *squares, uint terms_each,
    __global const float *terms, __global float *losses, uint has_loss, __global float *loss) {
  __local float scratch[2 * GROUP];
  uint network = get_group_id(0) / pieces;
  uint piece = get_group_id(0) - network * pieces;
  uint stretch = (parameters + pieces - 1) / pieces;
  uint first = piece * stretch;
  Totals totals = sum_parts(parts, splits, networks, parameters, network, first,
                            min(parameters, first + stretch), gradient,
                            piece == 0 ? terms_each : 0, terms, scratch);
  if (get_local_id(0) == 0) {
    __global float *to = squares + 3 * (ulong)get_group_id(0);
    to[0] = totals.small;
    to[1] = totals.middle;
    to[2] = totals.large;
    if (piece == 0) {
      losses[network] = totals.loss;
      if (has_loss) {
        loss[network] = totals.loss;
      }
    }
  }
}

// From the squares of all pieces, which the group's work-items share.
INLINE float norm_of(__global const float *squares, uint network, uint pieces,
                     __local float *scratch) {
  Squares s = {{0, 0}, {0, 0}, {0, 0}};
  for (uint p = get_local_id(0); p < pieces; p += GROUP) {
    __global const float *from = squares + 3 * ((ulong)network * pieces + p);
    s.small = plus(s.small, from[0]);
    s.middle = plus(s.middle, from[1]);
    s.large = plus(s.large, from[2]);
  }
  float small = lanes_sum(narrow(s.small), scratch, GROUP);
  float middle = lanes_sum(narrow(s.middle), scratch, GROUP);
  return root_of(small, middle, lanes_sum(narrow(s.large), scratch, GROUP));
}

// Parameters, moments and target: networks x pieces groups.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void adam(
    __global const float *gradient, __global const float *squares, uint squares_pieces,
    __global const float *losses, uint parameters, uint pieces, ADAM_PARAMETERS) {
  __local float scratch[2 * GROUP];
  __local int shared;
  uint network = get_group_id(0) / pieces;
  uint piece = get_group_id(0) - network * pieces;
  uint stretch = (parameters + pieces - 1) / pieces;
  uint first = piece * stretch;
  float norm = norm_of(squares, network, squares_pieces, scratch);
  move(ADAM_ARGUMENTS, gradient, parameters, network, first, min(parameters, first + stretch),
       norm, losses[network], &shared);
}

// Both in one, for networks of so few parameters that a group of each is enough.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void sum_and_adam(
    __global const float *parts, uint splits, uint networks, uint parameters,
    __global float *gradient, uint terms_each, __global const float *terms, uint has_loss,
    __global float *loss, ADAM_PARAMETERS) {
  __local float scratch[2 * GROUP];
  __local int shared;
  uint network = get_group_id(0);
  Totals totals = sum_parts(parts, splits, networks, parameters, network, 0, parameters, gradient,
                            terms_each, terms, scratch);
  if (get_local_id(0) == 0 && has_loss) {
    loss[network] = totals.loss;
  }
  float norm = root_of(totals.small, totals.middle, totals.large);
  move(ADAM_ARGUMENTS, gradient, parameters, network, 0, parameters, norm, totals.loss, &shared);
}
