// What bandwidth a state has; SteinRules.java numbers the rules alike.
enum { FIXED, PER_STATE, NONE, LIU_WANG, DILINWANG, NUMPYRO, SQL_PAPER, SQL_REFERENCE, PLAIN_MEDIAN };

// h by a rule, from the two middle elements: the one found and, where their number is even, the one
// after it; or 0 and the one found.
INLINE float bandwidth_by(uint rule, uint even, uint from_zero, float found, float after,
                          float factor, float epsilon, float least) {
  float low = from_zero ? 0.0f : found;
  float high = even ? after : found;
  float distance = 0.5f * sqrt(low) + 0.5f * sqrt(high);
  float h = 0.5f * low + 0.5f * high;
  if (rule == LIU_WANG || rule == NUMPYRO) {
    h = distance * distance;
  } else if (rule == SQL_PAPER) {
    h = 0.5f * distance;
  }
  return fmax(fma(h, factor, epsilon), least);
}

// Whether a state can be computed with them.
INLINE bool in_range(float alpha, float h) {
  return alpha >= 0 && alpha <= FLT_MAX && h > 0 && h <= FLT_MAX;
}
