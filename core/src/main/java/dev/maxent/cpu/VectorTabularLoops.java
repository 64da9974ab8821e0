package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.DOUBLES;
import static dev.maxent.cpu.VectorMath.MEMORY;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import jdk.incubator.vector.DoubleVector;

/**
 * Backups with the Vector API, and expectations by absolute addresses. Those use no vectors: pairs
 * have few successors, and a gather takes as long as its loads. What counts is that a load is one
 * instruction; through segments, which other code uses for heap and native memory alike, HotSpot
 * asks each time which it is.
 */
final class VectorTabularLoops implements TabularLoops {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private final Apart logarithms = Apart.of(VectorTabularLoops.class, "logarithmsOf");

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
    sums(ends, next.address(), p.address(), Math.min(next.byteSize(), p.byteSize()), v, pairs, out);
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
  public void logarithms(double[] x, int count) {
    logarithms.run(x, count);
  }

  /** log x; what is beyond the last comes out as anything. */
  static void logarithmsOf(double[] x, int count) {
    for (int i = 0; i < count; i += DOUBLES.length()) {
      VectorMath.log(DoubleVector.fromArray(DOUBLES, x, i)).intoArray(x, i);
    }
  }
}
