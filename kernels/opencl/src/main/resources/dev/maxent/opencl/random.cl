// Draws, one block of four words to a work-item, and index operations.
enum { BITS, UNIFORM, NORMAL, INDICES };

INLINE float2 box_muller(uint a, uint b) {
  float radius = sqrt(-2.0f * natural_log(unit(a)));
  // cos 2 pi v with the exact distance to the nearest quarter turn, so that zeros keep digits.
  float turns = unit(b);
  float quarter = rint(4.0f * turns);
  float angle = (turns - quarter * 0.25f) * 6.2831855f;
  float c = cos(angle);
  float s = sin(angle);
  int q = (int)quarter & 3;
  float cosine = q & 1 ? s : c;
  float sine = q & 1 ? c : s;
  cosine = q + 1 & 2 ? -cosine : cosine;
  sine = q & 2 ? -sine : sine;
  return (float2)(radius * cosine, radius * sine);
}

INLINE uint4 made(uint kind, uint bound, uint4 w) {
  if (kind == UNIFORM) {
    return as_uint4((float4)(unit(w.x), unit(w.y), unit(w.z), unit(w.w)));
  }
  if (kind == NORMAL) {
    return as_uint4((float4)(box_muller(w.x, w.y), box_muller(w.z, w.w)));
  }
  return kind == INDICES ? mul_hi(w, (uint4)(bound)) : w;
}

__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void draw(
    volatile __global uint *state, volatile __global uint *ticket, __global uint *out,
    ulong length, uint kind, uint bound) {
  __local uint shared[4];
  Draw stream = take_draw(state, ticket, shared);
  ulong blocks = (length + 3) / 4;
  FOR_EACH(i, blocks) {
    uint4 w = made(kind, bound, philox(stream, i));
    if (4 * i + 4 <= length) {
      *(__global uint4 *)(out + 4 * i) = w;
    } else {
      uint rest = (uint)(length - 4 * i);
      out[4 * i] = w.x;
      if (rest > 1) {
        out[4 * i + 1] = w.y;
      }
      if (rest > 2) {
        out[4 * i + 2] = w.z;
      }
    }
  }
}

// MurmurHash3's 32-bit finaliser.
INLINE uint scramble(uint h) {
  h ^= h >> 16;
  h *= 0x85EBCA6Bu;
  h ^= h >> 13;
  h *= 0xC2B2AE35u;
  return h ^ h >> 16;
}

// A Feistel network of six rounds on 2 * half bits, walked until it falls below size. `advance`
// is 0 where the draw is to be read again: then the state is left alone.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void permute(
    volatile __global uint *state, volatile __global uint *ticket, __global int *out,
    ulong length, uint size, uint offset, uint half_bits, uint advance) {
  __local uint shared[4];
  Draw stream;
  if (advance) {
    stream = take_draw(state, ticket, shared);
  } else {
    stream.seed_low = state[0];
    stream.seed_high = state[1];
    stream.counter_low = state[2];
    stream.counter_high = state[3];
  }
  uint4 front = philox(stream, 0);
  uint4 back = philox(stream, 1);
  uint keys[6] = {front.x, front.y, front.z, front.w, back.x, back.y};
  uint low = (1u << half_bits) - 1;
  FOR_EACH(i, length) {
    uint x = offset + (uint)i;
    do {
      uint left = x >> half_bits;
      uint right = x & low;
      for (int round = 0; round < 6; round++) {
        uint mixed = left ^ (scramble(right + keys[round]) & low);
        left = right;
        right = mixed;
      }
      x = left << half_bits | right;
    } while (x >= size);
    out[i] = (int)x;
  }
}

// target[i] = source[indices[i]], word by word; a row out of range becomes `missing`.
__kernel void gather_words(__global const uint *source, ulong source_rows, uint width,
                           __global const int *indices, __global uint *target, ulong length,
                           uint missing) {
  FOR_EACH(i, length) {
    ulong row = i / width;
    int from = indices[row];
    bool inside = from >= 0 && (ulong)from < source_rows;
    target[i] = inside ? source[(ulong)from * width + (i - row * width)] : missing;
  }
}

__kernel void gather_bytes(__global const uchar *source, ulong source_rows, uint width,
                           __global const int *indices, __global uchar *target, ulong length,
                           uint missing) {
  FOR_EACH(i, length) {
    ulong row = i / width;
    int from = indices[row];
    bool inside = from >= 0 && (ulong)from < source_rows;
    target[i] = inside ? source[(ulong)from * width + (i - row * width)] : (uchar)missing;
  }
}

// target[indices[i]] = source[i]; a row out of range is dropped.
__kernel void scatter_words(__global const uint *source, uint width, __global const int *indices,
                            __global uint *target, ulong target_rows, ulong length) {
  FOR_EACH(i, length) {
    ulong row = i / width;
    int to = indices[row];
    if (to >= 0 && (ulong)to < target_rows) {
      target[(ulong)to * width + (i - row * width)] = source[i];
    }
  }
}

__kernel void scatter_bytes(__global const uchar *source, uint width, __global const int *indices,
                            __global uchar *target, ulong target_rows, ulong length) {
  FOR_EACH(i, length) {
    ulong row = i / width;
    int to = indices[row];
    if (to >= 0 && (ulong)to < target_rows) {
      target[(ulong)to * width + (i - row * width)] = source[i];
    }
  }
}
