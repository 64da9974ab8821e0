// Activations of networks, in the order of dev.maxent.kernel.Activation.
enum { IDENTITY, RELU, TANH, SILU, GELU };

INLINE float activated(uint f, float z) {
  if (f == RELU) {
    return z <= 0 ? 0.0f : z;
  }
  if (f == TANH) {
    return tanh(z);
  }
  if (f == SILU) {
    return z / (1.0f + exp(-z));
  }
  return f == GELU ? 0.5f * z * erfc(-0.70710678f * z) : z;
}

// Slopes by formulas that cancel nowhere.
INLINE float slope_of(uint f, float z) {
  if (f == RELU) {
    return isnan(z) ? z : z > 0 ? 1.0f : 0.0f;
  }
  if (f == TANH) {
    float e = exp(-2.0f * fabs(z));
    return 4.0f * e / ((1.0f + e) * (1.0f + e));
  }
  if (f == SILU) {
    float up = 1.0f / (1.0f + exp(-z));
    return up * (1.0f + z / (1.0f + exp(z)));
  }
  if (f == GELU) {
    return fma(0.3989423f * z, exp(-0.5f * z * z), 0.5f * erfc(-0.70710678f * z));
  }
  return 1.0f;
}
