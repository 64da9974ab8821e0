// Philox 4x32-10 (Salmon et al. 2011), as in dev.maxent.reference.Philox.
typedef struct {
  uint2 seed;
  uint2 counter;
} Draw;

INLINE uint4 philox(Draw draw, ulong block) {
  uint4 c = (uint4)((uint)block, (uint)(block >> 32), draw.counter.x, draw.counter.y);
  uint2 key = draw.seed;
  for (int round = 0; round < 10; round++) {
    uint high0 = mul_hi(0xD2511F53u, c.x);
    uint low0 = 0xD2511F53u * c.x;
    uint high1 = mul_hi(0xCD9E8D57u, c.z);
    uint low1 = 0xCD9E8D57u * c.z;
    c = (uint4)(high1 ^ c.y ^ key.x, low1, high0 ^ c.w ^ key.y, low0);
    key += (uint2)(0x9E3779B9u, 0xBB67AE85u);
  }
  return c;
}

INLINE uint word_of(Draw draw, ulong i) {
  uint4 words = philox(draw, i >> 2);
  uint j = i & 3;
  return j == 0 ? words.x : j == 1 ? words.y : j == 2 ? words.z : words.w;
}

// (floor(word / 2^9) + 1/2) / 2^23, exact.
INLINE float unit(uint word) { return ((float)(word >> 9) + 0.5f) * 0x1p-23f; }

INLINE float gumbel(Draw draw, ulong i) {
  return -natural_log(-natural_log(unit(word_of(draw, i))));
}

// Every group reads the stream's state; the last to have read it counts the draw. Nothing else
// depends on the order of groups. All work-items must call.
INLINE Draw take_draw(volatile __global uint *state, volatile __global uint *ticket,
               __local uint *shared) {
  if (get_local_id(0) == 0) {
    for (uint i = 0; i < 4; i++) {
      shared[i] = atomic_or(&state[i], 0u);
    }
    mem_fence(CLK_GLOBAL_MEM_FENCE);
    if (atomic_inc(ticket) == get_num_groups(0) - 1) {
      atomic_xchg(ticket, 0u);
      if (atomic_inc(&state[2]) == 0xFFFFFFFFu) {
        atomic_inc(&state[3]);
      }
    }
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  Draw draw;
  draw.seed = (uint2)(shared[0], shared[1]);
  draw.counter = (uint2)(shared[2], shared[3]);
  return draw;
}
