// From partial gradients to parameters: sum, norm, limit, Adam, target network, counts.
enum { CONSTANT, LINEAR, COSINE, EXPONENTIAL };

// numbers: from, to, least, 1 / steps; log_factor: a logarithm as two floats.
INLINE float scheduled(uint kind, float4 numbers, int steps, float2 log_factor, int step) {
  float part = step >= steps ? 1.0f : (float)step / (float)steps;
  if (kind == LINEAR) {
    return part == 1.0f ? numbers.y : fma(part, numbers.y - numbers.x, numbers.x);
  }
  if (kind == COSINE) {
    float half_cosine = cospi(0.5f * part);
    return part == 1.0f ? numbers.y
                        : fma(numbers.x - numbers.y, half_cosine * half_cosine, numbers.y);
  }
  if (kind == EXPONENTIAL) {
    Wide x = two_product((float)step, log_factor.x);
    float rest = fma((float)step, log_factor.y, x.y);
    return fmax(numbers.x * fma(exp(x.x), rest, exp(x.x)), numbers.z);
  }
  return numbers.x;
}

__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void schedule_at(
    uint kind, float4 numbers, int steps, float2 log_factor, __global const int *step,
    __global float *out) {
  if (get_global_id(0) == 0) {
    out[0] = scheduled(kind, numbers, steps, log_factor, step[0]);
  }
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

// The gradient from its parts, in the order of the splits, and the squares of each stretch of it:
// networks x pieces groups. The first piece of a network adds up its loss.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void gradient_sum(
    __global const float *parts, uint splits, uint networks, uint parameters, uint pieces,
    __global float *gradient, __global float *squares, uint terms_each,
    __global const float *terms, __global float *losses, uint has_loss, __global float *loss) {
  __local float scratch[2 * GROUP];
  uint network = get_group_id(0) / pieces;
  uint piece = get_group_id(0) - network * pieces;
  uint id = get_local_id(0);
  uint stretch = (parameters + pieces - 1) / pieces;
  uint end = min(parameters, (piece + 1) * stretch);
  Squares s = {{0, 0}, {0, 0}, {0, 0}};
  for (uint i = piece * stretch + id; i < end; i += GROUP) {
    Wide sum = wide(0, 0);
    for (uint split = 0; split < splits; split++) {
      sum = plus(sum, parts[((ulong)split * networks + network) * parameters + i]);
    }
    float g = narrow(sum);
    gradient[(ulong)network * parameters + i] = g;
    s = add_square(s, g);
  }
  Wide all = wide(0, 0);
  if (piece == 0) {
    for (uint i = id; i < terms_each; i += GROUP) {
      all = plus(all, terms[(ulong)network * terms_each + i]);
    }
  }
  float small = lanes_sum(narrow(s.small), scratch, GROUP);
  float middle = lanes_sum(narrow(s.middle), scratch, GROUP);
  float large = lanes_sum(narrow(s.large), scratch, GROUP);
  float total = lanes_sum(narrow(all), scratch, GROUP);
  if (id == 0) {
    __global float *to = squares + 3 * (ulong)get_group_id(0);
    to[0] = small;
    to[1] = middle;
    to[2] = large;
    if (piece == 0) {
      losses[network] = total;
      if (has_loss) {
        loss[network] = total;
      }
    }
  }
}

INLINE float norm_of(__global const float *squares, uint network, uint pieces) {
  Wide small = wide(0, 0);
  Wide middle = wide(0, 0);
  Wide large = wide(0, 0);
  for (uint p = 0; p < pieces; p++) {
    __global const float *from = squares + 3 * ((ulong)network * pieces + p);
    small = plus(small, from[0]);
    middle = plus(middle, from[1]);
    large = plus(large, from[2]);
  }
  return root_of(narrow(small), narrow(middle), narrow(large));
}

// Parameters, moments and target: networks x pieces groups. The last group to have read the count
// of steps raises it, and looks for a network that is not finite. decays: beta1, 1 - beta1, beta2,
// 1 - beta2; log_decays their logarithms as two floats each; limits: epsilon, weight decay, largest
// norm; follow: share of the target and 1 - it.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void adam(
    __global const float *gradient, __global const float *squares, uint squares_pieces,
    __global const float *losses, uint networks, uint parameters, uint pieces, uint kind,
    float4 numbers, int steps, float2 log_factor, float4 decays, float4 log_decays, float4 limits,
    uint follows, int every, float2 follow, __global float *theta, __global float *first_moment,
    __global float *second_moment, __global float *target, uint has_norm,
    __global float *gradient_norm, volatile __global int *step, __global int *not_finite,
    volatile __global uint *ticket) {
  __local int shared;
  uint id = get_local_id(0);
  uint network = get_group_id(0) / pieces;
  uint piece = get_group_id(0) - network * pieces;
  if (id == 0) {
    shared = atomic_or(step, 0);
    mem_fence(CLK_GLOBAL_MEM_FENCE);
    if (atomic_inc(ticket) == get_num_groups(0) - 1) {
      atomic_xchg(ticket, 0u);
      atomic_inc(step);
      bool fine = true;
      for (uint e = 0; e < networks; e++) {
        fine = fine && isfinite(norm_of(squares, e, squares_pieces)) && isfinite(losses[e]);
      }
      if (!fine && not_finite[0] == 0) {
        not_finite[0] = shared + 1;
      }
    }
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  int taken = shared;
  float t = (float)(taken + 1);
  float norm = norm_of(squares, network, squares_pieces);
  if (id == 0 && piece == 0 && has_norm) {
    gradient_norm[network] = norm;
  }
  if (!isfinite(norm) || !isfinite(losses[network])) {
    return;
  }
  float rate = scheduled(kind, numbers, steps, log_factor, taken);
  float scale = limits.z > 0 ? fmin(1.0f, limits.z / (norm + 1e-6f)) : 1.0f;
  // 1 - beta^t without cancellation.
  float correct_mean = -expm1(fma(t, log_decays.x, t * log_decays.y));
  float correct_squares = -expm1(fma(t, log_decays.z, t * log_decays.w));
  float keep = fma(-rate, limits.y, 1.0f);
  bool moves_target = follows != 0 && (every == 0 || (taken + 1) % every == 0);
  uint stretch = (parameters + pieces - 1) / pieces;
  uint end = min(parameters, (piece + 1) * stretch);
  for (uint i = piece * stretch + id; i < end; i += GROUP) {
    ulong at = (ulong)network * parameters + i;
    float g = scale * gradient[at];
    float mean = fma(decays.x, first_moment[at], decays.y * g);
    float square = fma(decays.z, second_moment[at], decays.w * (g * g));
    first_moment[at] = mean;
    second_moment[at] = square;
    float by = mean / correct_mean / (sqrt(square / correct_squares) + limits.x);
    float moved = fma(-rate, by, keep * theta[at]);
    theta[at] = moved;
    if (moves_target) {
      target[at] = every > 0 ? moved : fma(follow.x, moved, follow.y * target[at]);
    }
  }
}
