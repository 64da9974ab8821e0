// What belongs to a state rather than to a particle: whether its numbers are finite, its
// temperature, its bandwidth, its discrepancy.
#define BITS 8
#define BINS (1 << BITS)

// Of the search for a middle element: its rank among the elements that share its bits as far as
// they are found, how many have the last bits found, and the bits.
typedef struct {
  ulong rank;
  ulong equal;
  uint prefix;
  uint unused;
} Search;

// 1 or 0, without a branch, so that several loads are under way at once.
INLINE int all_finite(__global const float *from, ulong count, uint id) {
  int fine = 1;
  for (ulong i = id; i < count; i += GROUP) {
    fine &= isfinite(from[i]);
  }
  return fine;
}

INLINE float squared_distance(__global const float *a, __global const float *b, uint d) {
  float sum = 0;
  for (uint k = 0; k < d; k++) {
    float delta = a[k] - b[k];
    sum = fma(delta, delta, sum);
  }
  return sum;
}

// Counts the squared distances that share the prefix, by their next BITS bits. Rows i of the state
// from `first` in steps of `by`; among the sources only pairs i < j.
INLINE void count_distances(__global const float *x, __global const float *y, uint n, uint m,
                            uint d, bool cross, uint first, uint by, uint prefix, uint shift,
                            __local uint *bins) {
  for (uint i = first; i < n; i += by) {
    for (uint j = (cross ? 0 : i + 1) + get_local_id(0); j < m; j += GROUP) {
      uint bits = as_uint(squared_distance(x + (ulong)i * d, y + (ulong)j * d, d));
      if (shift + BITS == 32 || (bits ^ prefix) >> (shift + BITS) == 0) {
        atomic_inc(&bins[bits >> shift & (BINS - 1)]);
      }
    }
  }
}

// Goes on from the bins of a digit to the one that holds the rank: first over spans of bins, whose
// sums the group takes together. All work-items must call.
#define SPAN 16
#define SPANS (BINS / SPAN)
#define PICK(name, type)                                                                         \
  INLINE void name(__local const type *counts, __local type *spans, uint shift,                  \
                   __local Search *search) {                                                     \
    for (uint i = get_local_id(0); i < SPANS; i += GROUP) {                                      \
      type sum = 0;                                                                              \
      for (uint k = 0; k < SPAN; k++) {                                                          \
        sum += counts[i * SPAN + k];                                                             \
      }                                                                                          \
      spans[i] = sum;                                                                            \
    }                                                                                            \
    barrier(CLK_LOCAL_MEM_FENCE);                                                                \
    if (get_local_id(0) == 0) {                                                                  \
      Search s = *search;                                                                        \
      uint i = 0;                                                                                \
      for (; i < SPANS - 1 && s.rank >= spans[i]; i++) {                                         \
        s.rank -= spans[i];                                                                      \
      }                                                                                          \
      uint bin = i * SPAN;                                                                       \
      for (; bin < i * SPAN + SPAN - 1 && s.rank >= counts[bin]; bin++) {                        \
        s.rank -= counts[bin];                                                                   \
      }                                                                                          \
      s.prefix |= bin << shift;                                                                  \
      s.equal = counts[bin];                                                                     \
      *search = s;                                                                               \
    }                                                                                            \
    barrier(CLK_LOCAL_MEM_FENCE);                                                                \
  }

PICK(pick, uint)
PICK(pick_of_many, ulong)

// One group to a state: temperature and bandwidth, NaN where any number of the state is not finite
// or either is out of range. Bandwidths by a rule are left to the kernels below.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void prepare(
    __global const float *x, __global const float *score, __global const float *y, uint n, uint m,
    uint d, uint has_score, uint rule, float constant_, __global const float *per_state,
    uint flags, float4 temperature, __global const float *temperatures,
    __global float *bandwidths, __global float *alphas) {
  __local float scratch[2 * GROUP];
  uint state = get_group_id(0);
  uint id = get_local_id(0);
  ulong sources = (ulong)n * d;
  int finite = all_finite(x + state * sources, sources, id) &
               all_finite(y + state * (ulong)m * d, (ulong)m * d, id);
  if (has_score) {
    finite &= all_finite(score + state * sources, sources, id);
  }
  bool fine = lanes_or(1 - finite, scratch, GROUP) == 0;
  if (id == 0) {
    float alpha = temperature_of(flags, temperature, temperatures, state).x;
    float h = rule == FIXED ? constant_ : rule == PER_STATE ? per_state[state] : 1.0f;
    bandwidths[state] = fine && in_range(alpha, h) ? h : NAN;
    alphas[state] = alpha;
  }
}

// Starts the search for the element of that rank among each state's distances.
__kernel void search_begin(__global Search *search, __global uint *bins, __global uint *next,
                           ulong rank, uint states) {
  FOR_EACH(i, (ulong)states * BINS) {
    bins[2 * i] = 0;
    bins[2 * i + 1] = 0;
    if ((i & (BINS - 1)) == 0) {
      Search s = {rank, 0, 0, 0};
      search[i / BINS] = s;
      next[i / BINS] = 0;
    }
  }
}

// Several groups to a state count into its bins; only integers, so the order does not matter. A
// group has less than 2^32 distances, a state may have more: each bin has a low and a high word.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void search_count(
    __global const float *x, __global const float *y, uint n, uint m, uint d, uint cross,
    uint groups, uint shift, __global const Search *search, volatile __global uint *bins) {
  __local uint counts[BINS];
  uint group = get_group_id(0);
  uint state = group / groups;
  for (uint i = get_local_id(0); i < BINS; i += GROUP) {
    counts[i] = 0;
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  count_distances(x + (ulong)state * n * d, y + (ulong)state * m * d, n, m, d, cross,
                  group - state * groups, groups, search[state].prefix, shift, counts);
  barrier(CLK_LOCAL_MEM_FENCE);
  for (uint i = get_local_id(0); i < BINS; i += GROUP) {
    if (counts[i] != 0) {
      volatile __global uint *bin = bins + 2 * ((ulong)state * BINS + i);
      if (atomic_add(bin, counts[i]) > 0xFFFFFFFFu - counts[i]) {
        atomic_inc(bin + 1);
      }
    }
  }
}

// One group to a state: finds the bin of the rank and clears the bins.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void search_pick(
    __global Search *search, __global uint *bins, uint shift) {
  __local ulong counts[BINS];
  __local ulong spans[SPANS];
  __local Search shared;
  uint state = get_group_id(0);
  uint id = get_local_id(0);
  __global uint *own = bins + 2 * ((ulong)state * BINS);
  for (uint i = id; i < BINS; i += GROUP) {
    counts[i] = (ulong)own[2 * i + 1] << 32 | own[2 * i];
    own[2 * i] = 0;
    own[2 * i + 1] = 0;
  }
  if (id == 0) {
    shared = search[state];
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  pick_of_many(counts, spans, shift, &shared);
  if (id == 0) {
    search[state] = shared;
  }
}

// The smallest distance above the one found, as bits, complemented: a maximum from 0.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void search_next(
    __global const float *x, __global const float *y, uint n, uint m, uint d, uint cross,
    uint groups, __global const Search *search, volatile __global uint *next) {
  __local float scratch[2 * GROUP];
  uint group = get_group_id(0);
  uint state = group / groups;
  int least = INT_MAX;
  int found = (int)search[state].prefix;
  __global const float *from = x + (ulong)state * n * d;
  __global const float *to = y + (ulong)state * m * d;
  for (uint i = group - state * groups; i < n; i += groups) {
    for (uint j = (cross ? 0 : i + 1) + get_local_id(0); j < m; j += GROUP) {
      int bits = as_int(squared_distance(from + (ulong)i * d, to + (ulong)j * d, d));
      least = bits > found ? min(least, bits) : least;
    }
  }
  least = lanes_first(least, scratch, GROUP);
  if (get_local_id(0) == 0) {
    atomic_max(&next[state], ~(uint)least);
  }
}

// The whole search by one group to a state, for few particles or many states.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void search_group(
    __global const float *x, __global const float *y, uint n, uint m, uint d, uint cross,
    ulong rank, __global Search *search, __global uint *next) {
  __local uint counts[BINS];
  __local uint spans[SPANS];
  __local float scratch[2 * GROUP];
  __local Search shared;
  uint state = get_group_id(0);
  uint id = get_local_id(0);
  __global const float *from = x + (ulong)state * n * d;
  __global const float *to = y + (ulong)state * m * d;
  if (id == 0) {
    shared.rank = rank;
    shared.equal = 0;
    shared.prefix = 0;
    shared.unused = 0;
  }
  for (int shift = 32 - BITS; shift >= 0; shift -= BITS) {
    for (uint i = id; i < BINS; i += GROUP) {
      counts[i] = 0;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    count_distances(from, to, n, m, d, cross, 0, 1, shared.prefix, shift, counts);
    barrier(CLK_LOCAL_MEM_FENCE);
    pick(counts, spans, shift, &shared);
  }
  int least = INT_MAX;
  for (uint i = 0; i < n; i++) {
    for (uint j = (cross ? 0 : i + 1) + id; j < m; j += GROUP) {
      int bits = as_int(squared_distance(from + (ulong)i * d, to + (ulong)j * d, d));
      least = bits > (int)shared.prefix ? min(least, bits) : least;
    }
  }
  least = lanes_first(least, scratch, GROUP);
  if (id == 0) {
    search[state] = shared;
    next[state] = ~(uint)least;
  }
}

// h by the rule, from the element found and the one after it. Where the state is not finite h is
// NaN already.
__kernel void bandwidth_of(__global const Search *search, __global const uint *next, uint states,
                           uint rule, uint even, uint from_zero, float factor, float epsilon,
                           float least, __global float *bandwidths) {
  uint state = get_global_id(0);
  if (state >= states || isnan(bandwidths[state])) {
    return;
  }
  Search s = search[state];
  float found = as_float(s.prefix);
  float after = s.rank + 1 < s.equal ? found : as_float(~next[state]);
  bandwidths[state] =
      bandwidth_by(rule, even, from_zero, found, after, factor, epsilon, least);
}

// One group to a state: the mean of its rows' sums, in a fixed order.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void discrepancy_of(
    __global const float *rows, uint n, __global float *out) {
  __local float scratch[2 * GROUP];
  uint state = get_group_id(0);
  int bits = 32 - (int)clz(n - 1);
  float down = ldexp(1.0f, -bits);
  Wide sum = wide(0, 0);
  for (uint i = get_local_id(0); i < n; i += GROUP) {
    sum = plus(sum, rows[(ulong)state * n + i] * down);
  }
  float all = lanes_sum(narrow(sum), scratch, GROUP);
  if (get_local_id(0) == 0) {
    float share = quotient(ldexp(1.0f, bits), 0.0f, (float)n);
    out[state] = all * share * share;
  }
}

enum { PLAIN, ADA_GRAD, ADAM };

// Moves particles; for Adam the last group to have read the count of steps raises it. log_decays:
// log beta1 and log beta2, each as two floats.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void move(
    __global float *particles, __global const float *direction, ulong length, uint how,
    float rate, float epsilon, float4 decays, float4 log_decays, __global float *mean,
    __global float *squares, volatile __global int *steps, volatile __global uint *ticket) {
  __local int shared;
  if (get_local_id(0) == 0 && how == ADAM) {
    shared = atomic_or(steps, 0);
    mem_fence(CLK_GLOBAL_MEM_FENCE);
    if (atomic_inc(ticket) == get_num_groups(0) - 1) {
      atomic_xchg(ticket, 0u);
      atomic_inc(steps);
    }
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  float correct_mean = 1;
  float correct_squares = 1;
  if (how == ADAM) {
    // 1 - beta^t without cancellation.
    float t = (float)(shared + 1);
    correct_mean = -expm1(fma(t, log_decays.x, t * log_decays.y));
    correct_squares = -expm1(fma(t, log_decays.z, t * log_decays.w));
  }
  FOR_EACH(i, length) {
    float g = direction[i];
    float by = g;
    if (how == ADA_GRAD) {
      float s = fma(g, g, squares[i]);
      squares[i] = s;
      by = g / (sqrt(s) + epsilon);
    } else if (how == ADAM) {
      float first = fma(decays.x, mean[i], decays.y * g);
      float second = fma(decays.z, squares[i], decays.w * (g * g));
      mean[i] = first;
      squares[i] = second;
      by = first / correct_mean / (sqrt(second / correct_squares) + epsilon);
    }
    particles[i] = fma(rate, by, particles[i]);
  }
}
