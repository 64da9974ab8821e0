// Philox 4x32-10 (Salmon et al. 2011), as in dev.maxent.reference.Philox.
// Scalars: oclgrind 21.10 crashes on the shuffles that vectors of two become.
typedef struct {
  uint seed_low;
  uint seed_high;
  uint counter_low;
  uint counter_high;
} Draw;

INLINE uint4 philox(Draw draw, ulong block) {
  uint x = (uint)block;
  uint y = (uint)(block >> 32);
  uint z = draw.counter_low;
  uint w = draw.counter_high;
  uint key0 = draw.seed_low;
  uint key1 = draw.seed_high;
  for (int round = 0; round < 10; round++) {
    uint high0 = mul_hi(0xD2511F53u, x);
    uint low0 = 0xD2511F53u * x;
    uint high1 = mul_hi(0xCD9E8D57u, z);
    uint low1 = 0xCD9E8D57u * z;
    x = high1 ^ y ^ key0;
    y = low1;
    z = high0 ^ w ^ key1;
    w = low0;
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  return (uint4)(x, y, z, w);
}

// Bit by bit: of a chain of four cases compilers make a switch on two bits, where oclgrind errs.
INLINE uint word_of(Draw draw, ulong i) {
  uint4 words = philox(draw, i >> 2);
  uint front = i & 1 ? words.y : words.x;
  uint back = i & 1 ? words.w : words.z;
  return i & 2 ? back : front;
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
  Draw draw = {shared[0], shared[1], shared[2], shared[3]};
  return draw;
}
