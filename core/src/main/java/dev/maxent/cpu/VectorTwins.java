package dev.maxent.cpu;

import static dev.maxent.cpu.VectorFunctions.E1;
import static dev.maxent.cpu.VectorFunctions.E2;
import static dev.maxent.cpu.VectorFunctions.E3;
import static dev.maxent.cpu.VectorFunctions.E4;
import static dev.maxent.cpu.VectorFunctions.LOWEST;
import static dev.maxent.cpu.VectorFunctions.POWERS;
import static dev.maxent.cpu.VectorFunctions.ROUND;
import static dev.maxent.cpu.VectorFunctions.SHIFT;
import static dev.maxent.cpu.VectorFunctions.SHORT;
import static dev.maxent.cpu.VectorMath.ADDRESS;
import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.INTS;
import static dev.maxent.cpu.VectorMath.MEMORY;
import static dev.maxent.cpu.VectorMath.ORDER;
import static dev.maxent.cpu.VectorMath.STRIDE;
import static dev.maxent.cpu.VectorMath.larger;
import static dev.maxent.cpu.VectorMath.load;
import static dev.maxent.cpu.VectorMath.store;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Rows of four vectors that are the minimum of two heads: while those of a block are summed, those
 * of the next are put together, as {@link VectorAhead} does it with rows that are there already.
 * The minimum is NaN where either is.
 */
final class VectorTwins {
  private VectorTwins() {}

  /** Minima of a block, and the maxima of their lanes to {@link Block#lanesAhead}. */
  static void least(long q, long stride, Block b, long to, long unused) {
    int rows = b.rows;
    long maxima = b.lanesAhead;
    long other = b.headStep & STRIDE;
    for (int r = 0; r < rows; r++) {
      FloatVector m = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
      for (long k = 0; k < stride; k += BYTES) {
        FloatVector v = load(q + r * stride + k);
        FloatVector w = load(q + r * stride + k + other);
        v = v.blend(w, w.compare(VectorOperators.LT, v));
        v = v.blend(w, w.compare(VectorOperators.NE, w));
        store(v, to + r * stride + k);
        m = larger(m, v);
      }
      store(m, maxima + r * BYTES);
    }
  }

  /**
   * Σ e of minima that lie at q, and the minima of as many rows from {@code ahead} on, with the
   * maxima of their lanes. Written out for the reason that {@link VectorQuads} tells.
   */
  static void sums(long q, long stride, Block b, long to, long ahead) {
    int rows = b.rows;
    float[] max = b.max;
    float[] scale = b.scale;
    float[] rest = b.rest;
    float[] counted = b.octaves;
    long lanes = b.lanes;
    long maxima = b.lanesAhead;
    long other = b.headStep & STRIDE;
    IntVector lowest = IntVector.broadcast(INTS, LOWEST);
    FloatVector c4 = FloatVector.broadcast(FLOATS, E4);
    FloatVector c3 = FloatVector.broadcast(FLOATS, E3);
    FloatVector c2 = FloatVector.broadcast(FLOATS, E2);
    FloatVector c1 = FloatVector.broadcast(FLOATS, E1);
    FloatVector one = FloatVector.broadcast(FLOATS, 1f);
    for (int r = 0; r < rows; r++) {
      FloatVector octaves = FloatVector.broadcast(FLOATS, scale[r]);
      FloatVector low = FloatVector.broadcast(FLOATS, rest[r]);
      FloatVector shift = FloatVector.broadcast(FLOATS, max[r]);
      FloatVector round = FloatVector.broadcast(FLOATS, ROUND - counted[r]);
      long from = (q + r * stride) & ADDRESS;
      long next = (ahead + r * stride) & ADDRESS;

      long here = (to + r * stride) & ADDRESS;

      FloatVector v0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, next, ORDER);
      FloatVector w0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, next + other, ORDER);
      v0 = v0.blend(w0, w0.compare(VectorOperators.LT, v0));
      v0 = v0.blend(w0, w0.compare(VectorOperators.NE, w0));
      v0.intoMemorySegment(MEMORY, here, ORDER);
      FloatVector m = v0;
      FloatVector v1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, next + BYTES, ORDER);
      FloatVector w1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, next + other + BYTES, ORDER);
      v1 = v1.blend(w1, w1.compare(VectorOperators.LT, v1));
      v1 = v1.blend(w1, w1.compare(VectorOperators.NE, w1));
      v1.intoMemorySegment(MEMORY, here + BYTES, ORDER);
      m = m.blend(v1, v1.compare(VectorOperators.GT, m));
      FloatVector v2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, next + 2 * BYTES, ORDER);
      FloatVector w2 =
          FloatVector.fromMemorySegment(FLOATS, MEMORY, next + other + 2 * BYTES, ORDER);
      v2 = v2.blend(w2, w2.compare(VectorOperators.LT, v2));
      v2 = v2.blend(w2, w2.compare(VectorOperators.NE, w2));
      v2.intoMemorySegment(MEMORY, here + 2 * BYTES, ORDER);
      m = m.blend(v2, v2.compare(VectorOperators.GT, m));
      FloatVector v3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, next + 3 * BYTES, ORDER);
      FloatVector w3 =
          FloatVector.fromMemorySegment(FLOATS, MEMORY, next + other + 3 * BYTES, ORDER);
      v3 = v3.blend(w3, w3.compare(VectorOperators.LT, v3));
      v3 = v3.blend(w3, w3.compare(VectorOperators.NE, w3));
      v3.intoMemorySegment(MEMORY, here + 3 * BYTES, ORDER);
      m = m.blend(v3, v3.compare(VectorOperators.GT, m));
      m.intoMemorySegment(MEMORY, (maxima + r * BYTES) & ADDRESS, ORDER);

      FloatVector d0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, from, ORDER).sub(shift);
      IntVector i0 = d0.fma(octaves, round).reinterpretAsInts().max(lowest);
      FloatVector f0 = d0.fma(low, d0.fma(octaves, round.sub(i0.reinterpretAsFloats())));
      FloatVector p0 = (SHORT ? c3 : c4.fma(f0, c3)).fma(f0, c2).fma(f0, c1).fma(f0, one);
      i0 = i0.selectFrom(POWERS).add(i0.lanewise(VectorOperators.LSHL, SHIFT));
      FloatVector sum = p0.fma(i0.reinterpretAsFloats(), FloatVector.zero(FLOATS));

      FloatVector d1 =
          FloatVector.fromMemorySegment(FLOATS, MEMORY, from + BYTES, ORDER).sub(shift);
      IntVector i1 = d1.fma(octaves, round).reinterpretAsInts().max(lowest);
      FloatVector f1 = d1.fma(low, d1.fma(octaves, round.sub(i1.reinterpretAsFloats())));
      FloatVector p1 = (SHORT ? c3 : c4.fma(f1, c3)).fma(f1, c2).fma(f1, c1).fma(f1, one);
      i1 = i1.selectFrom(POWERS).add(i1.lanewise(VectorOperators.LSHL, SHIFT));
      sum = p1.fma(i1.reinterpretAsFloats(), sum);

      FloatVector d2 =
          FloatVector.fromMemorySegment(FLOATS, MEMORY, from + 2 * BYTES, ORDER).sub(shift);
      IntVector i2 = d2.fma(octaves, round).reinterpretAsInts().max(lowest);
      FloatVector f2 = d2.fma(low, d2.fma(octaves, round.sub(i2.reinterpretAsFloats())));
      FloatVector p2 = (SHORT ? c3 : c4.fma(f2, c3)).fma(f2, c2).fma(f2, c1).fma(f2, one);
      i2 = i2.selectFrom(POWERS).add(i2.lanewise(VectorOperators.LSHL, SHIFT));
      sum = p2.fma(i2.reinterpretAsFloats(), sum);

      FloatVector d3 =
          FloatVector.fromMemorySegment(FLOATS, MEMORY, from + 3 * BYTES, ORDER).sub(shift);
      IntVector i3 = d3.fma(octaves, round).reinterpretAsInts().max(lowest);
      FloatVector f3 = d3.fma(low, d3.fma(octaves, round.sub(i3.reinterpretAsFloats())));
      FloatVector p3 = (SHORT ? c3 : c4.fma(f3, c3)).fma(f3, c2).fma(f3, c1).fma(f3, one);
      i3 = i3.selectFrom(POWERS).add(i3.lanewise(VectorOperators.LSHL, SHIFT));
      sum = p3.fma(i3.reinterpretAsFloats(), sum);

      sum.intoMemorySegment(MEMORY, (lanes + r * BYTES) & ADDRESS, ORDER);
    }
  }
}
