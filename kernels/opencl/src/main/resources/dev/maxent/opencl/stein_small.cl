// Few particles of few dimensions: the whole direction of several states by one group, with their
// bandwidths. A work-item has one target of one state, and one source where distances are taken; if
// there are work-items enough, several slices share the sources of each target.

#if DISTANCES
// Where the search for a middle element stands: its bits as far as they are known, its rank among
// the elements that share them, and how many those are.
typedef struct {
  uint prefix;
  uint rank;
  uint equal;
} Middle;

// One more digit of two bits: 0 and 1 of those counted are in the halves of `low`, 2 and 3 in `high`.
INLINE Middle next_digit(Middle middle, uint low, uint high, uint shift) {
  uint one = low & 0xFFFF;
  uint two = one + (low >> 16);
  uint three = two + (high & 0xFFFF);
  uint four = three + (high >> 16);
  uint digit = middle.rank < one ? 0 : middle.rank < two ? 1 : middle.rank < three ? 2 : 3;
  uint below = digit == 0 ? 0 : digit == 1 ? one : digit == 2 ? two : three;
  uint up_to = digit == 0 ? one : digit == 1 ? two : digit == 2 ? three : four;
  Middle next = {middle.prefix | digit << shift, middle.rank - below, up_to - below};
  return next;
}
#endif

__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void direction_small(
    __global const float *x, __global const float *score, __global const float *y, uint states,
    uint together, uint slices, uint n, uint m, float constant_, __global const float *per_state,
    uint flags, float4 temperature, __global const float *temperatures, uint rank, uint elements,
    uint rule, uint even, uint from_zero, float factor, float epsilon, float least, float2 shape,
    __global float *out) {
  __local float4 sources4[GROUP * PADDED / 4];
  __local float4 scores4[GROUP * PADDED / 4];
  __local float4 targets4[GROUP * PADDED / 4];
  __local uint spoilt[GROUP];
  __local float *sources = (__local float *)sources4;
  __local float *scores = (__local float *)scores4;
  __local float *targets = (__local float *)targets4;
  uint id = get_local_id(0);
  uint first = get_group_id(0) * together;
  uint count = min(together, states - first);
  // Those beyond the last state compute on its last particle, and keep that to themselves.
  uint lanes = max(n, m);
  uint own = min(id / (lanes * slices), count - 1);
  uint slice = min((id - own * lanes * slices) / lanes, slices - 1);
  uint i = id - (own * slices + slice) * lanes;
  bool active = i < lanes;
  uint source_row = own * n + min(i, n - 1);
  uint target_row = own * m + min(i, m - 1);
  float share = share_below(n);
  stage_rows(x + (ulong)first * n * D, count * n, 1.0f, sources);
  stage_rows(score + (ulong)first * n * D, count * n, share, scores);
  stage_rows(y + (ulong)first * m * D, count * m, 1.0f, targets);
  spoilt[id] = 0;
#if DISTANCES
  __local uint distances[DISTANCES];
  // By turns: one is counted into, one read, one cleared.
  __local uint counts[3][2 * GROUP];
  __local uint open[3];
  __local uint found[GROUP];
  __local uint after[GROUP];
  __local uint *mine = distances + own * elements;
  UNROLL for (int t = 0; t < 3; t++) {
    counts[t][2 * id] = 0;
    counts[t][2 * id + 1] = 0;
  }
  if (id == 0) {
    open[0] = 0;
  }
  found[id] = 0;
  after[id] = 0xFFFFFFFFu;
#endif
  barrier(CLK_LOCAL_MEM_FENCE);
  float target[1][D];
  float part[1][D];
  float high[D];
  float low[D];
  int fine = 1;
  {
    float source[D];
    float own_score[D];
    read_row(sources + source_row * PADDED, source);
    read_row(scores + source_row * PADDED, own_score);
    read_row(targets + target_row * PADDED, target[0]);
    UNROLL for (int k = 0; k < D; k++) {
      fine &= isfinite(source[k]) & isfinite(own_score[k]) & isfinite(target[0][k]);
      part[0][k] = 0;
      high[k] = 0;
      low[k] = 0;
    }
    if (fine == 0) {
      atomic_or(&spoilt[own], 1u);
    }
#if DISTANCES
    bool cross = rule == SQL_REFERENCE;
    // Pairs by how far apart their numbers are around a ring, so that each source has as many.
    for (uint j = slice + (cross ? 0 : 1); j < (cross ? n : n / 2 + 1); j += slices) {
      float other[D];
      uint ring = i + j < n ? i + j : i + j - n;
      read_row(sources + (own * n + min(cross ? j : ring, n - 1)) * PADDED, other);
      float sum = 0;
      UNROLL for (int k = 0; k < D; k++) {
        float delta = other[k] - (cross ? target[0][k] : source[k]);
        sum = fma(delta, delta, sum);
      }
      uint at = cross ? j * m + i : (j - 1) * n + i;
      if (i < (cross ? m : n) && at < elements) {
        mine[at] = as_uint(sum);
      }
    }
#endif
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  float h = rule == FIXED ? constant_ : rule == PER_STATE ? per_state[first + own] : 1.0f;
  float alpha = temperature_of(flags, temperature, temperatures, first + own).x;
  bool valid = spoilt[own] == 0 && in_range(alpha, h);
#if DISTANCES
  uint start = active ? slice * lanes + i : elements;
  uint step = lanes * slices;
  Middle middle = {0, rank, elements};
  uint turn = 0;
  int shift = 30;
  bool going = true;
  for (; going; shift -= 2) {
    uint few = 0;
    uint many = 0;
    for (uint e = start; e < elements; e += step) {
      uint digit = (mine[e] ^ middle.prefix) >> shift;
      uint unit = digit & 1 ? 0x10000 : 1;
      few += digit < 2 ? unit : 0;
      many += digit == 2 || digit == 3 ? unit : 0;
    }
    if (few != 0) {
      atomic_add(&counts[turn][2 * own], few);
    }
    if (many != 0) {
      atomic_add(&counts[turn][2 * own + 1], many);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    middle = next_digit(middle, counts[turn][2 * own], counts[turn][2 * own + 1], shift);
    // Whether any state had several elements left a round ago: later digits would not change those.
    uint last = turn == 0 ? 2 : turn - 1;
    uint after_this = turn == 2 ? 0 : turn + 1;
    going = shift > 0 && (shift == 30 || open[last] != 0);
    counts[last][2 * id] = 0;
    counts[last][2 * id + 1] = 0;
    if (id == 0) {
      open[after_this] = 0;
    }
    if (middle.equal > 1 && active) {
      atomic_or(&open[turn], 1u);
    }
    turn = after_this;
  }
  shift += 2;
  uint next = 0xFFFFFFFFu;
  for (uint e = start; e < elements; e += step) {
    uint bits = mine[e];
    if (bits >> shift == middle.prefix >> shift) {
      atomic_max(&found[own], bits);
    } else {
      next = bits > middle.prefix ? min(next, bits) : next;
    }
  }
  atomic_min(&after[own], next);
  barrier(CLK_LOCAL_MEM_FENCE);
  uint higher = middle.rank + 1 < middle.equal ? found[own] : after[own];
  h = bandwidth_by(rule, even, from_zero, as_float(found[own]), as_float(higher), factor, epsilon,
                   least);
#endif
  float2 h2 = with_inverse(h);
  float pull = pull_of(alpha * share, h2, shape);
  uint held = 0;
  for (uint j = slice; j < n; j += slices) {
    uint row = (own * n + j) * PADDED;
    add_source(sources + row, scores + row, target, pull, h2, shape, part);
    if (++held == PART) {
      held = 0;
      add_part(part[0], high, low);
    }
  }
  add_part(part[0], high, low);
  // Where the scores were, the sums of all slices; the first adds those of the others to its own.
  barrier(CLK_LOCAL_MEM_FENCE);
  UNROLL for (int k = 0; k < D; k++) { scores[id * PADDED + k] = high[k] + low[k]; }
  barrier(CLK_LOCAL_MEM_FENCE);
  for (uint s = 1; s < slices; s++) {
    uint row = min(id + s * lanes, (uint)GROUP - 1) * PADDED;
    UNROLL for (int k = 0; k < D; k++) {
      Wide sum = plus(wide(high[k], low[k]), scores[row + k]);
      high[k] = sum.x;
      low[k] = sum.y;
    }
  }
  if (slice == 0 && i < m) {
    UNROLL for (int k = 0; k < D; k++) {
      targets[target_row * PADDED + k] = valid ? mean_of(high[k] + low[k], n) : NAN;
    }
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  for (uint e = id; e < count * m * D; e += GROUP) {
    uint row = e / D;
    out[(ulong)first * m * D + e] = targets[row * PADDED + (e - row * D)];
  }
}
