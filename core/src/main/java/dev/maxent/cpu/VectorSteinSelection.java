package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.LANES;
import static dev.maxent.cpu.VectorMath.load;
import static dev.maxent.cpu.VectorMath.store;

import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The elements at a rank and the next, by counting below bounds that interpolation finds. Only the
 * number of passes depends on how good the bounds are.
 */
final class VectorSteinSelection {
  /** More values than these are worth a pass that drops those outside the bounds. */
  private static final int MANY = 16384;

  /** Passes that interpolate; those after them halve the bits between the bounds. */
  private static final int INTERPOLATIONS = 12;

  private VectorSteinSelection() {}

  /** See {@link SteinLoops#select}. Values are neither negative nor NaN nor infinite. */
  static void select(SteinBlock b) {
    long values = b.valuesAt;
    int count = b.kept;
    int wanted = b.rank + 1;
    store(FloatVector.broadcast(FLOATS, Float.POSITIVE_INFINITY), values + count * 4L);
    // Of all values lowCount are less than low, and highCount, at least as many as wanted, at most
    // high; those above are dropped has come to.
    // What the last pass over all distances kept lies between its bounds.
    boolean bounded = b.spend && b.from >= 0 && b.to < Float.MAX_VALUE;
    float low = bounded ? Math.nextUp(b.from) : least(values, count);
    float high = bounded ? b.to : largest(values, count);
    int lowCount = 0;
    int highCount = count;
    float dropped = Float.POSITIVE_INFINITY;
    boolean exact = highCount == wanted;
    double goal = wanted - 0.5;
    for (int pass = 0; !exact && low != high; pass++) {
      float t = between(low, high, (goal - lowCount) / (highCount - lowCount), pass);
      int upTo = atMost(values, count, t);
      // The next bound is aimed at the other side of the rank, as far again as this one missed.
      double slack = 1 + 0.5 * Math.abs(upTo - wanted);
      if (upTo == wanted) {
        high = t;
        highCount = upTo;
        exact = true;
      } else if (upTo < wanted) {
        low = Math.nextUp(t);
        lowCount = upTo;
        goal = wanted - 0.5 + slack;
      } else {
        high = t;
        highCount = upTo;
        goal = wanted - 0.5 - slack;
      }
      goal = Math.clamp(goal, lowCount + 0.5, highCount - 0.5);
      if (b.spend && count > MANY && highCount - lowCount < count / 8) {
        dropped = Math.min(dropped, drop(values, count, low, high));
        count = highCount - lowCount;
        wanted -= lowCount;
        goal -= lowCount;
        highCount = count;
        lowCount = 0;
        store(FloatVector.broadcast(FLOATS, Float.POSITIVE_INFINITY), values + count * 4L);
      }
    }
    neighbours(b, count, high);
    b.high = exact ? Math.min(b.high, dropped) : b.low;
  }

  /** A number from low on and below high. */
  private static float between(float low, float high, double share, int pass) {
    if (pass < INTERPOLATIONS) {
      float t = (float) (low + ((double) high - low) * share);
      return Math.clamp(t, low, Math.nextDown(high));
    }
    return Float.intBitsToFloat(
        Float.floatToRawIntBits(low) / 2 + Float.floatToRawIntBits(high) / 2);
  }

  private static float least(long values, int count) {
    FloatVector least = FloatVector.broadcast(FLOATS, Float.POSITIVE_INFINITY);
    for (long at = values; at < values + count * 4L; at += BYTES) {
      FloatVector v = load(at);
      least = least.blend(v, v.compare(VectorOperators.LT, least));
    }
    return least.reduceLanes(VectorOperators.MIN);
  }

  private static float largest(long values, int count) {
    FloatVector most = FloatVector.zero(FLOATS);
    int whole = count / LANES * LANES;
    for (long at = values; at < values + whole * 4L; at += BYTES) {
      most = VectorMath.larger(most, load(at));
    }
    float largest = most.reduceLanes(VectorOperators.MAX);
    for (int i = whole; i < count; i++) {
      largest = Math.max(largest, real(values + i * 4L));
    }
    return largest;
  }

  /** How many values are at most t. */
  private static int atMost(long values, int count, float t) {
    FloatVector bound = FloatVector.broadcast(FLOATS, t);
    int sum = 0;
    for (long at = values; at < values + count * 4L; at += BYTES) {
      sum += load(at).compare(VectorOperators.LE, bound).trueCount();
    }
    return sum;
  }

  /** Moves those from low to high to the front; the least above high. */
  private static float drop(long values, int count, float low, float high) {
    FloatVector from = FloatVector.broadcast(FLOATS, low);
    FloatVector to = FloatVector.broadcast(FLOATS, high);
    FloatVector least = FloatVector.broadcast(FLOATS, Float.POSITIVE_INFINITY);
    long out = values;
    for (long at = values; at < values + count * 4L; at += BYTES) {
      FloatVector v = load(at);
      VectorMask<Float> within = v.compare(VectorOperators.LE, to);
      FloatVector beyond = v.blend(Float.POSITIVE_INFINITY, within);
      least = least.blend(beyond, beyond.compare(VectorOperators.LT, least));
      VectorMask<Float> inside = within.and(v.compare(VectorOperators.GE, from));
      store(v.compress(inside), out);
      out += inside.trueCount() * 4L;
    }
    return least.reduceLanes(VectorOperators.MIN);
  }

  /** b.low and b.high ← the largest up to a bound, and the least above it. */
  private static void neighbours(SteinBlock b, int count, float bound) {
    FloatVector to = FloatVector.broadcast(FLOATS, bound);
    FloatVector below = FloatVector.broadcast(FLOATS, -1f);
    FloatVector above = FloatVector.broadcast(FLOATS, Float.POSITIVE_INFINITY);
    for (long at = b.valuesAt; at < b.valuesAt + count * 4L; at += BYTES) {
      FloatVector v = load(at);
      VectorMask<Float> within = v.compare(VectorOperators.LE, to);
      below = VectorMath.larger(below, v.blend(-1f, within.not()));
      FloatVector beyond = v.blend(Float.POSITIVE_INFINITY, within);
      above = above.blend(beyond, beyond.compare(VectorOperators.LT, above));
    }
    b.low = below.reduceLanes(VectorOperators.MAX);
    b.high = above.reduceLanes(VectorOperators.MIN);
  }

  private static float real(long address) {
    return VectorMath.MEMORY.get(ValueLayout.JAVA_FLOAT_UNALIGNED, address);
  }
}
