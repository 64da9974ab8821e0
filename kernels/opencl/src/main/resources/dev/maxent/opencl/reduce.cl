// Reductions over the `lanes` work-items (a power of two) that share a row; every one of them gets
// the result. The order is fixed. All work-items of the group must call; `scratch` has 2 * GROUP elements.
#ifdef SHUFFLES
// NVIDIA, 32 work-items to a warp: exchange in registers, then between warps in local memory.
#ifdef STAND_IN
// The same on any device, for tests, with small warps: through the second half of the scratch memory.
#define WARP 4u
INLINE int exchange(int v, uint step, __local float *scratch) {
  uint id = get_local_id(0);
  barrier(CLK_LOCAL_MEM_FENCE);
  scratch[GROUP + id] = as_float(v);
  barrier(CLK_LOCAL_MEM_FENCE);
  return as_int(scratch[GROUP + (id ^ step)]);
}
#else
#define WARP 32u
INLINE int exchange(int v, uint step, __local float *scratch) {
  int other;
  __asm volatile("shfl.sync.bfly.b32 %0, %1, %2, 31, 0xffffffff;"
                 : "=r"(other)
                 : "r"(v), "r"(step));
  return other;
}
#endif

#define REDUCE(name, type, combine, to_int, from_int)                         \
  INLINE type name(type v, __local float *scratch, uint lanes) {                     \
    for (uint step = min(lanes, WARP) / 2; step > 0; step /= 2) {              \
      v = combine(v, from_int(exchange(to_int(v), step, scratch)));           \
    }                                                                         \
    if (lanes > WARP) {                                                       \
      uint id = get_local_id(0);                                              \
      barrier(CLK_LOCAL_MEM_FENCE);                                           \
      if (id % WARP == 0) {                                                   \
        scratch[id / WARP] = as_float(to_int(v));                             \
      }                                                                       \
      barrier(CLK_LOCAL_MEM_FENCE);                                           \
      uint first = id / lanes * (lanes / WARP);                               \
      v = from_int(as_int(scratch[first]));                                   \
      for (uint i = 1; i < lanes / WARP; i++) {                               \
        v = combine(v, from_int(as_int(scratch[first + i])));                 \
      }                                                                       \
    }                                                                         \
    return v;                                                                 \
  }
#elif defined(SINGLE)
// A row to a work-item: nothing to exchange, and no barrier for a CPU's compiler to work around.
#define REDUCE(name, type, combine, to_int, from_int)                         \
  INLINE type name(type v, __local float *scratch, uint lanes) { return v; }
#else
// Any device: in two steps of at most 16 and GROUP / 16 values, read one after the other. The two
// halves of the scratch memory make one barrier a step enough.
#define REDUCE(name, type, combine, to_int, from_int)                         \
  INLINE type name(type v, __local float *scratch, uint lanes) {                     \
    uint id = get_local_id(0);                                                \
    uint part = min(lanes, 16u);                                              \
    uint first = id & ~(part - 1);                                            \
    scratch[id] = as_float(to_int(v));                                        \
    barrier(CLK_LOCAL_MEM_FENCE);                                             \
    v = from_int(as_int(scratch[first]));                                     \
    for (uint i = 1; i < part; i++) {                                         \
      v = combine(v, from_int(as_int(scratch[first + i])));                   \
    }                                                                         \
    scratch[GROUP + id] = as_float(to_int(v));                                \
    barrier(CLK_LOCAL_MEM_FENCE);                                             \
    first = GROUP + (id & ~(lanes - 1));                                      \
    v = from_int(as_int(scratch[first]));                                     \
    for (uint i = part; i < lanes; i += part) {                               \
      v = combine(v, from_int(as_int(scratch[first + i])));                   \
    }                                                                         \
    return v;                                                                 \
  }
#endif

REDUCE(lanes_maximum, float, larger, as_int, as_float)
REDUCE(lanes_or, int, either, as_int, as_int)
REDUCE(lanes_count, int, count, as_int, as_int)
REDUCE(lanes_first, int, earlier, as_int, as_int)
REDUCE(lanes_last, int, later, as_int, as_int)

// The sum, rounded two or three times in all: what each addition loses is kept. A row whose largest
// probability is near 1 has its entropy and log-probabilities in the last digits of its sum.
INLINE float lanes_sum(float v, __local float *scratch, uint lanes) {
#ifdef SINGLE
  return v;
#else
  float lost = 0;
#ifdef SHUFFLES
  for (uint step = min(lanes, WARP) / 2; step > 0; step /= 2) {
    Wide s = two_sum(v, as_float(exchange(as_int(v), step, scratch)));
    lost = (lost + as_float(exchange(as_int(lost), step, scratch))) + s.y;
    v = s.x;
  }
  uint part = WARP;
#else
  uint id = get_local_id(0);
  uint part = min(lanes, 16u);
  uint first = id & ~(part - 1);
  scratch[id] = v;
  barrier(CLK_LOCAL_MEM_FENCE);
  v = scratch[first];
  for (uint i = 1; i < part; i++) {
    Wide s = two_sum(v, scratch[first + i]);
    v = s.x;
    lost += s.y;
  }
#endif
  v = isfinite(v) ? v + lost : v;
  lost = 0;
#ifdef SHUFFLES
  if (lanes > WARP) {
    uint id = get_local_id(0);
    barrier(CLK_LOCAL_MEM_FENCE);
    scratch[id] = v;
    barrier(CLK_LOCAL_MEM_FENCE);
    uint from = id & ~(lanes - 1);
#else
  scratch[GROUP + id] = v;
  barrier(CLK_LOCAL_MEM_FENCE);
  uint from = GROUP + (id & ~(lanes - 1));
  {
#endif
    v = scratch[from];
    for (uint i = part; i < lanes; i += part) {
      Wide s = two_sum(v, scratch[from + i]);
      v = s.x;
      lost += s.y;
    }
    v = isfinite(v) ? v + lost : v;
  }
  return v;
#endif
}

// The residual becomes at least the largest of the group's changes, whose bits order like the
// floats from 0 that they are, NaN last. One atomic a group: those of all rows would wait in a row.
INLINE void raise(volatile __global int *residual, int change, __local float *scratch) {
  int largest = lanes_last(change, scratch, GROUP);
#ifndef SINGLE
  if (get_local_id(0) != 0) {
    return;
  }
#endif
  if (largest > 0) {
    atomic_max(residual, largest);
  }
}
