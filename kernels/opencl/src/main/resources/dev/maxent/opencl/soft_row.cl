// One row of action values: how it is read, what kind it is, and its results from its statistics.
// The table of special rows is in the Javadoc of SoftValueKernels.
#define MASK 1
#define MASK_PER_ROW 2
#define WEIGHTS 4
#define WEIGHTS_PER_ROW 8
#define TEMPERATURE_ON_DEVICE 16
#define TEMPERATURE_PER_ROW 32

// In octaves: below, exponentials are taken for 0.
#define FLOOR -125.0f

enum { INVALID, EMPTY, NOT_A_NUMBER, PLUS_INFINITE, MINUS_INFINITE, GREEDY, REGULAR };
enum { SEEN = 1, SEEN_NAN = 2, SEEN_PLUS = 4 };
enum { LOG_SUM_EXP, MELLOWMAX, TARGET, BACKUP };

// temperature: alpha as two floats, log2(e) / alpha, 1 / alpha.
#define ROW_PARAMETERS                                                        \
  __global const float *q, __global const uchar *mask,                        \
      __global const float *weights, __global const float *temperatures,      \
      uint heads, uint rows, uint columns, uint flags, float4 temperature

typedef struct {
  __global const float *q;
  __global const uchar *mask;
  __global const float *weights;
  ulong size;
  uint heads;
  uint columns;
  uint flags;
} Row;

#define ROW(i)                                                                \
  {q + (ulong)(i) * columns,                                                  \
   mask + ((flags & MASK_PER_ROW) ? (ulong)(i) * columns : 0),                \
   weights + ((flags & WEIGHTS_PER_ROW) ? (ulong)(i) * columns : 0),          \
   (ulong)rows * columns,                                                     \
   heads,                                                                     \
   columns,                                                                   \
   flags}

INLINE float4 temperature_of(uint flags, float4 constant_,
                      __global const float *temperatures, uint i) {
  if (!(flags & TEMPERATURE_ON_DEVICE)) {
    return constant_;
  }
  float alpha = temperatures[(flags & TEMPERATURE_PER_ROW) ? i : 0];
  return (float4)(alpha, 0.0f, quotient(LOG2E, LOG2E_REST, alpha),
                  quotient(1.0f, 0.0f, alpha));
}

// The smallest of the heads; NaN wins.
INLINE float lowest(const Row *row, uint k) {
  float v = row->q[k];
  for (uint head = 1; head < row->heads; head++) {
    float x = row->q[head * row->size + k];
    v = (x < v || isnan(x)) ? x : v;
  }
  return v;
}

// Whether the column takes part; an excluded one's Q is not looked at.
INLINE bool included(const Row *row, uint k, float *weight) {
  *weight = 0.0f;
  if ((row->flags & MASK) && row->mask[k] == 0) {
    return false;
  }
  if (row->flags & WEIGHTS) {
    *weight = row->weights[k];
    return *weight != -INFINITY;
  }
  return true;
}

// Distances below this are taken for 0. It stays finite, so that -infinity is below.
INLINE float floor_of(float scale) { return max(FLOOR / scale, -FLT_MAX); }

INLINE int seen(float alpha, float v, float weight) {
  float z = alpha == 0 ? v : v + weight;
  int bits = isnan(z) ? SEEN | SEEN_NAN : SEEN;
  bool plus = v == INFINITY || (alpha != 0 && weight == INFINITY);
  return plus && !isnan(z) ? bits | SEEN_PLUS : bits;
}

INLINE int kind_of(float alpha, int bits, float maximum) {
  if (!(alpha >= 0 && alpha <= FLT_MAX)) {
    return INVALID;
  }
  if (!(bits & SEEN)) {
    return EMPTY;
  }
  if (bits & SEEN_NAN) {
    return NOT_A_NUMBER;
  }
  if (bits & SEEN_PLUS) {
    return PLUS_INFINITE;
  }
  if (maximum == -INFINITY) {
    return MINUS_INFINITE;
  }
  return alpha == 0 ? GREEDY : REGULAR;
}

// (q - maximum) / alpha + log w, in nats.
INLINE float logit(float v, float maximum, float inverse, float weight) {
  return v == -INFINITY ? v : fma(v - maximum, inverse, weight);
}

// 2^(d * scale), 0 below the floor; d is clamped there.
INLINE float exponential(float *d, float scale, float floor_) {
  bool below = *d < floor_;
  *d = below ? floor_ : *d;
  float e = power(*d, scale);
  return below ? 0.0f : e;
}

// Of a row, over all its columns: m = max Q, M = max logit (m - m = 0 without log-weights), both
// sums relative to it; the rest where asked.
typedef struct {
  int kind;
  float4 alpha;
  float maximum;
  float peak;
  float sum;         // sum of e
  float weighted;    // sum of e * x, x in octaves
  float spread;      // sum of e * (q - m), with log-weights
  float largest;     // max log w
  float mass;        // sum of w / max w
  float shortfall;   // sum of (w / max w) * expm1((q - m) / alpha)
} Statistics;

INLINE Wide alpha_of(const Statistics *s) { return wide(s->alpha.x, s->alpha.y); }
