// Arithmetic shared by all programs. Contraction is off: where a product and a sum round once, the
// source says fma.
#pragma OPENCL FP_CONTRACT OFF

// Also where there is no barrier: calls with vectors on the stack have crashed on PoCL.
#define INLINE __attribute__((always_inline))

// Each group works on a stretch of its own, neighbours on neighbours; as long as whole rounds of the
// group, so that stretches start aligned and only the last round of all has idle work-items.
#define STRETCH(count) \
  (((count) + get_global_size(0) - 1) / get_global_size(0) * get_local_size(0))
#define FOR_EACH(i, count)                                                    \
  for (ulong i = get_group_id(0) * STRETCH(count) + get_local_id(0),          \
             end_ = min((ulong)(count), (get_group_id(0) + 1) * STRETCH(count)); \
       i < end_; i += get_local_size(0))

// Where work-items share rows they hold numbers in registers, whose indices must be constants; a CPU
// has a stack, and vectors of SINGLE floats.
#ifdef SINGLE
#define UNROLL
#define JOINED(a, b) a##b
#define JOIN(a, b) JOINED(a, b)
typedef JOIN(float, SINGLE) Vector;
#define LOAD_VECTOR JOIN(vload, SINGLE)
#define STORE_VECTOR JOIN(vstore, SINGLE)
#else
#define UNROLL _Pragma("unroll")
#endif

#define LN2 0.6931472f
#define LOG2E 1.442695f
#define LOG2E_REST 1.925963033500e-8f

// A number as an unevaluated sum x + y of two floats: 48 bits where float64 may be missing. No
// float2: oclgrind 21.10 crashes on the shuffles that its compiler makes of x + y.
typedef struct {
  float x;
  float y;
} Wide;

INLINE Wide wide(float x, float y) {
  Wide w = {x, y};
  return w;
}

INLINE Wide two_sum(float a, float b) {
  float sum = a + b;
  float part = sum - a;
  return wide(sum, (a - (sum - part)) + (b - part));
}

INLINE Wide two_product(float a, float b) {
  float product = a * b;
  return wide(product, fma(a, b, -product));
}

// A sum that loses next to nothing.
INLINE Wide plus(Wide sum, float term) {
  Wide t = two_sum(sum.x, term);
  return wide(t.x, sum.y + t.y);
}

// The float nearest to it; an infinite sum stays infinite.
INLINE float narrow(Wide sum) { return isfinite(sum.x) ? sum.x + sum.y : sum.x; }

// a + b * c, rounded once but for terms of second order.
INLINE float plus_product(float a, Wide b, Wide c) {
  Wide p = two_product(b.x, c.x);
  Wide s = two_sum(a, p.x);
  float rest = s.y + (p.y + fma(b.x, c.y, b.y * c.x));
  return isfinite(s.x) ? s.x + rest : s.x;
}

// (high + low) / divisor, within half an ulp and a little; at most the largest float.
INLINE float quotient(float high, float low, float divisor) {
  float q = high / divisor;
  if (!(fabs(q) <= FLT_MAX)) {
    return q > 0 ? FLT_MAX : q;
  }
  float rest = fma(-q, divisor, high) + low;
  float better = q + rest / divisor;
  return fabs(better) <= FLT_MAX ? better : q;
}

// 2^(d * scale) for -125 <= d * scale <= 0, or NaN; relative error 1.2 * 2^-24. The sum with
// 1.5 * 2^23 rounds to a whole power, whose bits then move to the exponent.
INLINE float power(float d, float scale) {
  float rounded = fma(d, scale, 12582912.0f);
  float f = fma(d, scale, 12582912.0f - rounded);
  float p = fma(f, 1.5453163e-4f, 1.3390863e-3f);
  p = fma(p, f, 9.618083e-3f);
  p = fma(p, f, 5.550357e-2f);
  p = fma(p, f, 2.402265e-1f);
  p = fma(p, f, 6.931472e-1f);
  p = fma(p, f, 1.0f);
  return as_float(as_int(p) + (as_int(rounded) << 23));
}

// The natural logarithm of a normal positive float, absolute error below 2^-29: s = 2^e (1 + f),
// log1p(f) = f - f*f/2 + f^3 P(f) with the first two terms exact and P from Cephes' logf.
INLINE Wide wide_log(float s) {
  int e = (as_int(s) - 0x3f3504f3) >> 23;
  float f = as_float(as_int(s) - (e << 23)) - 1.0f;
  float z = f * f;
  float p = fma(f, 7.0376836292e-2f, -1.1514610310e-1f);
  p = fma(p, f, 1.1676998740e-1f);
  p = fma(p, f, -1.2420140846e-1f);
  p = fma(p, f, 1.4249322787e-1f);
  p = fma(p, f, -1.6668057665e-1f);
  p = fma(p, f, 2.0000714765e-1f);
  p = fma(p, f, -2.4999993993e-1f);
  p = fma(p, f, 3.3333331174e-1f);
  Wide half_square = two_product(-0.5f * f, f);
  Wide sum = two_sum(f, half_square.x);
  Wide total = two_sum((float)e * 0.693359375f, sum.x);
  float rest = fma((float)e, -2.12194440e-4f, p * f * z);
  return wide(total.x, total.y + (sum.y + (half_square.y + rest)));
}

INLINE float natural_log(float x) {
  Wide l = wide_log(x);
  return l.x + l.y;
}

INLINE float larger(float a, float b) { return b > a ? b : a; }

INLINE int either(int a, int b) { return a | b; }

INLINE int count(int a, int b) { return a + b; }

INLINE int earlier(int a, int b) { return b < a ? b : a; }

INLINE int later(int a, int b) { return b > a ? b : a; }
