package dev.maxent.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What {@link VectorCeilings} measures, in plain Java loops that HotSpot turns into vector
 * instructions. Results only keep the loops alive.
 */
final class ScalarCeilings {
  /** A repeat takes one element through sixteen multiply-adds. */
  static final int FLOPS_PER_REPEAT = 2 * 16;

  private static final int STRETCH = 1 << 15;

  @SuppressWarnings("unused")
  private static volatile long kept;

  private ScalarCeilings() {}

  static void readBytes(MemorySegment source, long from, long to) {
    long sum = 0;
    for (long at = from; at < to; at += STRETCH) {
      sum += sum(source, at, (int) (Math.min(STRETCH, to - at) / Long.BYTES));
    }
    kept = sum;
  }

  private static long sum(MemorySegment source, long at, int count) {
    long sum = 0;
    for (int i = 0; i < count; i++) {
      sum += source.get(ValueLayout.JAVA_LONG_UNALIGNED, at + (long) Long.BYTES * i);
    }
    return sum;
  }

  static void multiplyAdd(ScalarScratch s, long repeats) {
    for (long i = 0; i < repeats; i += ScalarScratch.PIECE) {
      multiplyAdd(s.values, (int) Math.min(ScalarScratch.PIECE, repeats - i));
    }
    kept = (long) s.values[0];
  }

  private static void multiplyAdd(float[] values, int count) {
    for (int i = 0; i < count; i++) {
      float v = step(step(step(step(values[i]))));
      values[i] = v;
    }
  }

  private static float step(float v) {
    float w = Math.fma(v, 0.999f, 0.001f);
    w = Math.fma(w, 0.999f, 0.001f);
    w = Math.fma(w, 0.999f, 0.001f);
    return Math.fma(w, 0.999f, 0.001f);
  }
}
