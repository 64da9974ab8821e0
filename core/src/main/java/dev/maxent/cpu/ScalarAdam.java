package dev.maxent.cpu;

/** Flat loops of steps over arrays; the same operations as in {@link VectorSteps}. */
final class ScalarAdam {
  private ScalarAdam() {}

  static void plain(AdamStep s, float[] g, float[] p, int count) {
    float rate = -s.rate;
    for (int i = 0; i < count; i++) {
      p[i] = Math.fma(rate, g[i], p[i]);
    }
  }

  static void adaGrad(AdamStep s, float[] g, float[] v, float[] p, int count) {
    float epsilon = s.epsilon;
    float rate = -s.rate;
    for (int i = 0; i < count; i++) {
      float square = Math.fma(g[i], g[i], v[i]);
      float root = (float) Math.sqrt(square) + epsilon;
      v[i] = square;
      p[i] = Math.fma(rate, g[i] / root, p[i]);
    }
  }

  static void moments(AdamStep s, float[] g, float[] m, float[] v, int count) {
    float scale = s.scale;
    float beta1 = s.beta1;
    float beta2 = s.beta2;
    float rest1 = s.rest1;
    float rest2 = s.rest2;
    for (int i = 0; i < count; i++) {
      float x = g[i] * scale;
      m[i] = Math.fma(beta1, m[i], rest1 * x);
      v[i] = Math.fma(beta2, v[i], rest2 * x * x);
    }
  }

  static void move(AdamStep s, float[] m, float[] v, float[] p, int count) {
    float correction = s.correction;
    float epsilon = s.epsilon;
    float rate = -s.rate;
    float keep = s.keep;
    for (int i = 0; i < count; i++) {
      float root = (float) Math.sqrt(v[i] * correction) + epsilon;
      p[i] = Math.fma(rate, m[i] / root, p[i] * keep);
    }
  }

  /** Not as (1 − τ) θ′ + τ θ: rounded, the two would not add to 1. */
  static void follow(AdamStep s, float[] p, float[] target, int count) {
    float tau = s.tau;
    for (int i = 0; i < count; i++) {
      target[i] = Math.fma(tau, p[i] - target[i], target[i]);
    }
  }
}
