// A step of Adam: schedule, norm, limit, moments, target network, counts.
enum { CONSTANT, LINEAR, COSINE, EXPONENTIAL };

// numbers: from, to, least; log_factor: a logarithm as two floats.
INLINE float scheduled(uint kind, float4 numbers, int steps, float2 log_factor, int step) {
  float part = step >= steps ? 1.0f : (float)step / (float)steps;
  if (kind == LINEAR) {
    return fma(part, numbers.y, (1.0f - part) * numbers.x);
  }
  if (kind == COSINE) {
    float half_cosine = cospi(0.5f * part);
    float start = half_cosine * half_cosine;
    return fma(start, numbers.x, (1.0f - start) * numbers.y);
  }
  if (kind == EXPONENTIAL) {
    Wide x = two_product((float)step, log_factor.x);
    float rest = fma((float)step, log_factor.y, x.y);
    return fmax(numbers.x * fma(exp(x.x), rest, exp(x.x)), numbers.z);
  }
  return numbers.x;
}

// Squares of numbers of any size, as three sums: of small, of middling and of large ones.
#define SMALL 0x1p-50f
#define LARGE 0x1p50f
#define MAGNIFY 0x1p70f

typedef struct {
  Wide small;
  Wide middle;
  Wide large;
} Squares;

INLINE Squares add_square(Squares s, float g) {
  float size = fabs(g);
  float down = g / MAGNIFY;
  float up = g * MAGNIFY;
  if (size < SMALL) {
    s.small = plus(s.small, up * up);
  } else if (size > LARGE) {
    s.large = plus(s.large, down * down);
  } else {
    s.middle = plus(s.middle, g * g);
  }
  return s;
}

INLINE float root_of(float small, float middle, float large) {
  if (large > 0) {
    return MAGNIFY * sqrt(large + middle / MAGNIFY / MAGNIFY);
  }
  return middle > 0 || isnan(middle) ? sqrt(middle + small / MAGNIFY / MAGNIFY)
                                     : sqrt(small) / MAGNIFY;
}

typedef struct {
  float small;
  float middle;
  float large;
  float loss;
} Totals;

// A group's stretch of a network's gradient from its parts, in their order, with the sums of its
// squares and of the network's terms of the loss.
INLINE Totals sum_parts(__global const float *parts, uint splits, uint networks, uint parameters,
                        uint network, uint first, uint end, __global float *gradient,
                        uint terms_each, __global const float *terms, __local float *scratch) {
  uint id = get_local_id(0);
  Squares s = {{0, 0}, {0, 0}, {0, 0}};
  for (uint i = first + id; i < end; i += GROUP) {
    Wide sum = wide(0, 0);
    // Eight loads under way at once: each takes longer than all the arithmetic.
    __global const float *from = parts + ((ulong)network * parameters + i);
    ulong step = (ulong)networks * parameters;
    uint split = 0;
    for (; split + 8 <= splits; split += 8) {
      float part[8];
      UNROLL for (int k = 0; k < 8; k++) { part[k] = from[(split + k) * step]; }
      UNROLL for (int k = 0; k < 8; k++) { sum = plus(sum, part[k]); }
    }
    for (; split < splits; split++) {
      sum = plus(sum, from[split * step]);
    }
    float g = narrow(sum);
    gradient[(ulong)network * parameters + i] = g;
    s = add_square(s, g);
  }
  Wide all = wide(0, 0);
  for (uint i = id; i < terms_each; i += GROUP) {
    all = plus(all, terms[(ulong)network * terms_each + i]);
  }
  Totals totals;
  totals.small = lanes_sum(narrow(s.small), scratch, GROUP);
  totals.middle = lanes_sum(narrow(s.middle), scratch, GROUP);
  totals.large = lanes_sum(narrow(s.large), scratch, GROUP);
  totals.loss = lanes_sum(narrow(all), scratch, GROUP);
  return totals;
}

// What a kernel is told of the step. decays: beta1, 1 - beta1, beta2, 1 - beta2; log_decays their
// logarithms as two floats each; limits: epsilon, weight decay, largest norm; follow: how far the
// target goes to theta.
#define ADAM_PARAMETERS                                                                            \
  uint kind, float4 numbers, int steps, float2 log_factor, float4 decays, float4 log_decays,       \
      float4 limits, uint follows, int every, float follow, __global float *theta,                 \
      __global float *first_moment, __global float *second_moment, __global float *target,         \
      uint has_norm, __global float *gradient_norm, volatile __global int *step,                   \
      volatile __global int *not_finite, volatile __global uint *ticket
#define ADAM_ARGUMENTS                                                                             \
  kind, numbers, steps, log_factor, decays, log_decays, limits, follows, every, follow, theta,     \
      first_moment, second_moment, target, has_norm, gradient_norm, step, not_finite, ticket

// Moves a group's stretch of a network; its first group tells of norm and loss. The last group to
// have read the count of steps raises it.
INLINE void move(ADAM_PARAMETERS, __global const float *gradient, uint parameters, uint network,
                 uint first, uint end, float norm, float loss, __local int *shared) {
  uint id = get_local_id(0);
  // AdamSettings.takes
  float limited = limits.z > 0 ? fmin(norm, limits.z) : norm;
  bool fine = isfinite(norm) && isfinite(loss) && limited < 0x1p63f;
  if (id == 0) {
    int taken = atomic_or(step, 0);
    mem_fence(CLK_GLOBAL_MEM_FENCE);
    if (atomic_inc(ticket) == get_num_groups(0) - 1) {
      atomic_xchg(ticket, 0u);
      atomic_inc(step);
    }
    if (first == 0 && !fine) {
      atomic_cmpxchg(not_finite, 0, taken + 1);
    }
    if (first == 0 && has_norm) {
      gradient_norm[network] = norm;
    }
    *shared = taken;
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  if (!fine) {
    return;
  }
  int taken = *shared;
  float t = (float)(taken + 1);
  float rate = scheduled(kind, numbers, steps, log_factor, taken);
  float scale = limits.z > 0 ? fmin(1.0f, limits.z / (norm + 1e-6f)) : 1.0f;
  // 1 - beta^t without cancellation.
  float correct_mean = -expm1(fma(t, log_decays.x, t * log_decays.y));
  float correct_squares = -expm1(fma(t, log_decays.z, t * log_decays.w));
  float keep = fma(-rate, limits.y, 1.0f);
  bool moves_target = follows != 0 && (every == 0 || (taken + 1) % every == 0);
  for (uint i = first + id; i < end; i += GROUP) {
    ulong at = (ulong)network * parameters + i;
    float g = scale * gradient[at];
    float mean = fma(decays.x, first_moment[at], decays.y * g);
    float square = fma(decays.w * g, g, decays.z * second_moment[at]);
    first_moment[at] = mean;
    second_moment[at] = square;
    float by = mean / correct_mean / (sqrt(square / correct_squares) + limits.x);
    float moved = fma(-rate, by, keep * theta[at]);
    theta[at] = moved;
    if (moves_target) {
      target[at] = every > 0 ? moved : fma(follow, moved - target[at], target[at]);
    }
  }
}
