package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.INTS;
import static dev.maxent.cpu.VectorMath.LANES;
import static dev.maxent.cpu.VectorMath.load;
import static dev.maxent.cpu.VectorMath.loadInts;
import static dev.maxent.cpu.VectorMath.spread;
import static dev.maxent.cpu.VectorMath.store;

import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Squared distances and selection among them. Rows of transposed particles end in +∞ or more. */
final class VectorSteinMedian {
  private VectorSteinMedian() {}

  private static FloatVector squared(FloatVector x, FloatVector y, FloatVector sum) {
    FloatVector delta = x.sub(y);
    return delta.fma(delta, sum);
  }

  /** All squared distances, one behind the other, then +∞ to the end of a vector. */
  static void squares(SteinBlock b) {
    long step = b.tileStep;
    long rows = b.d * step;
    long to = b.valuesAt;
    for (int j = 0; j < b.n; j++) {
      int from = b.pairs ? j + 1 : 0;
      long x = b.sourceAt + j * (b.d * 4L);
      long behind = to + (b.m - from) * 4L;
      for (long i = b.tileAt + from * 4L; to < behind; i += BYTES) {
        FloatVector square = FloatVector.zero(FLOATS);
        long p = x;
        long end = i + rows;
        for (long at = i; at < end; at += step) {
          square = squared(spread(p), load(at), square);
          p += 4;
        }
        store(square, to);
        to += BYTES;
      }
      to = behind;
    }
    store(FloatVector.broadcast(FLOATS, Float.POSITIVE_INFINITY), to);
    b.kept = (int) ((to - b.valuesAt) / 4);
  }

  /** Counts values, of which there are whole vectors: see {@link SteinLoops#count}. */
  static void count(SteinBlock b) {
    FloatVector from = FloatVector.broadcast(FLOATS, b.from);
    FloatVector to = FloatVector.broadcast(FLOATS, b.to);
    IntVector infinity = FloatVector.broadcast(FLOATS, Float.POSITIVE_INFINITY).reinterpretAsInts();
    IntVector least = infinity;
    int below = 0;
    int upTo = 0;
    long end = b.kernelAt + b.kernels * BYTES;
    for (long at = b.kernelAt; at < end; at += BYTES) {
      FloatVector a = load(at);
      VectorMask<Float> within = a.compare(VectorOperators.LE, to);
      below += a.compare(VectorOperators.LE, from).trueCount();
      upTo += within.trueCount();
      least = least.min(a.reinterpretAsInts().blend(infinity, within.cast(INTS)));
    }
    add(b, below, upTo, least);
  }

  /**
   * The same, and keeps those inside as long as there is room. Whether a vector has any inside is
   * not to be foreseen, so each is stored: a branch would take longer.
   */
  static void keep(SteinBlock b) {
    FloatVector from = FloatVector.broadcast(FLOATS, b.from);
    FloatVector to = FloatVector.broadcast(FLOATS, b.to);
    IntVector infinity = FloatVector.broadcast(FLOATS, Float.POSITIVE_INFINITY).reinterpretAsInts();
    IntVector least = infinity;
    int below = 0;
    int upTo = 0;
    int kept = b.kept;
    long end = b.kernelAt + b.kernels * BYTES;
    for (long at = b.kernelAt; at < end; at += BYTES) {
      FloatVector a = load(at);
      VectorMask<Float> low = a.compare(VectorOperators.LE, from);
      VectorMask<Float> within = a.compare(VectorOperators.LE, to);
      least = least.min(a.reinterpretAsInts().blend(infinity, within.cast(INTS)));
      int lower = low.trueCount();
      int both = within.trueCount();
      below += lower;
      upTo += both;
      long room = Math.min(kept, SteinBlock.VALUES) * 4L;
      store(a.compress(within.andNot(low)), b.valuesAt + room);
      kept += both - lower;
    }
    b.kept = kept;
    add(b, below, upTo, least);
  }

  private static void add(SteinBlock b, int below, int upTo, IntVector least) {
    b.below += below;
    b.inside += upTo - below;
    float next = Float.intBitsToFloat(least.reduceLanes(VectorOperators.MIN));
    b.above = Math.min(b.above, next);
  }

  /** The largest bits without their sign. */
  static int largest(long values, int count) {
    IntVector most = IntVector.zero(INTS);
    int k = 0;
    for (; k + LANES <= count; k += LANES) {
      most = most.max(loadInts(values + k * 4L).and(Integer.MAX_VALUE));
    }
    int max = most.reduceLanes(VectorOperators.MAX);
    for (; k < count; k++) {
      int bits = VectorMath.MEMORY.get(ValueLayout.JAVA_INT_UNALIGNED, values + k * 4L);
      max = Math.max(max, bits & Integer.MAX_VALUE);
    }
    return max;
  }
}
