// The results of a row from its statistics, with the special rows of SoftValueKernels' table.
INLINE Wide log_sum(const Statistics *s, bool weights) {
  Wide l = wide_log(s->sum);
  if (weights) {
    Wide t = two_sum(s->peak, l.x);
    l = wide(t.x, t.y + l.y);
  }
  return l;
}

INLINE float special_value(const Statistics *s) {
  switch (s->kind) {
    case EMPTY:
    case MINUS_INFINITE:
      return -INFINITY;
    case PLUS_INFINITE:
      return INFINITY;
    case GREEDY:
      return s->maximum;
    default:
      return NAN;
  }
}

INLINE float soft_value_of(const Statistics *s, bool weights) {
  return s->kind == REGULAR
             ? plus_product(s->maximum, alpha_of(s), log_sum(s, weights))
             : special_value(s);
}

// Where u nears -1, log1p(u) would cancel: then the logarithms of both sums are subtracted.
INLINE float mellowmax_of(const Statistics *s, bool weights) {
  if (s->kind != REGULAR) {
    return special_value(s);
  }
  float u = s->shortfall / s->mass;
  if (u > -0.5f) {
    return plus_product(s->maximum, alpha_of(s), wide(log1p(u), 0.0f));
  }
  Wide top = log_sum(s, weights);
  Wide bottom = wide_log(s->mass);
  Wide d = two_sum(top.x, -(weights ? s->largest : 0.0f));
  Wide l = two_sum(d.x, -bottom.x);
  return plus_product(s->maximum, alpha_of(s),
                      wide(l.x, l.y + (d.y + (top.y - bottom.y))));
}

INLINE float entropy_of(const Statistics *s) {
  if (s->kind == REGULAR) {
    Wide l = wide_log(s->sum);
    return l.x + (l.y - LN2 * (s->weighted / s->sum));
  }
  return s->kind == EMPTY || s->kind == GREEDY ? 0.0f : NAN;
}

INLINE float expected_of(const Statistics *s, bool weights) {
  if (s->kind == REGULAR) {
    return weights ? s->maximum + s->spread / s->sum
                   : fma(s->alpha.x, LN2 * (s->weighted / s->sum), s->maximum);
  }
  return s->kind == EMPTY ? 0.0f : s->kind == GREEDY ? s->maximum : NAN;
}

INLINE float target_of(float reward, uchar terminated, float2 discount, float value) {
  // Selected, not multiplied: where V does not count it may be anything, infinite and NaN included.
  return terminated || discount.x == 0.0f
             ? reward
             : plus_product(reward, wide(discount.x, discount.y), wide(value, 0.0f));
}

// Probability, log-probability or derivative of a column of a row that is not regular.
INLINE float special_probability(const Row *row, const Statistics *s, uint k, int best,
                          bool logarithm, bool derivative) {
  float weight;
  if (s->kind == INVALID) {
    return NAN;
  }
  if (!included(row, k, &weight)) {
    return logarithm ? -INFINITY : 0.0f;
  }
  if (s->kind == GREEDY) {
    return (int)k == best ? (logarithm ? 0.0f : 1.0f)
                          : (logarithm ? -INFINITY : 0.0f);
  }
  if (s->kind == PLUS_INFINITE && derivative) {
    bool infinite = lowest(row, k) == INFINITY || (s->alpha.x != 0 && weight == INFINITY);
    return infinite ? NAN : 0.0f;
  }
  return NAN;
}

// What an exponential counts in units of `factor`, which an infinite gradient may be.
INLINE float share_of(float factor, const Statistics *s) {
  return isinf(factor) ? factor : quotient(factor, 0.0f, s->sum);
}

// Writes the result of a row that `mode` asks for. Of a backup it gives what the residual is at
// least, as bits, else 0.
#define RESULT_PARAMETERS                                                     \
  uint mode, __global float *value, __global const float *reward,             \
      __global const uchar *terminated, float2 discount,                      \
      __global const float *values, volatile __global int *residual

INLINE int store_result(const Statistics *s, bool weights, uint i, RESULT_PARAMETERS) {
  float v = mode == MELLOWMAX ? mellowmax_of(s, weights) : soft_value_of(s, weights);
  if (mode == TARGET) {
    v = target_of(reward[i], terminated[i], discount, v);
  }
  int change = 0;
  if (mode == BACKUP) {
    v = s->kind == EMPTY ? 0.0f : v;
    change = as_int(fabs(v - values[i]));
  }
  value[i] = v;
  return change;
}

enum { WANT_VALUE = 1, WANT_POLICY = 2, WANT_LOG = 4, WANT_ENTROPY = 8, WANT_EXPECTED = 16,
       WANT_GRADIENT = 32 };

#define POLICY_PARAMETERS                                                     \
  uint wanted, __global float *value, __global float *probabilities,          \
      __global float *log_probabilities, __global float *entropy,             \
      __global float *expected, __global const float *upstream

INLINE void policy_numbers(const Statistics *s, bool weights, uint i, POLICY_PARAMETERS) {
  if (wanted & WANT_VALUE) {
    value[i] = soft_value_of(s, weights);
  }
  if (wanted & WANT_ENTROPY) {
    entropy[i] = entropy_of(s);
  }
  if (wanted & WANT_EXPECTED) {
    expected[i] = expected_of(s, weights);
  }
}

// Probabilities or the gradient, and log-probabilities, of the columns of a special row.
INLINE void policy_of_special(const Row *row, const Statistics *s, ulong at, uint from, uint to, uint by,
                       int best, float factor, POLICY_PARAMETERS) {
  for (uint k = from; k < to; k += by) {
    if (wanted & (WANT_POLICY | WANT_GRADIENT)) {
      bool derivative = wanted & WANT_GRADIENT;
      probabilities[at + k] =
          special_probability(row, s, k, best, false, derivative) * factor;
    }
    if (wanted & WANT_LOG) {
      log_probabilities[at + k] = special_probability(row, s, k, best, true, false);
    }
  }
}

INLINE int action_of(const Statistics *s, int regular, int greedy, int infinite) {
  switch (s->kind) {
    case PLUS_INFINITE:
      return infinite;
    case GREEDY:
      return greedy;
    case REGULAR:
      return regular;
    default:
      return -1;
  }
}
