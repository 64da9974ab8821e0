package dev.maxent.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Sums of e<sup>Q/α</sup> itself, for rows whose largest Q/α is so near to 0 that no sum overflows
 * or underflows: where all numbers of a piece are near, rows need no maximum, which costs more than
 * their exponentials. The fraction of an exponent is taken from Q by fused multiply-adds, with 1/α
 * in two floats; so it is as exact as if Q had been counted from the row's maximum, or more.
 *
 * <p>A row does not show what others its piece has: beside rows that are far away it is counted
 * from a power of two near its maximum, which changes no bit of its sum.
 */
final class ScalarUnshifted {
  /** Octaves on either side of 0. */
  private static final float MOST = 100;

  /** Octaves at which 2^x has become 0, whatever power of two it is counted from. */
  private static final float FLOOR = -MOST - 130;

  /** Adding it to a small float leaves the exponent bits of its power of two in the low bits. */
  private static final float ROUND = 0x1.8p23f + 127;

  private static final int ROUND_BITS = 0x4B400000;

  private ScalarUnshifted() {}

  /** Whether rows of this block may be summed here: their temperature is one, and a usual one. */
  static boolean takes(Block block) {
    return !block.needsMaximum && block.hasOneTemperature() && !block.special[0];
  }

  /** Sums of some rows, and the maxima that they are counted from: 0 for rows near 0. */
  static void sum(
      ScalarScratch s, MemorySegment q, long at, int columns, Block block, int first, int rows) {
    int count = rows * columns;
    float high = block.scale[first];
    float low = (float) (Block.OCTAVES / block.alpha[first] - high);
    float limit = MOST / high;
    if (isNear(s, q, at, count, limit)) {
      split(s.values, high, low, s.power, count);
      shift(s.powerSegment, count);
      ScalarMath.multiply(s.values, s.power, count);
      ScalarFolds.sum(s.values, columns, block.sum, first, rows);
      Arrays.fill(block.max, first, first + rows, 0);
      return;
    }
    float least = s.loadOrdered(q, at, count);
    ScalarMaxima.maxima(s.bits, columns, block.max, first, rows);
    boolean far = !((least - ScalarMaxima.most(block.max, first, rows)) * high > ScalarMath.NEAR);
    place(s, block, limit, columns, first, rows);
    if (far) {
      splitFar(s.values, s.offset, s.round, high, low, FLOOR / high, s.power, count);
    } else {
      split(s.values, s.offset, s.round, high, low, s.power, count);
    }
    shiftNormal(s.powerSegment, count);
    ScalarMath.multiply(s.values, s.power, count);
    ScalarFolds.sum(s.values, columns, block.sum, first, rows);
    for (int r = 0; r < rows; r++) {
      block.sum[first + r] *= s.octaves[r];
    }
  }

  /**
   * s.values ← some floats, unless it turns out before that not all magnitudes are in the limit.
   */
  private static boolean isNear(ScalarScratch s, MemorySegment q, long at, int count, float limit) {
    // Where values are large, the first one mostly is.
    return Math.abs(q.get(ValueLayout.JAVA_FLOAT, at)) <= limit
        && Float.intBitsToFloat(magnitude(q, at, s.valuesSegment, count)) <= limit;
  }

  /**
   * block.max and s.offset ← the number that a row is counted from, s.round ← what rounds its
   * octaves to integers and counts them from a power of two, s.octaves ← that power for each row.
   * Without branches, as no processor could foresee them.
   */
  private static void place(
      ScalarScratch s, Block block, float limit, int columns, int first, int rows) {
    float high = block.scale[first];
    int behind = Float.floatToRawIntBits(limit) + 1;
    int any = 0;
    for (int r = 0; r < rows; r++) {
      float max = block.max[first + r];
      int word = Float.floatToRawIntBits(max);
      int near = ((word & Integer.MAX_VALUE) - behind) >> 31;
      int octaves = (int) (max * high) & near;
      any |= near;
      block.max[first + r] = Float.intBitsToFloat(word & ~near);
      s.power[r] = ROUND - octaves;
      s.octaves[r] = Float.intBitsToFloat((octaves + 127) << 23);
    }
    ScalarScratch.spread(block.max, first, rows, columns, s.offset);
    if (any != 0) {
      s.roundEverywhere = Float.NaN;
      ScalarScratch.spread(s.power, 0, rows, columns, s.round);
    } else if (s.roundEverywhere != ROUND) {
      s.roundEverywhere = ROUND;
      Arrays.fill(s.round, ROUND);
    }
  }

  /** array ← floats; the bits of the largest magnitude, of NaN if there is one. */
  private static int magnitude(MemorySegment from, long at, MemorySegment array, int count) {
    int most = 0;
    for (int i = 0; i < count; i++) {
      int word = from.get(ValueLayout.JAVA_INT, at + 4L * i);
      array.set(ValueLayout.JAVA_INT, 4L * i, word);
      most = Math.max(most, word & Integer.MAX_VALUE);
    }
    return most;
  }

  /** values ← 2^f of the fraction, power ← the exponent's bits in the low ones. */
  private static void split(float[] values, float high, float low, float[] power, int count) {
    for (int i = 0; i < count; i++) {
      float q = values[i];
      float shifted = Math.fma(q, high, ROUND);
      float f = Math.fma(q, low, Math.fma(q, high, ROUND - shifted));
      values[i] = ScalarMath.ofFraction(f);
      power[i] = shifted;
    }
  }

  private static void split(
      float[] values,
      float[] offset,
      float[] round,
      float high,
      float low,
      float[] power,
      int count) {
    for (int i = 0; i < count; i++) {
      float q = values[i] - offset[i];
      float shifted = Math.fma(q, high, round[i]);
      float f = Math.fma(q, low, Math.fma(q, high, round[i] - shifted));
      values[i] = ScalarMath.ofFraction(f);
      power[i] = shifted;
    }
  }

  private static void splitFar(
      float[] values,
      float[] offset,
      float[] round,
      float high,
      float low,
      float floor,
      float[] power,
      int count) {
    for (int i = 0; i < count; i++) {
      float q = Math.max(values[i] - offset[i], floor);
      float shifted = Math.fma(q, high, round[i]);
      float f = Math.fma(q, low, Math.fma(q, high, round[i] - shifted));
      values[i] = ScalarMath.ofFraction(f);
      power[i] = shifted;
    }
  }

  private static void shift(MemorySegment power, int count) {
    for (int i = 0; i < count; i++) {
      power.set(ValueLayout.JAVA_INT, 4L * i, power.get(ValueLayout.JAVA_INT, 4L * i) << 23);
    }
  }

  /** The same, and 0 for what is not normal. */
  private static void shiftNormal(MemorySegment power, int count) {
    for (int i = 0; i < count; i++) {
      int exponent = power.get(ValueLayout.JAVA_INT, 4L * i) - ROUND_BITS;
      power.set(ValueLayout.JAVA_INT, 4L * i, Math.max(exponent, 0) << 23);
    }
  }
}
