// WEIGHTED is 1 where there are log-weights: a condition that the compiler knows, since barriers
// under one that it does not know make PoCL's compiler take minutes.
// Rows of up to PER_LANE columns per work-item: a row is read once, into registers, by `lanes`
// neighbouring work-items (a power of two); a group of GROUP holds GROUP / lanes rows. Where
// columns are a multiple of four, each work-item holds runs of four, else every lanes-th column.
#define ROW_SCALE (WEIGHTED ? LOG2E : s.alpha.z)
// Registers need constant indices; a CPU's compiler is better off with loops as long as the row.
#ifdef SINGLE
#define UNROLL
#define HELD(columns) (4 * (((columns) + 3) / 4))
#else
#define UNROLL _Pragma("unroll")
#define HELD(columns) PER_LANE
#endif

typedef struct {
  uint i;       // the row
  bool active;  // whether it exists
  uint lane;
  uint lanes;
  bool runs;  // whether columns next to each other make a run of four, aligned
  uint step;  // from one column of a run to the next
} Place;

INLINE Place place_of(uint rows, uint columns, uint lanes) {
  Place p;
  uint id = get_local_id(0);
  ulong i = (ulong)get_group_id(0) * (GROUP / lanes) + id / lanes;
  p.active = i < rows;
  p.i = p.active ? (uint)i : rows - 1;
  p.lane = id & (lanes - 1);
  p.lanes = lanes;
  p.runs = columns % 4 == 0;
  p.step = p.runs ? 1 : lanes;
  return p;
}

INLINE uint run_start(const Place *p, uint run) {
  return run * 4 * p->lanes + (p->runs ? 4 * p->lane : p->lane);
}

INLINE void load_run(const Row *row, const Place *p, uint run, uint head, float *x) {
  __global const float *from = row->q + head * row->size;
  uint k = run_start(p, run);
  if (p->runs) {
    float4 four = k < row->columns ? *(__global const float4 *)(from + k)
                                   : (float4)(-INFINITY);
    x[0] = four.x;
    x[1] = four.y;
    x[2] = four.z;
    x[3] = four.w;
  } else {
    for (uint j = 0; j < 4; j++) {
      uint at = k + j * p->step;
      x[j] = at < row->columns ? from[at] : -INFINITY;
    }
  }
}

INLINE void store_run(__global float *to, uint columns, const Place *p, uint run, const float *x) {
  uint k = run_start(p, run);
  if (p->runs) {
    if (k < columns) {
      *(__global float4 *)(to + k) = (float4)(x[0], x[1], x[2], x[3]);
    }
  } else {
    for (uint j = 0; j < 4; j++) {
      if (k + j * p->step < columns) {
        to[k + j * p->step] = x[j];
      }
    }
  }
}

// v <- Q, -infinity where excluded; returns how many columns take part. After the reductions every
// work-item of the row knows kind and maximum.
INLINE int load_row(const Row *row, const Place *p, __local float *scratch, float *v, Statistics *s) {
  int bits = 0;
  int allowed = 0;
  float m = -INFINITY;
  UNROLL
  for (uint run = 0; run < HELD(row->columns) / 4; run++) {
    float x[4];
    load_run(row, p, run, 0, x);
    for (uint head = 1; head < row->heads; head++) {
      float y[4];
      load_run(row, p, run, head, y);
      for (uint j = 0; j < 4; j++) {
        x[j] = (y[j] < x[j] || isnan(y[j])) ? y[j] : x[j];
      }
    }
    UNROLL
    for (uint j = 0; j < 4; j++) {
      uint k = run_start(p, run) + j * p->step;
      float weight = 0.0f;
      bool in = k < row->columns;
      if (in && (row->flags & (MASK | WEIGHTS))) {
        in = included(row, k, &weight);
      }
      if (in) {
        bits |= seen(s->alpha.x, x[j], weight);
        allowed++;
      }
      x[j] = in ? x[j] : -INFINITY;
      m = larger(m, x[j]);
      v[4 * run + j] = x[j];
    }
  }
  s->maximum = lanes_maximum(m, scratch, p->lanes);
  s->kind = kind_of(s->alpha.x, lanes_or(bits, scratch, p->lanes), s->maximum);
  return allowed;
}

// Turns v to logits where there are log-weights, then to distances from the largest.
INLINE void shift_row(const Row *row, const Place *p, __local float *scratch, float *v, Statistics *s) {
  s->peak = 0;
  float top = s->maximum;
  if (WEIGHTED) {
    float m = -INFINITY;
    UNROLL
    for (uint i = 0; i < HELD(row->columns); i++) {
      uint k = run_start(p, i / 4) + i % 4 * p->step;
      float weight;
      if (k < row->columns && included(row, k, &weight)) {
        v[i] = logit(v[i], s->maximum, s->alpha.w, weight);
      }
      m = larger(m, v[i]);
    }
    s->peak = lanes_maximum(m, scratch, p->lanes);
    top = s->peak;
  }
  UNROLL
  for (uint i = 0; i < HELD(row->columns); i++) {
    v[i] -= top;
  }
}

// e, and with it the sums; e may be null where nobody needs it again. Sums of four are added
// up without loss, so that errors do not grow with the row.
INLINE void sum_row(uint columns, const Place *p, __local float *scratch, const float *v,
                    float scale, float *e, Statistics *s) {
  float floor_ = floor_of(scale);
  Wide sum = wide(0.0f, 0.0f);
  Wide products = wide(0.0f, 0.0f);
  UNROLL
  for (uint run = 0; run < HELD(columns) / 4; run++) {
    float part = 0;
    float part_products = 0;
    UNROLL
    for (uint j = 0; j < 4; j++) {
      float d = v[4 * run + j];
      float x = exponential(&d, scale, floor_);
      part += x;
      part_products = fma(x, d, part_products);
      if (e) {
        e[4 * run + j] = x;
      }
    }
    sum = plus(sum, part);
    products = plus(products, part_products);
  }
  s->sum = lanes_sum(sum.x + sum.y, scratch, p->lanes);
  s->weighted = lanes_sum(products.x + products.y, scratch, p->lanes) * scale;
}

// What the mellowmax needs beyond the sum; columns are read again where there are log-weights.
INLINE void mean_row(const Row *row, const Place *p, __local float *scratch, const float *v, int allowed,
              Statistics *s) {
  if (!WEIGHTED) {
    Wide shortfall = wide(0.0f, 0.0f);
    int finite = 0;
    UNROLL
    for (uint i = 0; i < HELD(row->columns); i++) {
      if (v[i] > -INFINITY) {
        shortfall = plus(shortfall, expm1(v[i] * s->alpha.w));
        finite++;
      }
    }
    s->mass = lanes_count(allowed, scratch, p->lanes);
    shortfall = plus(shortfall, (float)(finite - allowed));
    s->shortfall = lanes_sum(shortfall.x + shortfall.y, scratch, p->lanes);
    return;
  }
  float weight;
  float largest = -INFINITY;
  for (uint k = p->lane; k < row->columns; k += p->lanes) {
    largest = included(row, k, &weight) ? larger(largest, weight) : largest;
  }
  s->largest = lanes_maximum(largest, scratch, p->lanes);
  float mass = 0;
  float shortfall = 0;
  for (uint k = p->lane; k < row->columns; k += p->lanes) {
    if (included(row, k, &weight)) {
      float d = weight - s->largest;
      float w = exponential(&d, LOG2E, FLOOR / LOG2E);
      mass += w;
      shortfall = fma(w, expm1((lowest(row, k) - s->maximum) * s->alpha.w), shortfall);
    }
  }
  s->mass = lanes_sum(mass, scratch, p->lanes);
  s->shortfall = lanes_sum(shortfall, scratch, p->lanes);
}

__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void soft_value(
    ROW_PARAMETERS, uint lanes, RESULT_PARAMETERS) {
  __local float scratch[2 * GROUP];
  float v[PER_LANE];
  Statistics s;
  Place p = place_of(rows, columns, lanes);
  Row row = ROW(p.i);
  s.alpha = temperature_of(flags, temperature, temperatures, p.i);
  load_row(&row, &p, scratch, v, &s);
  shift_row(&row, &p, scratch, v, &s);
  sum_row(columns, &p, scratch, v, ROW_SCALE, 0, &s);
  int change = 0;
  if (p.active && p.lane == 0) {
    change = store_result(&s, WEIGHTED, p.i, mode, value, reward, terminated, discount, values,
                          residual);
  }
  // The last barriers of the kernel: no code follows that a compiler would have to copy.
  if (mode == BACKUP) {
    raise(residual, change, scratch);
  }
}

__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void soft_mean(
    ROW_PARAMETERS, uint lanes, RESULT_PARAMETERS) {
  __local float scratch[2 * GROUP];
  float v[PER_LANE];
  Statistics s;
  Place p = place_of(rows, columns, lanes);
  Row row = ROW(p.i);
  s.alpha = temperature_of(flags, temperature, temperatures, p.i);
  int allowed = load_row(&row, &p, scratch, v, &s);
  shift_row(&row, &p, scratch, v, &s);
  sum_row(columns, &p, scratch, v, ROW_SCALE, 0, &s);
  mean_row(&row, &p, scratch, v, allowed, &s);
  int change = 0;
  if (p.active && p.lane == 0) {
    change = store_result(&s, WEIGHTED, p.i, mode, value, reward, terminated, discount, values,
                          residual);
  }
  // The last barriers of the kernel: no code follows that a compiler would have to copy.
  if (mode == BACKUP) {
    raise(residual, change, scratch);
  }
}

// The first column that holds the maximum of Q.
INLINE int first_maximum(const Row *row, const Place *p, __local float *scratch, const float *v,
                  float maximum) {
  int best = INT_MAX;
  UNROLL
  for (uint i = 0; i < HELD(row->columns); i++) {
    uint k = run_start(p, i / 4) + i % 4 * p->step;
    if (v[i] == maximum && k < row->columns) {
      best = min(best, (int)k);
    }
  }
  return lanes_first(best, scratch, p->lanes);
}

__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void soft_policy(
    ROW_PARAMETERS, uint lanes, POLICY_PARAMETERS) {
  __local float scratch[2 * GROUP];
  float v[PER_LANE];
  float e[PER_LANE];
  Statistics s;
  Place p = place_of(rows, columns, lanes);
  Row row = ROW(p.i);
  s.alpha = temperature_of(flags, temperature, temperatures, p.i);
  load_row(&row, &p, scratch, v, &s);
  int best = first_maximum(&row, &p, scratch, v, s.maximum);
  shift_row(&row, &p, scratch, v, &s);
  sum_row(columns, &p, scratch, v, ROW_SCALE, e, &s);
  if (WEIGHTED) {
    float spread = 0;
    UNROLL
    for (uint i = 0; i < HELD(columns); i++) {
      uint k = run_start(&p, i / 4) + i % 4 * p.step;
      if (k < columns && e[i] > 0) {
        spread = fma(e[i], lowest(&row, k) - s.maximum, spread);
      }
    }
    s.spread = lanes_sum(spread, scratch, lanes);
  }
  if (!p.active) {
    return;
  }
  float factor = (wanted & WANT_GRADIENT) ? upstream[p.i] : 1.0f;
  ulong at = (ulong)p.i * columns;
  if (s.kind != REGULAR) {
    policy_of_special(&row, &s, at, p.lane, columns, lanes, best, factor, wanted, value,
                      probabilities, log_probabilities, entropy, expected, upstream);
  } else {
    factor = wanted & (WANT_POLICY | WANT_GRADIENT) ? share_of(factor, &s) : 0;
    float log_s = natural_log(s.sum);
    float inverse = WEIGHTED ? 1.0f : max(s.alpha.w, FLT_MIN);
    UNROLL
    for (uint run = 0; run < HELD(columns) / 4; run++) {
      float x[4];
      if (wanted & (WANT_POLICY | WANT_GRADIENT)) {
        for (uint j = 0; j < 4; j++) {
          x[j] = e[4 * run + j] * factor;
        }
        store_run(probabilities + at, columns, &p, run, x);
      }
      if (wanted & WANT_LOG) {
        for (uint j = 0; j < 4; j++) {
          x[j] = fma(v[4 * run + j], inverse, -log_s);
        }
        store_run(log_probabilities + at, columns, &p, run, x);
      }
    }
  }
  if (p.lane == 0) {
    policy_numbers(&s, WEIGHTED, p.i, wanted, value, probabilities, log_probabilities, entropy,
                   expected, upstream);
  }
}

// The first column that is infinite, in a row that holds one.
INLINE int first_infinite(const Row *row, const Place *p, __local float *scratch, const Statistics *s) {
  int first = INT_MAX;
  for (uint k = p->lane; s->kind == PLUS_INFINITE && k < row->columns; k += p->lanes) {
    float weight;
    bool plus = included(row, k, &weight) &&
                (lowest(row, k) == INFINITY || (s->alpha.x != 0 && weight == INFINITY));
    first = plus ? min(first, (int)k) : first;
  }
  return lanes_first(first, scratch, p->lanes);
}

__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void soft_greedy(
    ROW_PARAMETERS, uint lanes, __global int *actions) {
  __local float scratch[2 * GROUP];
  float v[PER_LANE];
  Statistics s;
  Place p = place_of(rows, columns, lanes);
  Row row = ROW(p.i);
  s.alpha = (float4)(0.0f);
  load_row(&row, &p, scratch, v, &s);
  int best = first_maximum(&row, &p, scratch, v, s.maximum);
  int infinite = first_infinite(&row, &p, scratch, &s);
  if (p.active && p.lane == 0) {
    actions[p.i] = action_of(&s, best, best, infinite);
  }
}

// By Gumbel-max: word i of the draw belongs to element i of the matrix.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void soft_sample(
    ROW_PARAMETERS, uint lanes, volatile __global uint *state, volatile __global uint *ticket,
    __global int *actions) {
  __local float scratch[2 * GROUP];
  __local uint stream[4];
  float v[PER_LANE];
  Statistics s;
  Place p = place_of(rows, columns, lanes);
  Row row = ROW(p.i);
  s.alpha = temperature_of(flags, temperature, temperatures, p.i);
  Draw draw = take_draw(state, ticket, stream);
  load_row(&row, &p, scratch, v, &s);
  int greedy = first_maximum(&row, &p, scratch, v, s.maximum);
  int infinite = first_infinite(&row, &p, scratch, &s);
  shift_row(&row, &p, scratch, v, &s);
  float inverse = WEIGHTED ? 1.0f : s.alpha.w;
  float best = -INFINITY;
  UNROLL
  for (uint i = 0; i < HELD(columns); i++) {
    uint k = run_start(&p, i / 4) + i % 4 * p.step;
    if (k < columns && v[i] > -INFINITY) {
      v[i] = fma(v[i], inverse, gumbel(draw, (ulong)p.i * columns + k));
    }
    best = larger(best, v[i]);
  }
  best = lanes_maximum(best, scratch, lanes);
  int drawn = first_maximum(&row, &p, scratch, v, best);
  if (p.active && p.lane == 0) {
    actions[p.i] = action_of(&s, drawn, greedy, infinite);
  }
}
