package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.INTS;
import static dev.maxent.cpu.VectorMath.LANES;
import static dev.maxent.cpu.VectorMath.load;
import static dev.maxent.cpu.VectorMath.loadInts;
import static dev.maxent.cpu.VectorMath.store;
import static dev.maxent.cpu.VectorStein.spread;

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

  /** Counts the squared distances of four sources to the targets from b.first on. */
  static void count(SteinBlock b) {
    long step = b.tileStep;
    long rows = b.d * step;
    long row = b.d * 4L;
    FloatVector from = FloatVector.broadcast(FLOATS, b.from);
    FloatVector to = FloatVector.broadcast(FLOATS, b.to);
    FloatVector least = FloatVector.broadcast(FLOATS, Float.POSITIVE_INFINITY);
    FloatVector zero = FloatVector.zero(FLOATS);
    int below = 0;
    int upTo = 0;
    for (int i = b.first; i < b.m; i += LANES) {
      FloatVector a0 = zero;
      FloatVector a1 = zero;
      FloatVector a2 = zero;
      FloatVector a3 = zero;
      long p = b.sourceAt;
      long start = b.tileAt + i * 4L;
      long end = start + rows;
      for (long at = start; at < end; at += step) {
        FloatVector y = load(at);
        a0 = squared(spread(p), y, a0);
        a1 = squared(spread(p + row), y, a1);
        a2 = squared(spread(p + 2 * row), y, a2);
        a3 = squared(spread(p + 3 * row), y, a3);
        p += 4;
      }
      long squares = b.sumAt;
      store(a0, squares);
      store(a1, squares + BYTES);
      store(a2, squares + 2 * BYTES);
      store(a3, squares + 3 * BYTES);
      below += a0.compare(VectorOperators.LE, from).trueCount();
      below += a1.compare(VectorOperators.LE, from).trueCount();
      below += a2.compare(VectorOperators.LE, from).trueCount();
      below += a3.compare(VectorOperators.LE, from).trueCount();
      for (long at = squares; at < squares + 4 * BYTES; at += BYTES) {
        FloatVector a = load(at);
        VectorMask<Float> within = a.compare(VectorOperators.LE, to);
        upTo += within.trueCount();
        FloatVector beyond = a.blend(Float.POSITIVE_INFINITY, within);
        least = least.blend(beyond, beyond.compare(VectorOperators.LT, least));
      }
    }
    b.below += below;
    b.inside += upTo - below;
    b.above = Math.min(b.above, least.reduceLanes(VectorOperators.MIN));
  }

  /**
   * The same, and keeps those inside as long as there is room. Whether a vector has any inside is
   * not to be foreseen, so each is stored: a branch would take longer.
   */
  static void keep(SteinBlock b) {
    long step = b.tileStep;
    long rows = b.d * step;
    long row = b.d * 4L;
    FloatVector from = FloatVector.broadcast(FLOATS, b.from);
    FloatVector to = FloatVector.broadcast(FLOATS, b.to);
    FloatVector least = FloatVector.broadcast(FLOATS, Float.POSITIVE_INFINITY);
    FloatVector zero = FloatVector.zero(FLOATS);
    int below = 0;
    int upTo = 0;
    int kept = b.kept;
    for (int i = b.first; i < b.m; i += LANES) {
      FloatVector a0 = zero;
      FloatVector a1 = zero;
      FloatVector a2 = zero;
      FloatVector a3 = zero;
      long p = b.sourceAt;
      long start = b.tileAt + i * 4L;
      long end = start + rows;
      for (long at = start; at < end; at += step) {
        FloatVector y = load(at);
        a0 = squared(spread(p), y, a0);
        a1 = squared(spread(p + row), y, a1);
        a2 = squared(spread(p + 2 * row), y, a2);
        a3 = squared(spread(p + 3 * row), y, a3);
        p += 4;
      }
      long squares = b.sumAt;
      store(a0, squares);
      store(a1, squares + BYTES);
      store(a2, squares + 2 * BYTES);
      store(a3, squares + 3 * BYTES);
      for (long at = squares; at < squares + 4 * BYTES; at += BYTES) {
        FloatVector a = load(at);
        VectorMask<Float> low = a.compare(VectorOperators.LE, from);
        VectorMask<Float> within = a.compare(VectorOperators.LE, to);
        FloatVector beyond = a.blend(Float.POSITIVE_INFINITY, within);
        least = least.blend(beyond, beyond.compare(VectorOperators.LT, least));
        int lower = low.trueCount();
        int both = within.trueCount();
        below += lower;
        upTo += both;
        long room = Math.min(kept, SteinBlock.VALUES) * 4L;
        store(a.compress(within.andNot(low)), b.valuesAt + room);
        kept += both - lower;
      }
    }
    b.kept = kept;
    b.below += below;
    b.inside += upTo - below;
    b.above = Math.min(b.above, least.reduceLanes(VectorOperators.MIN));
  }

  /** How many values are at most t. */
  private static int atMost(long values, long end, float t) {
    FloatVector bound = FloatVector.broadcast(FLOATS, t);
    int count = 0;
    for (long at = values; at < end; at += BYTES) {
      count += load(at).compare(VectorOperators.LE, bound).trueCount();
    }
    return count;
  }

  /**
   * The elements at a rank and the next, by counting below bounds that interpolation finds. Only
   * the number of passes depends on how good the bounds are.
   */
  static void select(SteinBlock b) {
    long values = b.valuesAt;
    long last = values + b.kept * 4L;
    FloatVector top = FloatVector.zero(FLOATS);
    store(FloatVector.broadcast(FLOATS, Float.POSITIVE_INFINITY), last);
    FloatVector sum = top;
    long whole = values + (long) b.kept / LANES * BYTES;
    for (long at = values; at < whole; at += BYTES) {
      FloatVector v = load(at);
      sum = sum.add(v);
      top = VectorMath.larger(top, v);
    }
    float high = top.reduceLanes(VectorOperators.MAX);
    for (long at = whole; at < last; at += 4) {
      high = Math.max(high, real(at));
    }
    store(sum, b.sumAt);
    float mean = 0;
    for (int i = 0; i < LANES; i++) {
      mean += real(b.sumAt + i * 4L);
    }
    mean /= Math.max(1, b.kept);
    int wanted = b.rank + 1;
    float low = 0;
    int lowCount = 0;
    int highCount = b.kept;
    float t = 0.8f * mean;
    boolean exact = highCount == wanted;
    for (int pass = 0; !exact && low != high; pass++) {
      t = Math.min(Math.max(t, low), Math.nextDown(high));
      int count = atMost(values, last, t);
      if (count == wanted) {
        high = t;
        exact = true;
      } else if (count < wanted) {
        low = Math.nextUp(t);
        lowCount = count;
      } else {
        high = t;
        highCount = count;
      }
      if (pass < 10) {
        t = low + (high - low) * (wanted - 0.5f - lowCount) / (highCount - lowCount);
      } else {
        int middle = Float.floatToRawIntBits(low) / 2 + Float.floatToRawIntBits(high) / 2;
        t = Float.intBitsToFloat(middle);
      }
    }
    FloatVector bound = FloatVector.broadcast(FLOATS, high);
    FloatVector below = FloatVector.broadcast(FLOATS, -1f);
    FloatVector above = FloatVector.broadcast(FLOATS, Float.POSITIVE_INFINITY);
    for (long at = values; at < last; at += BYTES) {
      FloatVector v = load(at);
      VectorMask<Float> within = v.compare(VectorOperators.LE, bound);
      below = VectorMath.larger(below, v.blend(-1f, within.not()));
      FloatVector beyond = v.blend(Float.POSITIVE_INFINITY, within);
      above = above.blend(beyond, beyond.compare(VectorOperators.LT, above));
    }
    b.low = below.reduceLanes(VectorOperators.MAX);
    b.high = exact ? above.reduceLanes(VectorOperators.MIN) : b.low;
  }

  private static float real(long address) {
    return VectorMath.MEMORY.get(ValueLayout.JAVA_FLOAT_UNALIGNED, address);
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
