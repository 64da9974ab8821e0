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

  /**
   * Squared distances of pseudo-random pairs, a vector of neighbours and one of others at a time:
   * nobody is paired with itself.
   */
  static void draw(SteinBlock b) {
    long places = (long) b.n - LANES + 1;
    long step = b.tileStep;
    long rows = b.tileAt + b.d * step;
    int vector = b.groups;
    long end = b.kernelAt + b.kernels * BYTES;
    for (long to = b.kernelAt; to < end; to += BYTES) {
      long bits = SteinLoops.pairBits(vector++);
      long here = ((bits >>> 32) * places) >>> 32;
      long there = ((bits & 0xffffffffL) * (places - 1)) >>> 32;
      there += there >= here ? 1 : 0;
      FloatVector square = FloatVector.zero(FLOATS);
      for (long at = b.tileAt; at < rows; at += step) {
        square = squared(load(at + here * 4), load(at + there * 4), square);
      }
      store(square, to);
    }
  }

  /** Counts values, of which there are whole vectors: see {@link SteinLoops#count}. */
  static void count(SteinBlock b) {
    FloatVector from = FloatVector.broadcast(FLOATS, b.from);
    FloatVector to = FloatVector.broadcast(FLOATS, b.to);
    IntVector one = IntVector.broadcast(INTS, 1);
    IntVector least = FloatVector.broadcast(FLOATS, Float.POSITIVE_INFINITY).reinterpretAsInts();
    IntVector overFrom = IntVector.zero(INTS);
    IntVector overTo = overFrom;
    long end = b.kernelAt + b.kernels * BYTES;
    for (long at = b.kernelAt; at < end; at += BYTES) {
      FloatVector a = load(at);
      VectorMask<Integer> beyond = a.compare(VectorOperators.GT, to).cast(INTS);
      VectorMask<Integer> above = a.compare(VectorOperators.GT, from).cast(INTS);
      overFrom = overFrom.lanewise(VectorOperators.ADD, one, above);
      overTo = overTo.lanewise(VectorOperators.ADD, one, beyond);
      least = least.lanewise(VectorOperators.MIN, a.reinterpretAsInts(), beyond);
    }
    int over = overFrom.reduceLanes(VectorOperators.ADD);
    add(b, over, over - overTo.reduceLanes(VectorOperators.ADD), least);
  }

  /**
   * The same, and keeps those inside as long as there is room; a group more than there is room for
   * fits. Whether a vector has any inside is not to be foreseen, so each is stored: a branch would
   * take longer. Counts stay in lanes, and what is kept tells how many are inside.
   */
  static void keep(SteinBlock b) {
    FloatVector from = FloatVector.broadcast(FLOATS, b.from);
    FloatVector to = FloatVector.broadcast(FLOATS, b.to);
    IntVector one = IntVector.broadcast(INTS, 1);
    IntVector least = FloatVector.broadcast(FLOATS, Float.POSITIVE_INFINITY).reinterpretAsInts();
    IntVector overFrom = IntVector.zero(INTS);
    long begin = b.valuesAt + b.kept * 4L;
    long out = begin;
    long end = b.kernelAt + b.kernels * BYTES;
    for (long at = b.kernelAt; at < end; at += BYTES) {
      FloatVector a = load(at);
      VectorMask<Float> above = a.compare(VectorOperators.GT, from);
      VectorMask<Float> beyond = a.compare(VectorOperators.GT, to);
      overFrom = overFrom.lanewise(VectorOperators.ADD, one, above.cast(INTS));
      least = least.lanewise(VectorOperators.MIN, a.reinterpretAsInts(), beyond.cast(INTS));
      VectorMask<Float> inside = above.xor(beyond);
      store(a.compress(inside), out);
      out += inside.trueCount() * 4L;
    }
    int inside = (int) ((out - begin) / 4);
    b.kept = Math.min(b.kept + inside, b.most);
    add(b, overFrom.reduceLanes(VectorOperators.ADD), inside, least);
  }

  private static void add(SteinBlock b, int over, int inside, IntVector least) {
    b.below += b.kernels * LANES - over;
    b.inside += inside;
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
