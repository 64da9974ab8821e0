package dev.maxent.cpu;

import java.lang.foreign.MemorySegment;

/** Sums of expm1 in plain Java, for means of exponentials near 1. */
final class ScalarMeans {
  /** Octaves below which 2^x is taken for 2^−126. */
  private static final float FLOOR = -126f;

  private static final float ROUND = 0x1.8p23f;

  // (2^f − 1)/f on [−½, ½], relative error 0.2 · 2⁻²⁴: no digits are lost where f is small.
  static final float C0 = 0.6931472f;
  static final float C1 = 0.2402265f;
  static final float C2 = 0.05550357f;
  static final float C3 = 0.009618083f;
  static final float C4 = 0.0013390863f;
  static final float C5 = 1.5453163e-4f;

  private ScalarMeans() {}

  /** See {@link Loops#sumExpm1}. */
  static void sumExpm1(ScalarScratch s, MemorySegment q, long at, int columns, Block block) {
    int step = ScalarScratch.rows(columns);
    for (int first = 0; first < block.rows; first += step) {
      int rows = Math.min(step, block.rows - first);
      int count = rows * columns;
      ScalarScratch.load(q, at + ScalarLoops.offset(first, columns), s.valuesSegment, count);
      ScalarScratch.spread(block.max, first, rows, columns, s.offset);
      float[] scale = s.scale(block, first, rows, columns);
      fractions(s.values, s.offset, scale, s.octaves, s.power, count);
      ScalarMath.exponents(s.powerSegment, count);
      if (block.absent == 0) {
        dropAbsent(s.values, s.octaves, s.power, count);
      }
      for (int i = 0; i < count; i++) {
        s.values[i] = Math.fma(s.octaves[i], s.power[i], s.power[i] - 1);
      }
      ScalarFolds.sum(s.values, columns, block.weighted, first, rows);
    }
  }

  /** As if these were the maximum, which adds 0. */
  private static void dropAbsent(float[] values, float[] octaves, float[] power, int count) {
    for (int i = 0; i < count; i++) {
      if (values[i] == Float.NEGATIVE_INFINITY) {
        octaves[i] = 0;
        power[i] = 1;
      }
    }
  }

  /** octaves ← 2^f − 1, power ← the integer part in the low bits. */
  private static void fractions(
      float[] values, float[] offset, float[] scale, float[] octaves, float[] power, int count) {
    for (int i = 0; i < count; i++) {
      float x = Math.max((values[i] - offset[i]) * scale[i], FLOOR);
      float shifted = x + ROUND;
      float f = x - (shifted - ROUND);
      float p = Math.fma(f, C5, C4);
      p = Math.fma(p, f, C3);
      p = Math.fma(p, f, C2);
      p = Math.fma(p, f, C1);
      octaves[i] = Math.fma(p, f, C0) * f;
      power[i] = shifted;
    }
  }
}
