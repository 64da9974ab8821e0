// What the device can do at best, for measuring ceilings. Fours are added by dot:
// oclgrind 21.10 crashes on the shuffles that its compiler makes of x + y + z + w.

// Reads everything and writes next to nothing.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void read_all(
    __global const float4 *from, ulong count, __global float *sums) {
  float4 sum = (float4)(0.0f);
  FOR_EACH(i, count) {
    sum += from[i];
  }
  sums[get_global_id(0)] = dot(sum, (float4)(1.0f));
}

__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void copy_all(
    __global const float4 *from, __global float4 *to, ulong count) {
  FOR_EACH(i, count) {
    to[i] = from[i];
  }
}

// Eight chains of four fused multiply-adds a round, on values that depend on the arguments.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void multiply_add(
    __global float *sums, uint rounds, float factor) {
  float4 a[8];
  for (int i = 0; i < 8; i++) {
    a[i] = (float4)(get_global_id(0) + i);
  }
  for (uint round = 0; round < rounds; round++) {
#pragma unroll
    for (int i = 0; i < 8; i++) {
      a[i] = fma(a[i], (float4)(factor), (float4)(0.5f));
    }
  }
  float4 sum = (float4)(0.0f);
  for (int i = 0; i < 8; i++) {
    sum += a[i];
  }
  sums[get_global_id(0)] = dot(sum, (float4)(1.0f));
}

// The exponential of the soft-value kernels.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void exponentials(
    __global float *sums, uint rounds, float scale) {
  float d = -(float)(get_global_id(0) % 64);
  float sum[4] = {0, 0, 0, 0};
  for (uint round = 0; round < rounds; round++) {
    for (int i = 0; i < 4; i++) {
      sum[i] += power(d - 0.25f * i, scale);
    }
    d = d < -100.0f ? 0.0f : d - 0.125f;
  }
  sums[get_global_id(0)] = sum[0] + sum[1] + sum[2] + sum[3];
}
