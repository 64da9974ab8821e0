package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.DOUBLES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.INTS;
import static dev.maxent.cpu.VectorMath.LANES;
import static dev.maxent.cpu.VectorMath.MEMORY;
import static dev.maxent.cpu.VectorResults.HALF;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Backups with the Vector API, and expectations by absolute addresses. Those use no vectors: pairs
 * have few successors, and a gather takes as long as its loads. What counts is that a load is one
 * instruction; through segments, which other code uses for heap and native memory alike, HotSpot
 * asks each time which it is.
 */
final class VectorTabularLoops implements TabularLoops {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  /** Most transitions to a pair for which {@link #fewToEach} is meant. */
  private static final int FEW = 8;

  private final Apart policyTerms = Apart.of(VectorTabularLoops.class, "termsOf");

  /**
   * 4, but not for HotSpot to know: a loop with an unknown step is one that it leaves as it is,
   * without a part before and one behind, which would take longer than the loop.
   */
  private long step = Float.BYTES;

  @Override
  public void expectations(
      MemorySegment offsets,
      MemorySegment next,
      MemorySegment p,
      float[] v,
      long firstPair,
      int pairs,
      float[] out) {
    long at = firstPair * Integer.BYTES;
    Objects.checkFromIndexSize(at, (pairs + 1L) * Integer.BYTES, offsets.byteSize());
    long ends = offsets.address() + at;
    if (pairs == 0) {
      return;
    }
    long bytes = Math.min(next.byteSize(), p.byteSize());
    int each = MEMORY.get(INT, ends + Integer.BYTES) - MEMORY.get(INT, ends);
    if (each >= 1 && each <= FEW && haveAsMany(each, ends, pairs)) {
      long first = MEMORY.get(INT, ends) * (long) Integer.BYTES;
      Objects.checkFromIndexSize(first, (long) pairs * each * Integer.BYTES, bytes);
      fewToEach(each, next.address() + first, p.address() + first, v, pairs, out);
    } else {
      sums(ends, next.address(), p.address(), bytes, v, pairs, out);
    }
  }

  /** Whether all pairs have as many transitions; looks at each, as a way out takes longer. */
  private static boolean haveAsMany(int each, long ends, int pairs) {
    int odd = 0;
    int end = MEMORY.get(INT, ends);
    for (int i = 1; i <= pairs; i++) {
      end += each;
      odd |= MEMORY.get(INT, ends + i * (long) Integer.BYTES) ^ end;
    }
    return odd == 0;
  }

  /**
   * As many transitions to every pair, 1 to {@value #FEW}: without the ends of rows and without a
   * loop within a row the core looks further ahead, which is what values from its outer caches
   * take.
   */
  private static void fewToEach(int each, long next, long p, float[] v, int pairs, float[] out) {
    for (int i = 0; i < pairs; i++) {
      // Added to 0 as in the other loop: a product of −0 gives 0 in both.
      float sum = Math.fma(MEMORY.get(FLOAT, p), v[MEMORY.get(INT, next)], 0f);
      if (each > 1) {
        sum = Math.fma(MEMORY.get(FLOAT, p + 4), v[MEMORY.get(INT, next + 4)], sum);
        if (each > 2) {
          sum = Math.fma(MEMORY.get(FLOAT, p + 8), v[MEMORY.get(INT, next + 8)], sum);
          if (each > 3) {
            sum = Math.fma(MEMORY.get(FLOAT, p + 12), v[MEMORY.get(INT, next + 12)], sum);
            if (each > 4) {
              sum = Math.fma(MEMORY.get(FLOAT, p + 16), v[MEMORY.get(INT, next + 16)], sum);
              if (each > 5) {
                sum = Math.fma(MEMORY.get(FLOAT, p + 20), v[MEMORY.get(INT, next + 20)], sum);
                if (each > 6) {
                  sum = Math.fma(MEMORY.get(FLOAT, p + 24), v[MEMORY.get(INT, next + 24)], sum);
                  if (each > 7) {
                    sum = Math.fma(MEMORY.get(FLOAT, p + 28), v[MEMORY.get(INT, next + 28)], sum);
                  }
                }
              }
            }
          }
        }
      }
      out[i] = sum;
      p += each * (long) Float.BYTES;
      next += each * (long) Integer.BYTES;
    }
  }

  /** Four transitions at a time. */
  private void sums(long ends, long next, long p, long bytes, float[] v, int pairs, float[] out) {
    long width = step;
    long at = width * MEMORY.get(INT, ends);
    if (at < 0) {
      throw outside(at);
    }
    for (int i = 0; i < pairs; i++) {
      long end = width * MEMORY.get(INT, ends + 4L * (i + 1));
      if (end > bytes) {
        throw outside(end);
      }
      float sum = 0;
      while (at + 12 < end) {
        sum = Math.fma(MEMORY.get(FLOAT, p + at), v[MEMORY.get(INT, next + at)], sum);
        sum = Math.fma(MEMORY.get(FLOAT, p + at + 4), v[MEMORY.get(INT, next + at + 4)], sum);
        sum = Math.fma(MEMORY.get(FLOAT, p + at + 8), v[MEMORY.get(INT, next + at + 8)], sum);
        sum = Math.fma(MEMORY.get(FLOAT, p + at + 12), v[MEMORY.get(INT, next + at + 12)], sum);
        at += 4 * width;
      }
      while (at < end) {
        sum = Math.fma(MEMORY.get(FLOAT, p + at), v[MEMORY.get(INT, next + at)], sum);
        at += width;
      }
      out[i] = sum;
    }
  }

  private static IndexOutOfBoundsException outside(long at) {
    return new IndexOutOfBoundsException("no transition " + at / Float.BYTES);
  }

  @Override
  public boolean policyTerms(BackupRows rows, int pairs) {
    return policyTerms.ask(rows, pairs);
  }

  /** See {@link #policyTerms}; what is beyond the last comes out as anything. */
  static boolean termsOf(BackupRows rows, int pairs) {
    for (int i = 0; i < pairs; i += DOUBLES.length()) {
      DoubleVector p = doubles(rows.policy, i);
      p.mul(doubles(rows.q, i)).intoArray(rows.taken, i);
      // The logarithm of 0 comes out as a number here, of which 0 times are 0.
      p.mul(VectorMath.log(p)).intoArray(rows.information, i);
    }
    IntVector signs = IntVector.zero(INTS);
    for (int i = 0; i < pairs; i += LANES) {
      signs = FloatVector.fromArray(FLOATS, rows.policy, i).reinterpretAsInts().or(signs);
    }
    return signs.reduceLanes(VectorOperators.OR) < 0;
  }

  private static DoubleVector doubles(float[] x, int at) {
    return (DoubleVector)
        FloatVector.fromArray(HALF, x, at).convertShape(VectorOperators.F2D, DOUBLES, 0);
  }
}
