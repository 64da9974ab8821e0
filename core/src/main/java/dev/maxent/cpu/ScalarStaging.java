package dev.maxent.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** Puts rows together in plain Java, in pieces that pass through a thread's scratch. */
final class ScalarStaging implements StagingLoops {
  private static final int NEGATIVE_INFINITY = 0xFF800000;

  private final ThreadLocal<ScalarScratch> scratch;

  ScalarStaging(ThreadLocal<ScalarScratch> scratch) {
    this.scratch = scratch;
  }

  @Override
  public void admit(StagedRows rows) {
    ScalarScratch s = scratch.get();
    int stretch = rows.stretch();
    for (int r = 0; r < rows.stretches(); r++) {
      for (int from = 0; from < stretch; from += ScalarScratch.PIECE) {
        admit(s, rows, r, from, Math.min(ScalarScratch.PIECE, stretch - from));
      }
    }
  }

  private static void admit(ScalarScratch s, StagedRows rows, int r, int from, int count) {
    long at = r * rows.rowStep() + from * 4L;
    ScalarScratch.load(rows.q, rows.qAt + at, s.valuesSegment, count);
    for (int head = 1; head < rows.heads; head++) {
      ScalarScratch.load(rows.q, rows.qAt + head * rows.headStep + at, s.offsetSegment, count);
      minimum(s.values, s.offset, count);
    }
    s.valuesToBits(count);
    if (rows.mask != null) {
      long maskAt = rows.maskAt + r * rows.maskStep + from;
      MemorySegment.copy(rows.mask, ValueLayout.JAVA_BYTE, maskAt, s.bytes, 0, count);
      widen(s.bytes, s.exponent, count);
      keep(s.exponent, 0, s.bits, count);
    }
    if (rows.logWeights != null) {
      long weightsAt = rows.weightsAt + r * rows.weightsStep + from * 4L;
      ScalarScratch.loadBits(rows.logWeights, weightsAt, s.exponent, count);
      keep(s.exponent, NEGATIVE_INFINITY, s.bits, count);
    }
    s.storeBits(rows.out, at, count);
  }

  private static void minimum(float[] values, float[] other, int count) {
    for (int i = 0; i < count; i++) {
      values[i] = Math.min(values[i], other[i]);
    }
  }

  private static void widen(byte[] mask, int[] wide, int count) {
    for (int i = 0; i < count; i++) {
      wide[i] = mask[i];
    }
  }

  /** bits ← −∞ where test is the given word, without a branch. */
  private static void keep(int[] test, int word, int[] bits, int count) {
    for (int i = 0; i < count; i++) {
      int difference = test[i] ^ word;
      int keep = (difference | -difference) >> 31;
      bits[i] = (bits[i] & keep) | (NEGATIVE_INFINITY & ~keep);
    }
  }

  @Override
  public void weigh(StagedRows rows) {
    ScalarScratch s = scratch.get();
    for (int r = 0; r < rows.rows; r++) {
      for (int from = 0; from < rows.columns; from += ScalarScratch.PIECE) {
        weigh(s, rows, r, from, Math.min(ScalarScratch.PIECE, rows.columns - from));
      }
    }
  }

  private static void weigh(ScalarScratch s, StagedRows rows, int r, int from, int count) {
    Block block = rows.block;
    long at = r * rows.rowStep() + from * 4L;
    long weightsAt = rows.weightsAt + r * rows.weightsStep + from * 4L;
    s.loadBits(rows.logWeights, weightsAt, count);
    // Written like this it counts NaN.
    block.special[r] |= !(ScalarMaxima.maximum(s.bits, 0, count) < Float.POSITIVE_INFINITY);
    ScalarScratch.load(rows.logWeights, weightsAt, s.offsetSegment, count);
    ScalarScratch.load(rows.out, at, s.valuesSegment, count);
    ScalarScratch.loadBits(rows.out, at, s.exponent, count);
    weigh(s.values, block.max[r], block.factor[r], s.offset, count);
    s.valuesToBits(count);
    keep(s.exponent, NEGATIVE_INFINITY, s.bits, count);
    s.storeBits(rows.out, rows.logitsAt + at, count);
  }

  private static void weigh(
      float[] values, float max, float inverse, float[] logWeights, int count) {
    for (int i = 0; i < count; i++) {
      values[i] = Math.fma(values[i] - max, inverse, logWeights[i]);
    }
  }

  @Override
  public void sumProducts(StagedRows rows) {
    ScalarScratch s = scratch.get();
    for (int r = 0; r < rows.rows; r++) {
      double sum = 0;
      for (int from = 0; from < rows.columns; from += ScalarScratch.PIECE) {
        sum += products(s, rows, r, from, Math.min(ScalarScratch.PIECE, rows.columns - from));
      }
      rows.block.weighted[r] = (float) sum;
    }
  }

  private static double products(ScalarScratch s, StagedRows rows, int r, int from, int count) {
    Block block = rows.block;
    long at = r * rows.rowStep() + from * 4L;
    ScalarScratch.load(rows.out, rows.logitsAt + at, s.valuesSegment, count);
    Arrays.fill(s.offset, 0, count, block.max[r]);
    ScalarMath.exp(s, s.scale(block, r, 1, count), count);
    ScalarScratch.load(rows.out, at, s.powerSegment, count);
    double sum = 0;
    for (int i = 0; i < count; i++) {
      float q = s.power[i];
      sum += q == Float.NEGATIVE_INFINITY ? 0 : (double) s.values[i] * (q - block.base[r]);
    }
    return sum;
  }
}
