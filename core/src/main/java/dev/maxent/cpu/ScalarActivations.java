package dev.maxent.cpu;

import java.lang.foreign.MemorySegment;

/**
 * One thread's pieces of sums z, activations h and slopes, and the flat loops between them; none
 * has a branch, which would keep HotSpot from vectorising it, nor negates what may be NaN: whether
 * its sign then changes depends on the compiler. Errors as in {@link VectorActivations}.
 */
@SuppressWarnings("FloatingPointLiteralPrecision") // coefficients as they were published
final class ScalarActivations {
  private static final int LENGTH = ScalarScratch.PIECE + 208;

  /** Beyond it 2ⁿ is not normal. */
  private static final float MOST_OCTAVES = 126.99f;

  private static final float LOG2E = 1.442695f;
  private static final float LOG2E_REST = 1.925963e-8f;
  private static final float ROUND = 0x1.8p23f;
  private static final float FLOOR = -127f / LOG2E;
  private static final float CEILING = MOST_OCTAVES / LOG2E;

  // (2^f − 1)/f on |f| ≤ ½.
  private static final float E1 = 0.6931472f;
  private static final float E2 = 0.2402265f;
  private static final float E3 = 0.05550327f;
  private static final float E4 = 0.009618057f;
  private static final float E5 = 0.0013400428f;
  private static final float E6 = 1.5461445e-4f;

  final float[] z = new float[LENGTH];
  final float[] h = new float[LENGTH];
  final float[] slopes = new float[LENGTH];
  private final float[] x = new float[LENGTH];
  private final float[] fraction = new float[LENGTH];
  private final float[] power = new float[LENGTH];
  private final int[] bits = new int[LENGTH];
  private final int[] signs = new int[LENGTH];
  private final MemorySegment powerSegment = MemorySegment.ofArray(power);
  private final MemorySegment bitsSegment = MemorySegment.ofArray(bits);
  private final MemorySegment signsSegment = MemorySegment.ofArray(signs);
  private final MemorySegment sumsSegment = MemorySegment.ofArray(z);
  private final MemorySegment resultSegment = MemorySegment.ofArray(h);

  /** fraction ← 2^f − 1 and power ← 2ⁿ, with e^x = 2ⁿ⁺ᶠ. */
  private void split(int count) {
    split(x, fraction, power, count);
    MemorySegment.copy(powerSegment, 0, bitsSegment, 0, count * 4L);
    ScalarMath.exponents(bits, count);
    MemorySegment.copy(bitsSegment, 0, powerSegment, 0, count * 4L);
  }

  private static void split(float[] x, float[] fraction, float[] power, int count) {
    for (int i = 0; i < count; i++) {
      float d = Math.min(Math.max(x[i], FLOOR), CEILING);
      float shifted = Math.fma(d, LOG2E, ROUND);
      float f = Math.fma(d, LOG2E, ROUND - shifted);
      f = Math.fma(d, LOG2E_REST, f);
      float p = Math.fma(f, E6, E5);
      p = Math.fma(p, f, E4);
      p = Math.fma(p, f, E3);
      p = Math.fma(p, f, E2);
      p = Math.fma(p, f, E1);
      fraction[i] = p * f;
      power[i] = shifted;
    }
  }

  void tanh(int count) {
    twice(z, x, count);
    split(count);
    tanh(fraction, power, h, slopes, count);
    sign(count);
  }

  private static void twice(float[] z, float[] x, int count) {
    for (int i = 0; i < count; i++) {
      x[i] = -2 * Math.abs(z[i]);
    }
  }

  /** Of |z|, by e^(−2|z|) − 1, whose digits stay for small z. */
  private static void tanh(float[] fraction, float[] power, float[] h, float[] slopes, int count) {
    for (int i = 0; i < count; i++) {
      float less = Math.fma(power[i], fraction[i], power[i] - 1);
      float e = Math.fma(power[i], fraction[i], power[i]);
      float r = 1 / (1 + e);
      h[i] = less / (-2 - less);
      slopes[i] = 4 * e * (r * r);
    }
  }

  /** h ← h with the sign of z. */
  private void sign(int count) {
    MemorySegment.copy(sumsSegment, 0, signsSegment, 0, count * 4L);
    MemorySegment.copy(resultSegment, 0, bitsSegment, 0, count * 4L);
    sign(signs, bits, count);
    MemorySegment.copy(bitsSegment, 0, resultSegment, 0, count * 4L);
  }

  private static void sign(int[] signs, int[] bits, int count) {
    for (int i = 0; i < count; i++) {
      bits[i] = (bits[i] & Integer.MAX_VALUE) | (signs[i] & Integer.MIN_VALUE);
    }
  }

  void silu(int count) {
    negate(z, x, count);
    split(count);
    silu(z, fraction, power, h, slopes, count);
  }

  private static void negate(float[] z, float[] x, int count) {
    for (int i = 0; i < count; i++) {
      x[i] = 0 - z[i];
    }
  }

  /** σ = 1 / (1 + e^(−z)); below −104 z σ is 0, though z may be huge. */
  private static void silu(
      float[] z, float[] fraction, float[] power, float[] h, float[] slopes, int count) {
    for (int i = 0; i < count; i++) {
      float e = Math.fma(power[i], fraction[i], power[i]);
      float sigmoid = 1 / (1 + e);
      float x = Math.max(z[i], -104f) * sigmoid;
      h[i] = x;
      slopes[i] = Math.fma(x, e * sigmoid, sigmoid);
    }
  }

  void gelu(int count) {
    square(z, x, count);
    split(count);
    gelu(z, fraction, power, h, slopes, count);
  }

  private static void square(float[] z, float[] x, int count) {
    for (int i = 0; i < count; i++) {
      float a = Math.min(Math.abs(z[i]), VectorActivations.NORMAL_END);
      x[i] = -0.5f * a * a;
    }
  }

  private static void gelu(
      float[] z, float[] fraction, float[] power, float[] h, float[] slopes, int count) {
    for (int i = 0; i < count; i++) {
      float full = Math.abs(z[i]);
      float a = Math.min(full, VectorActivations.NORMAL_END);
      float square = -0.5f * a * a;
      float e = Math.fma(power[i], fraction[i], power[i]);
      e = Math.fma(Math.fma(-0.5f * a, a, 0 - square), e, e);
      float s = Math.fma(a, VectorActivations.SQRT_HALF, 1f);
      float t = a + VectorActivations.MIDDLE;
      float inverse = 1 / (s * t);
      float y = (a - VectorActivations.MIDDLE) * (inverse * s);
      float p = Math.fma(y, VectorActivations.G9, VectorActivations.G8);
      p = Math.fma(p, y, VectorActivations.G7);
      p = Math.fma(p, y, VectorActivations.G6);
      p = Math.fma(p, y, VectorActivations.G5);
      p = Math.fma(p, y, VectorActivations.G4);
      p = Math.fma(p, y, VectorActivations.G3);
      p = Math.fma(p, y, VectorActivations.G2);
      p = Math.fma(p, y, VectorActivations.G1);
      p = Math.fma(p, y, VectorActivations.G0);
      float tail = p * e * (inverse * t);
      h[i] = Math.max(z[i], 0) - full * tail;
      // The slope at |z| is 1 less that at −|z|; near 0 both are ½.
      float below = Math.fma(a * e, -VectorActivations.DENSITY, tail);
      float up = Math.min(Math.max(z[i] * Float.MAX_VALUE, 0), 1);
      slopes[i] = Math.fma(1 - 2 * up, below, up);
    }
  }
}
