package dev.maxent.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Steps in plain Java, in pieces that are copied to the heap and back, see {@link ScalarScratch}.
 */
final class ScalarStepLoops implements StepLoops {
  private static final ValueLayout.OfFloat REAL = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final int PIECE = ScalarScratch.PIECE;

  /** Gradient, first, second, parameters and target of a piece; apart by more than a page. */
  private final ThreadLocal<float[][]> arrays =
      ThreadLocal.withInitial(() -> new float[5][PIECE + ScalarScratch.GAP]);

  private static void load(MemorySegment from, long at, float[] to, int count) {
    MemorySegment.copy(from, REAL, at, to, 0, count);
  }

  private static void store(float[] from, MemorySegment to, long at, int count) {
    MemorySegment.copy(from, 0, to, REAL, at, count);
  }

  @Override
  public void plain(AdamStep s) {
    float[][] t = arrays.get();
    for (int i = 0; i < s.count; i += PIECE) {
      int count = Math.min(PIECE, s.count - i);
      long at = s.at + i * 4L;
      load(s.gradient, at, t[0], count);
      load(s.parameters, at, t[3], count);
      ScalarAdam.plain(s, t[0], t[3], count);
      store(t[3], s.parameters, at, count);
    }
  }

  @Override
  public void adaGrad(AdamStep s) {
    float[][] t = arrays.get();
    for (int i = 0; i < s.count; i += PIECE) {
      int count = Math.min(PIECE, s.count - i);
      long at = s.at + i * 4L;
      load(s.gradient, at, t[0], count);
      load(s.second, at, t[2], count);
      load(s.parameters, at, t[3], count);
      ScalarAdam.adaGrad(s, t[0], t[2], t[3], count);
      store(t[2], s.second, at, count);
      store(t[3], s.parameters, at, count);
    }
  }

  @Override
  public void adam(AdamStep s) {
    float[][] t = arrays.get();
    for (int i = 0; i < s.count; i += PIECE) {
      int count = Math.min(PIECE, s.count - i);
      long at = s.at + i * 4L;
      load(s.gradient, at, t[0], count);
      load(s.first, at, t[1], count);
      load(s.second, at, t[2], count);
      load(s.parameters, at, t[3], count);
      ScalarAdam.moments(s, t[0], t[1], t[2], count);
      ScalarAdam.move(s, t[1], t[2], t[3], count);
      store(t[1], s.first, at, count);
      store(t[2], s.second, at, count);
      store(t[3], s.parameters, at, count);
      if (s.targetRule == AdamStep.FOLLOW) {
        load(s.target, at, t[4], count);
        ScalarAdam.follow(s, t[3], t[4], count);
        store(t[4], s.target, at, count);
      } else if (s.targetRule == AdamStep.COPY) {
        store(t[3], s.target, at, count);
      }
    }
  }
}
