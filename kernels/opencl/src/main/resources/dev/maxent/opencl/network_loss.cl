// The loss of an error: Huber's with a delta above 0, else half its square.
INLINE float cost_of(float e, float delta) {
  float size = fabs(e);
  return delta > 0 && size > delta ? delta * (size - 0.5f * delta) : 0.5f * e * e;
}

INLINE float cost_slope(float e, float delta) {
  return delta > 0 && fabs(e) > delta ? copysign(delta, e) : e;
}
