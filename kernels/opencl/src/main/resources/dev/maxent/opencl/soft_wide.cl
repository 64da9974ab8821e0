// Rows too long for one work-group: each row is cut into chunks of one group each. A kernel leaves
// its chunk's numbers in `parts`, the next one merges those of all chunks in a fixed order.
enum { MAXIMUM, BITS, ALLOWED, PLUS, ARGMAX, PEAK, LARGEST, SUM, PRODUCTS, SPREAD, MASS, SHORTFALL,
       SCORE, DRAWN, SLOTS };

#define WIDE_PARAMETERS                                                       \
  ROW_PARAMETERS, uint chunk, uint chunks, __global float *parts

typedef struct {
  uint i;
  uint id;
  uint from;
  uint to;
  __global float *part;  // of this chunk
  __global float *first; // of the row's first chunk
  uint chunks;
} Piece;

INLINE Piece piece_of(uint columns, uint chunk, uint chunks, __global float *parts) {
  Piece p;
  uint group = get_group_id(0);
  p.i = group / chunks;
  // Not %, which with / becomes an instruction that oclgrind does not know.
  uint c = group - p.i * chunks;
  p.id = get_local_id(0);
  p.from = c * chunk;
  p.to = min(columns, p.from + chunk);
  p.first = parts + (ulong)p.i * chunks * SLOTS;
  p.part = p.first + (ulong)c * SLOTS;
  p.chunks = chunks;
  return p;
}

// For kernels with one group per row, which merge its chunks.
INLINE Piece whole_row(uint columns, uint chunks, __global float *parts) {
  Piece p = piece_of(columns, columns, 1, parts);
  p.first = parts + (ulong)p.i * chunks * SLOTS;
  p.chunks = chunks;
  return p;
}

__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void wide_scan(WIDE_PARAMETERS) {
  __local float scratch[2 * GROUP];
  Piece p = piece_of(columns, chunk, chunks, parts);
  Row row = ROW(p.i);
  float alpha = temperature_of(flags, temperature, temperatures, p.i).x;
  float m = -INFINITY;
  int bits = 0;
  int allowed = 0;
  int plus = INT_MAX;
  int best = INT_MAX;
  for (uint k = p.from + p.id; k < p.to; k += GROUP) {
    float weight;
    if (included(&row, k, &weight)) {
      float v = lowest(&row, k);
      int here = seen(alpha, v, weight);
      bits |= here;
      allowed++;
      plus = here & SEEN_PLUS ? min(plus, (int)k) : plus;
      best = v > m || best == INT_MAX ? (int)k : best;
      m = larger(m, v);
    }
  }
  float top = lanes_maximum(m, scratch, GROUP);
  bits = lanes_or(bits, scratch, GROUP);
  allowed = lanes_count(allowed, scratch, GROUP);
  plus = lanes_first(plus, scratch, GROUP);
  best = lanes_first(m == top ? best : INT_MAX, scratch, GROUP);
  if (p.id == 0) {
    p.part[MAXIMUM] = top;
    p.part[BITS] = as_float(bits);
    p.part[ALLOWED] = as_float(allowed);
    p.part[PLUS] = as_float(plus);
    p.part[ARGMAX] = as_float(best);
  }
}

typedef struct {
  int allowed;
  int plus;
  int best;
} Scan;

INLINE Scan merge_scan(const Piece *p, __local float *scratch, Statistics *s) {
  float m = -INFINITY;
  int bits = 0;
  Scan scan = {0, INT_MAX, INT_MAX};
  for (uint c = p->id; c < p->chunks; c += GROUP) {
    __global const float *part = p->first + (ulong)c * SLOTS;
    scan.best = part[MAXIMUM] > m || scan.best == INT_MAX ? as_int(part[ARGMAX]) : scan.best;
    m = larger(m, part[MAXIMUM]);
    bits |= as_int(part[BITS]);
    scan.allowed += as_int(part[ALLOWED]);
    scan.plus = min(scan.plus, as_int(part[PLUS]));
  }
  s->maximum = lanes_maximum(m, scratch, GROUP);
  s->kind = kind_of(s->alpha.x, lanes_or(bits, scratch, GROUP), s->maximum);
  s->peak = 0;
  scan.allowed = lanes_count(scan.allowed, scratch, GROUP);
  scan.plus = lanes_first(scan.plus, scratch, GROUP);
  scan.best = lanes_first(m == s->maximum ? scan.best : INT_MAX, scratch, GROUP);
  return scan;
}

INLINE float merge_maximum(const Piece *p, __local float *scratch, uint slot) {
  float m = -INFINITY;
  for (uint c = p->id; c < p->chunks; c += GROUP) {
    m = larger(m, p->first[(ulong)c * SLOTS + slot]);
  }
  return lanes_maximum(m, scratch, GROUP);
}

INLINE float merge_sum(const Piece *p, __local float *scratch, uint slot) {
  Wide sum = wide(0.0f, 0.0f);
  for (uint c = p->id; c < p->chunks; c += GROUP) {
    sum = plus(sum, p->first[(ulong)c * SLOTS + slot]);
  }
  return lanes_sum(sum.x + sum.y, scratch, GROUP);
}

// With log-weights only: the largest logit and the largest weight.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void wide_peak(WIDE_PARAMETERS) {
  __local float scratch[2 * GROUP];
  Statistics s;
  Piece p = piece_of(columns, chunk, chunks, parts);
  Row row = ROW(p.i);
  s.alpha = temperature_of(flags, temperature, temperatures, p.i);
  merge_scan(&p, scratch, &s);
  float peak = -INFINITY;
  float largest = -INFINITY;
  for (uint k = p.from + p.id; k < p.to; k += GROUP) {
    float weight;
    if (included(&row, k, &weight)) {
      peak = larger(peak, logit(lowest(&row, k), s.maximum, s.alpha.w, weight));
      largest = larger(largest, weight);
    }
  }
  peak = lanes_maximum(peak, scratch, GROUP);
  largest = lanes_maximum(largest, scratch, GROUP);
  if (p.id == 0) {
    p.part[PEAK] = peak;
    p.part[LARGEST] = largest;
  }
}

INLINE Scan merge_peak(const Piece *p, __local float *scratch, Statistics *s) {
  Scan scan = merge_scan(p, scratch, s);
  if (WEIGHTED) {
    s->peak = merge_maximum(p, scratch, PEAK);
    s->largest = merge_maximum(p, scratch, LARGEST);
  }
  return scan;
}

// The distance of a column from the largest, in units of 1 / scale.
INLINE float distance_of(const Row *row, const Statistics *s, uint k, float v, float weight) {
  return WEIGHTED ? logit(v, s->maximum, s->alpha.w, weight) - s->peak : v - s->maximum;
}

__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void wide_sum(WIDE_PARAMETERS,
                                                                           uint mean) {
  __local float scratch[2 * GROUP];
  Statistics s;
  Piece p = piece_of(columns, chunk, chunks, parts);
  Row row = ROW(p.i);
  s.alpha = temperature_of(flags, temperature, temperatures, p.i);
  merge_peak(&p, scratch, &s);
  float scale = WEIGHTED ? LOG2E : s.alpha.z;
  float floor_ = floor_of(scale);
  Wide sum = wide(0.0f, 0.0f);
  Wide weighted = wide(0.0f, 0.0f);
  Wide spread = wide(0.0f, 0.0f);
  Wide mass = wide(0.0f, 0.0f);
  Wide shortfall = wide(0.0f, 0.0f);
  for (uint k = p.from + p.id; k < p.to; k += GROUP) {
    float weight;
    if (included(&row, k, &weight)) {
      float v = lowest(&row, k);
      float d = distance_of(&row, &s, k, v, weight);
      float e = exponential(&d, scale, floor_);
      sum = plus(sum, e);
      weighted = plus(weighted, e * d);
      spread = e > 0 ? plus(spread, e * (v - s.maximum)) : spread;
      if (mean) {
        float w = 1;
        if (WEIGHTED) {
          float below = weight - s.largest;
          w = exponential(&below, LOG2E, FLOOR / LOG2E);
        }
        mass = plus(mass, w);
        shortfall = plus(shortfall, w * expm1((v - s.maximum) * s.alpha.w));
      }
    }
  }
  float all = lanes_sum(sum.x + sum.y, scratch, GROUP);
  float all_weighted = lanes_sum((weighted.x + weighted.y) * scale, scratch, GROUP);
  float all_spread = lanes_sum(spread.x + spread.y, scratch, GROUP);
  float all_mass = lanes_sum(mass.x + mass.y, scratch, GROUP);
  float all_shortfall = lanes_sum(shortfall.x + shortfall.y, scratch, GROUP);
  if (p.id == 0) {
    p.part[SUM] = all;
    p.part[PRODUCTS] = all_weighted;
    p.part[SPREAD] = all_spread;
    p.part[MASS] = all_mass;
    p.part[SHORTFALL] = all_shortfall;
  }
}

INLINE Scan merge_all(const Piece *p, __local float *scratch, Statistics *s) {
  Scan scan = merge_peak(p, scratch, s);
  s->sum = merge_sum(p, scratch, SUM);
  s->weighted = merge_sum(p, scratch, PRODUCTS);
  s->spread = merge_sum(p, scratch, SPREAD);
  s->mass = merge_sum(p, scratch, MASS);
  s->shortfall = merge_sum(p, scratch, SHORTFALL);
  return scan;
}

// One group per row.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void wide_value(WIDE_PARAMETERS,
                                                                             RESULT_PARAMETERS) {
  __local float scratch[2 * GROUP];
  Statistics s;
  Piece p = whole_row(columns, chunks, parts);
  s.alpha = temperature_of(flags, temperature, temperatures, p.i);
  merge_all(&p, scratch, &s);
  if (p.id == 0) {
    int change = store_result(&s, WEIGHTED, p.i, mode, value, reward, terminated, discount, values,
                              residual);
    if (mode == BACKUP) {
      atomic_max(residual, change);
    }
  }
}

__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void wide_policy(WIDE_PARAMETERS,
                                                                              POLICY_PARAMETERS) {
  __local float scratch[2 * GROUP];
  Statistics s;
  Piece p = piece_of(columns, chunk, chunks, parts);
  Row row = ROW(p.i);
  s.alpha = temperature_of(flags, temperature, temperatures, p.i);
  Scan scan = merge_all(&p, scratch, &s);
  float factor = (wanted & WANT_GRADIENT) ? upstream[p.i] : 1.0f;
  ulong at = (ulong)p.i * columns;
  if (s.kind != REGULAR) {
    policy_of_special(&row, &s, at, p.from + p.id, p.to, GROUP, scan.best, factor, wanted, value,
                      probabilities, log_probabilities, entropy, expected, upstream);
  } else {
    factor = share_of(factor, &s);
    float log_s = natural_log(s.sum);
    float scale = WEIGHTED ? LOG2E : s.alpha.z;
    float inverse = WEIGHTED ? 1.0f : max(s.alpha.w, FLT_MIN);
    for (uint k = p.from + p.id; k < p.to; k += GROUP) {
      float weight;
      float d = -INFINITY;
      if (included(&row, k, &weight)) {
        d = distance_of(&row, &s, k, lowest(&row, k), weight);
      }
      if (wanted & WANT_LOG) {
        log_probabilities[at + k] = fma(d, inverse, -log_s);
      }
      if (wanted & (WANT_POLICY | WANT_GRADIENT)) {
        probabilities[at + k] = exponential(&d, scale, floor_of(scale)) * factor;
      }
    }
  }
  if (p.id == 0 && p.from == 0) {
    policy_numbers(&s, WEIGHTED, p.i, wanted, value, probabilities, log_probabilities, entropy,
                   expected, upstream);
  }
}

__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void wide_best(
    WIDE_PARAMETERS, __global const uint *state) {
  __local float scratch[2 * GROUP];
  Statistics s;
  Piece p = piece_of(columns, chunk, chunks, parts);
  Row row = ROW(p.i);
  s.alpha = temperature_of(flags, temperature, temperatures, p.i);
  merge_peak(&p, scratch, &s);
  Draw stream = {state[0], state[1], state[2], state[3]};
  float inverse = WEIGHTED ? 1.0f : s.alpha.w;
  float score = -INFINITY;
  int best = INT_MAX;
  for (uint k = p.from + p.id; k < p.to; k += GROUP) {
    float weight;
    if (included(&row, k, &weight)) {
      float d = distance_of(&row, &s, k, lowest(&row, k), weight);
      float here = fma(d, inverse, gumbel(stream, (ulong)p.i * columns + k));
      best = here > score ? (int)k : best;
      score = larger(score, here);
    }
  }
  float top = lanes_maximum(score, scratch, GROUP);
  best = lanes_first(score == top ? best : INT_MAX, scratch, GROUP);
  if (p.id == 0) {
    p.part[SCORE] = top;
    p.part[DRAWN] = as_float(best);
  }
}

// One group per row.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void wide_greedy(
    WIDE_PARAMETERS, __global int *actions) {
  __local float scratch[2 * GROUP];
  Statistics s;
  Piece p = whole_row(columns, chunks, parts);
  s.alpha = (float4)(0.0f);
  Scan scan = merge_scan(&p, scratch, &s);
  if (p.id == 0) {
    actions[p.i] = action_of(&s, scan.best, scan.best, scan.plus);
  }
}

// One group per row; the first of them counts the draw.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void wide_sample(
    WIDE_PARAMETERS, __global uint *state, __global int *actions) {
  __local float scratch[2 * GROUP];
  Statistics s;
  Piece p = whole_row(columns, chunks, parts);
  s.alpha = temperature_of(flags, temperature, temperatures, p.i);
  Scan scan = merge_scan(&p, scratch, &s);
  float score = -INFINITY;
  int best = INT_MAX;
  for (uint c = p.id; c < chunks; c += GROUP) {
    __global const float *part = p.first + (ulong)c * SLOTS;
    best = part[SCORE] > score ? as_int(part[DRAWN]) : best;
    score = larger(score, part[SCORE]);
  }
  float top = lanes_maximum(score, scratch, GROUP);
  best = lanes_first(score == top ? best : INT_MAX, scratch, GROUP);
  if (p.id == 0) {
    actions[p.i] = action_of(&s, best, scan.best, scan.plus);
    if (p.i == 0) {
      state[2]++;
      state[3] += state[2] == 0;
    }
  }
}
