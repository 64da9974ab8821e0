package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.load;
import static dev.maxent.cpu.VectorMath.store;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The elements of each lane at a rank and the next: counts of elements up to a bound, which
 * interpolation moves until the count is the wanted one, one more or one less. Only the number of
 * passes depends on how good the bounds are.
 */
final class VectorSteinRanks {
  /** Passes that interpolate before others halve. */
  private static final int INTERPOLATED = 12;

  /** By then halving has found every element; only lanes that hold NaN come so far. */
  private static final int MOST_PASSES = INTERPOLATED + 33;

  private VectorSteinRanks() {}

  /** First bounds: from 0 to the largest element, and about the middle of distances. */
  static void begin(SteinLanes b) {
    long end = b.squaresAt + b.pairs * BYTES;
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector sum = zero;
    FloatVector high = zero;
    for (long at = b.squaresAt; at < end; at += BYTES) {
      FloatVector v = load(at);
      sum = sum.add(v);
      high = VectorMath.larger(high, v);
    }
    store(zero, b.lowAt);
    store(zero, b.lowCountAt);
    store(high, b.highAt);
    store(FloatVector.broadcast(FLOATS, b.pairs), b.highCountAt);
    store(sum.mul(0.8f / b.pairs), b.boundAt);
    b.passes = 0;
    b.open = true;
  }

  /** How many elements are at most the bound, which is kept between low and high. */
  static void count(SteinLanes b) {
    FloatVector high = load(b.highAt);
    FloatVector t = load(b.boundAt);
    t = t.blend(high, t.compare(VectorOperators.GT, high));
    store(t, b.boundAt);
    FloatVector one = FloatVector.broadcast(FLOATS, 1f);
    FloatVector c0 = FloatVector.zero(FLOATS);
    FloatVector c1 = c0;
    FloatVector c2 = c0;
    FloatVector c3 = c0;
    long at = b.squaresAt;
    long end = at + b.pairs * BYTES;
    for (; at + 4 * BYTES <= end; at += 4 * BYTES) {
      c0 = c0.add(one, load(at).compare(VectorOperators.LE, t));
      c1 = c1.add(one, load(at + BYTES).compare(VectorOperators.LE, t));
      c2 = c2.add(one, load(at + 2 * BYTES).compare(VectorOperators.LE, t));
      c3 = c3.add(one, load(at + 3 * BYTES).compare(VectorOperators.LE, t));
    }
    for (; at < end; at += BYTES) {
      c0 = c0.add(one, load(at).compare(VectorOperators.LE, t));
    }
    store(c0.add(c1).add(c2.add(c3)), b.countAt);
  }

  /**
   * Moves low or high to the bound, and the bound between them; lanes that are done keep theirs.
   */
  static void narrow(SteinLanes b) {
    float wanted = b.rank + 1;
    FloatVector t = load(b.boundAt);
    FloatVector count = load(b.countAt);
    FloatVector off = count.sub(wanted);
    VectorMask<Float> near = off.abs().compare(VectorOperators.LE, 1f);
    VectorMask<Float> less = off.compare(VectorOperators.LT, -1f);
    VectorMask<Float> more = off.compare(VectorOperators.GT, 1f);
    FloatVector above = t.reinterpretAsInts().add(1).reinterpretAsFloats();
    FloatVector low = load(b.lowAt).blend(above, less);
    FloatVector high = load(b.highAt).blend(t, more);
    FloatVector lowCount = load(b.lowCountAt).blend(count, less);
    FloatVector highCount = load(b.highCountAt).blend(count, more);
    store(low, b.lowAt);
    store(high, b.highAt);
    store(lowCount, b.lowCountAt);
    store(highCount, b.highCountAt);
    FloatVector next;
    if (b.passes < INTERPOLATED) {
      FloatVector share = lowCount.neg().add(wanted - 0.5f).div(highCount.sub(lowCount));
      next = high.sub(low).fma(share, low);
    } else {
      IntVector bits = low.reinterpretAsInts();
      IntVector gap = high.reinterpretAsInts().sub(bits);
      next = bits.add(gap.lanewise(VectorOperators.LSHR, 1)).reinterpretAsFloats();
    }
    VectorMask<Float> met = low.compare(VectorOperators.GE, high);
    next = next.blend(high, met).blend(t, near);
    store(next, b.boundAt);
    b.passes++;
    b.open = b.passes < MOST_PASSES && !near.or(met).allTrue();
  }

  /**
   * Low and high ← the two elements: two of the two largest up to the bound and the two smallest
   * above it, or where equal elements stand there twice high.
   */
  static void finish(SteinLanes b) {
    FloatVector t = load(b.boundAt);
    FloatVector b1 = FloatVector.broadcast(FLOATS, -1f);
    FloatVector b2 = b1;
    FloatVector a1 = FloatVector.broadcast(FLOATS, Float.POSITIVE_INFINITY);
    FloatVector a2 = a1;
    long end = b.squaresAt + b.pairs * BYTES;
    for (long at = b.squaresAt; at < end; at += BYTES) {
      FloatVector v = load(at);
      VectorMask<Float> beyond = v.compare(VectorOperators.GT, t);
      FloatVector below = v.blend(-1f, beyond);
      FloatVector above = FloatVector.broadcast(FLOATS, Float.POSITIVE_INFINITY).blend(v, beyond);
      // Each insertion keeps the larger or smaller one and passes the other on.
      VectorMask<Float> first = below.compare(VectorOperators.GT, b1);
      b2 = VectorMath.larger(b2, below.blend(b1, first));
      b1 = b1.blend(below, first);
      VectorMask<Float> least = above.compare(VectorOperators.LT, a1);
      FloatVector passed = above.blend(a1, least);
      a2 = a2.blend(passed, passed.compare(VectorOperators.LT, a2));
      a1 = a1.blend(above, least);
    }
    FloatVector off = load(b.countAt).sub(b.rank + 1f);
    VectorMask<Float> fewer = off.compare(VectorOperators.EQ, -1f);
    VectorMask<Float> one = off.compare(VectorOperators.EQ, 1f);
    VectorMask<Float> apart = off.abs().compare(VectorOperators.GT, 1f);
    FloatVector high = load(b.highAt);
    store(b1.blend(a1, fewer).blend(b2, one).blend(high, apart), b.lowAt);
    store(a1.blend(a2, fewer).blend(b1, one).blend(high, apart), b.highAt);
  }
}
