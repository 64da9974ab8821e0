package dev.maxent.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Flat loops over arrays that HotSpot turns into vector instructions: exponential, logarithm,
 * cosine and sine; and row sums, which it does not. Each result depends on its own element only and
 * every operation is rounded as Java prescribes, so interpreter and compilers agree to the last
 * bit.
 */
final class ScalarMath {
  /** Octaves at which 2^x has become 0 here; e is not normal below 2⁻¹²⁶. */
  private static final float FLOOR = -127f;

  /** Adding it to a small float leaves the nearest integer in the low bits. */
  private static final float ROUND = 0x1.8p23f;

  private static final int ROUND_BITS = 0x4B400000;

  /** Above it, x plus {@link #ROUND} still is x rounded to an integer. */
  static final float NEAR = -0x1p20f;

  private static final double ROUND_DOUBLE = 0x1.8p52;

  // 2^f on [−½, ½], error 1.5 · 2⁻²⁴ with float32 rounding.
  private static final float E1 = 0.6931472f;
  private static final float E2 = 0.2402265f;
  private static final float E3 = 0.05550327f;
  private static final float E4 = 0.009618057f;
  private static final float E5 = 0.0013400428f;
  private static final float E6 = 1.5461445e-4f;

  /** Bits of √½: the mantissas that remain run from √½ to √2. */
  private static final int SQRT_HALF = 0x3f3504f3;

  private static final double TURN = 2 * Math.PI;

  private ScalarMath() {}

  /**
   * values ← e = 2^x and octaves ← x for x = (values − offset) · scale; x ≤ 0. What is below the
   * floor, −∞ too, becomes exactly 0, and its x the floor, so that e · x is never 0 · ∞. NaN stays.
   */
  static void exp(ScalarScratch s, float[] scale, int count) {
    split(s.values, s.offset, scale, s.octaves, s.power, count);
    exponents(s.powerSegment, count);
    multiply(s.values, s.power, count);
  }

  /**
   * The same bits of e where every x is NaN or above {@link #NEAR}, and of e · x as well. A maximum
   * of floats takes half as long as all else here, as Java's knows NaN and −0. Octaves are left out
   * where they are not asked for.
   */
  static void expNear(ScalarScratch s, float scale, boolean withOctaves, int count) {
    if (withOctaves) {
      splitNear(s.values, s.offset, scale, s.octaves, s.power, count);
    } else {
      splitNear(s.values, s.offset, scale, s.power, count);
    }
    exponents(s.powerSegment, count);
    multiply(s.values, s.power, count);
  }

  /** values ← 2^f of the fraction, power ← the integer part in the low bits. */
  private static void split(
      float[] values, float[] offset, float[] scale, float[] octaves, float[] power, int count) {
    for (int i = 0; i < count; i++) {
      float x = Math.max((values[i] - offset[i]) * scale[i], FLOOR);
      float shifted = x + ROUND;
      values[i] = ofFraction(x - (shifted - ROUND));
      octaves[i] = x;
      power[i] = shifted;
    }
  }

  private static void splitNear(
      float[] values, float[] offset, float scale, float[] octaves, float[] power, int count) {
    for (int i = 0; i < count; i++) {
      float x = (values[i] - offset[i]) * scale;
      float shifted = x + ROUND;
      values[i] = ofFraction(x - (shifted - ROUND));
      octaves[i] = x;
      power[i] = shifted;
    }
  }

  private static void splitNear(
      float[] values, float[] offset, float scale, float[] power, int count) {
    for (int i = 0; i < count; i++) {
      float x = (values[i] - offset[i]) * scale;
      float shifted = x + ROUND;
      values[i] = ofFraction(x - (shifted - ROUND));
      power[i] = shifted;
    }
  }

  /** 2^f. */
  static float ofFraction(float f) {
    float p = Math.fma(f, E6, E5);
    p = Math.fma(p, f, E4);
    p = Math.fma(p, f, E3);
    p = Math.fma(p, f, E2);
    p = Math.fma(p, f, E1);
    return Math.fma(p, f, 1f);
  }

  /** Integers in the low bits become their power of two, 0 where it is not normal; NaN anything. */
  static void exponents(MemorySegment power, int count) {
    for (int i = 0; i < count; i++) {
      int n = power.get(ValueLayout.JAVA_INT, 4L * i) - ROUND_BITS;
      power.set(ValueLayout.JAVA_INT, 4L * i, Math.max(n + 127, 0) << 23);
    }
  }

  /** Integers in the low bits become the bits of their power of two. */
  static void exponents(int[] bits, int count) {
    for (int i = 0; i < count; i++) {
      bits[i] = (bits[i] + 127) << 23;
    }
  }

  static void multiply(float[] values, float[] by, int count) {
    for (int i = 0; i < count; i++) {
      values[i] *= by[i];
    }
  }

  /** real ← log values, for normal positive values; relative error 4 · 10⁻¹⁶. */
  static void log(ScalarScratch s, int count) {
    s.valuesToBits(count);
    splitLog(s.bits, s.exponent, count);
    s.bitsToValues(count);
    log(s.values, s.exponent, s.real, count);
  }

  private static void splitLog(int[] bits, int[] exponent, int count) {
    for (int i = 0; i < count; i++) {
      int e = (bits[i] - SQRT_HALF) >> 23;
      exponent[i] = e;
      bits[i] -= e << 23;
    }
  }

  /** log(2^e · m) by fdlibm's polynomial in s = (m − 1)/(m + 1). */
  private static void log(float[] mantissa, int[] exponent, double[] out, int count) {
    for (int i = 0; i < count; i++) {
      double f = mantissa[i] - 1.0;
      double s = f / (2.0 + f);
      double z = s * s;
      double p = Math.fma(z, 0.14798198605116586, 0.15313837699209373);
      p = Math.fma(p, z, 0.1818357216161805);
      p = Math.fma(p, z, 0.22222198432149784);
      p = Math.fma(p, z, 0.2857142874366239);
      p = Math.fma(p, z, 0.3999999999940942);
      p = Math.fma(p, z, 0.6666666666666735);
      double log = Math.fma(s * z, p, 2 * s);
      out[i] = Math.fma((double) exponent[i], Block.LN2, log);
    }
  }

  /**
   * Box and Muller: cosine ← r cos 2πv and sine ← r sin 2πv for r = √(−2 · logs). The distance to
   * the nearest quarter turn is exact, so zeros keep their digits.
   */
  static void boxMuller(double[] logs, float[] turns, float[] cosine, float[] sine, int count) {
    for (int i = 0; i < count; i++) {
      double v = turns[i];
      double quarter = (4 * v + ROUND_DOUBLE) - ROUND_DOUBLE;
      double a = (v - 0.25 * quarter) * TURN;
      double z = a * a;
      double sin = Math.fma(z, -1.0 / 39916800, 1.0 / 362880);
      sin = Math.fma(sin, z, -1.0 / 5040);
      sin = Math.fma(sin, z, 1.0 / 120);
      sin = Math.fma(sin, z, -1.0 / 6);
      sin = Math.fma(sin * z, a, a);
      double cos = Math.fma(z, 1.0 / 479001600, -1.0 / 3628800);
      cos = Math.fma(cos, z, 1.0 / 40320);
      cos = Math.fma(cos, z, -1.0 / 720);
      cos = Math.fma(cos, z, 1.0 / 24);
      cos = Math.fma(cos, z, -0.5);
      cos = Math.fma(cos, z, 1);
      // Quarters 0 … 4 without branches: odd ones exchange sine and cosine, 2 and 3 change signs.
      double pair = (0.5 * quarter + ROUND_DOUBLE) - ROUND_DOUBLE;
      double odd = (quarter - 2 * pair) * (quarter - 2 * pair);
      double half = 0.5 * (quarter - odd);
      double radius = Math.sqrt(-2 * logs[i]) * (1 - 2 * half * (2 - half));
      cosine[i] = (float) (radius * ((1 - odd) * cos - odd * sin));
      sine[i] = (float) (radius * ((1 - odd) * sin + odd * cos));
    }
  }

  /**
   * Row sums: eight elements by pairs in float32, which rounds three times at most, and those sums
   * in float64.
   */
  static void sum(float[] values, int columns, float[] sum, int first, int rows) {
    int i = 0;
    for (int r = 0; r < rows; r++) {
      double total = 0;
      int end = i + columns;
      for (; i <= end - 8; i += 8) {
        float low = (values[i] + values[i + 1]) + (values[i + 2] + values[i + 3]);
        float high = (values[i + 4] + values[i + 5]) + (values[i + 6] + values[i + 7]);
        total += low + high;
      }
      for (; i < end; i++) {
        total += values[i];
      }
      sum[first + r] = (float) total;
    }
  }
}
