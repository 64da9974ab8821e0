// Backups on a table in compressed sparse rows.

// Q = R + discount * P V of each pair, 0 where not allowed. Also clears the residual, which the next
// kernel of the backup raises.
__kernel void action_values(__global const int *offsets, __global const int *successors,
                            __global const float *probabilities, __global const float *rewards,
                            __global const uchar *mask, __global const float *values, uint pairs,
                            float2 discount, __global float *q, __global int *residual) {
  if (get_global_id(0) == 0) {
    *residual = 0;
  }
  FOR_EACH(i, pairs) {
    float result = 0;
    if (mask[i]) {
      float sum = 0;
      float lost = 0;
      for (int j = offsets[i]; j < offsets[i + 1]; j++) {
        Wide s = two_sum(sum, probabilities[j] * values[successors[j]]);
        sum = s.x;
        lost += s.y;
      }
      sum += isfinite(sum) ? lost : 0.0f;
      result = plus_product(rewards[i], wide(discount.x, discount.y), wide(sum, 0.0f));
    }
    q[i] = result;
  }
}

// V' = sum of pi (Q - alpha log pi) over allowed actions; terms with pi = 0 count 0.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void policy_values(
    __global const float *q, __global const uchar *mask, __global const float *policy,
    __global const float *temperatures, uint states, uint actions, uint flags, float4 temperature,
    uint lanes, __global const float *values, __global float *next,
    volatile __global int *residual) {
  __local float scratch[2 * GROUP];
  uint id = get_local_id(0);
  uint lane = id & (lanes - 1);
  ulong i = (ulong)get_group_id(0) * (GROUP / lanes) + id / lanes;
  bool active = i < states;
  uint s = active ? (uint)i : states - 1;
  float alpha = temperature_of(flags, temperature, temperatures, s).x;
  float low = temperature_of(flags, temperature, temperatures, s).y;
  float sum = 0;
  int allowed = 0;
  for (uint a = lane; a < actions; a += lanes) {
    ulong pair = (ulong)s * actions + a;
    if (mask[pair]) {
      allowed++;
      float p = policy[pair];
      if (p != 0) {
        float l = p >= FLT_MIN && p <= FLT_MAX ? natural_log(p) : log(p);
        float rest = low != 0 ? low * l : 0.0f;
        sum = fma(p, fma(-alpha, l, q[pair] - rest), sum);
      }
    }
  }
  sum = lanes_sum(sum, scratch, lanes);
  allowed = lanes_count(allowed, scratch, lanes);
  int change = 0;
  if (active && lane == 0) {
    bool valid = alpha >= 0 && alpha <= FLT_MAX;
    float v = allowed == 0 ? 0.0f : valid ? sum : NAN;
    next[s] = v;
    change = as_int(fabs(v - values[s]));
  }
  raise(residual, change, scratch);
}
