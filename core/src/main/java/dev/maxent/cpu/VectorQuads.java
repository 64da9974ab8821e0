package dev.maxent.cpu;

import static dev.maxent.cpu.VectorFunctions.E1;
import static dev.maxent.cpu.VectorFunctions.E2;
import static dev.maxent.cpu.VectorFunctions.E3;
import static dev.maxent.cpu.VectorFunctions.E4;
import static dev.maxent.cpu.VectorFunctions.POWERS;
import static dev.maxent.cpu.VectorFunctions.ROUND;
import static dev.maxent.cpu.VectorFunctions.SHIFT;
import static dev.maxent.cpu.VectorFunctions.SHORT;
import static dev.maxent.cpu.VectorLanes.SWAP;
import static dev.maxent.cpu.VectorMath.ADDRESS;
import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.INTS;
import static dev.maxent.cpu.VectorMath.LANES;
import static dev.maxent.cpu.VectorMath.MEMORY;
import static dev.maxent.cpu.VectorMath.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Loops down a strip of four vectors, written out without a helper. HotSpot inlines the Vector
 * API's own methods whatever a loop's size, but a helper of ours only within the budget that {@link
 * Apart} tells of, and four exponentials exceed it. All have the signature that {@link Apart}
 * calls.
 */
final class VectorQuads {
  private VectorQuads() {}

  /**
   * e, exactly 0 for −∞, with Σ e and Σ e·x added to what {@link Block#lanes} and {@link
   * Block#lanes2} hold, or to 0.
   */
  static void powerAndSums(long q, long stride, Block b, long out, long keep) {
    int rows = b.rows;
    float[] max = b.max;
    float[] scale = b.scale;
    float[] floor = b.floor;
    long lanes = b.lanes;
    long lanes2 = b.lanes2;
    FloatVector round = FloatVector.broadcast(FLOATS, ROUND);
    FloatVector c4 = FloatVector.broadcast(FLOATS, E4);
    FloatVector c3 = FloatVector.broadcast(FLOATS, E3);
    FloatVector c2 = FloatVector.broadcast(FLOATS, E2);
    FloatVector c1 = FloatVector.broadcast(FLOATS, E1);
    FloatVector one = FloatVector.broadcast(FLOATS, 1f);
    for (int r = 0; r < rows; r++) {
      FloatVector octaves = FloatVector.broadcast(FLOATS, scale[r]);
      FloatVector lowest = FloatVector.broadcast(FLOATS, floor[r]);
      FloatVector shift = FloatVector.broadcast(FLOATS, max[r]);
      long from = (q + r * stride) & ADDRESS;
      long to = (out + r * stride) & ADDRESS;

      FloatVector d0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, from, ORDER).sub(shift);
      d0 = d0.blend(lowest, d0.compare(VectorOperators.LT, lowest));
      FloatVector x0 = d0.fma(octaves, round);
      FloatVector f0 = d0.fma(octaves, round.sub(x0));
      FloatVector p0 = (SHORT ? c3 : c4.fma(f0, c3)).fma(f0, c2).fma(f0, c1).fma(f0, one);
      IntVector i0 = x0.reinterpretAsInts();
      i0 = i0.selectFrom(POWERS).add(i0.lanewise(VectorOperators.LSHL, SHIFT));
      FloatVector e0 = p0.mul(i0.reinterpretAsFloats());
      e0.intoMemorySegment(MEMORY, to, ORDER);

      FloatVector d1 =
          FloatVector.fromMemorySegment(FLOATS, MEMORY, from + BYTES, ORDER).sub(shift);
      d1 = d1.blend(lowest, d1.compare(VectorOperators.LT, lowest));
      FloatVector x1 = d1.fma(octaves, round);
      FloatVector f1 = d1.fma(octaves, round.sub(x1));
      FloatVector p1 = (SHORT ? c3 : c4.fma(f1, c3)).fma(f1, c2).fma(f1, c1).fma(f1, one);
      IntVector i1 = x1.reinterpretAsInts();
      i1 = i1.selectFrom(POWERS).add(i1.lanewise(VectorOperators.LSHL, SHIFT));
      FloatVector e1 = p1.mul(i1.reinterpretAsFloats());
      e1.intoMemorySegment(MEMORY, to + BYTES, ORDER);

      FloatVector d2 =
          FloatVector.fromMemorySegment(FLOATS, MEMORY, from + 2 * BYTES, ORDER).sub(shift);
      d2 = d2.blend(lowest, d2.compare(VectorOperators.LT, lowest));
      FloatVector x2 = d2.fma(octaves, round);
      FloatVector f2 = d2.fma(octaves, round.sub(x2));
      FloatVector p2 = (SHORT ? c3 : c4.fma(f2, c3)).fma(f2, c2).fma(f2, c1).fma(f2, one);
      IntVector i2 = x2.reinterpretAsInts();
      i2 = i2.selectFrom(POWERS).add(i2.lanewise(VectorOperators.LSHL, SHIFT));
      FloatVector e2 = p2.mul(i2.reinterpretAsFloats());
      e2.intoMemorySegment(MEMORY, to + 2 * BYTES, ORDER);

      FloatVector d3 =
          FloatVector.fromMemorySegment(FLOATS, MEMORY, from + 3 * BYTES, ORDER).sub(shift);
      d3 = d3.blend(lowest, d3.compare(VectorOperators.LT, lowest));
      FloatVector x3 = d3.fma(octaves, round);
      FloatVector f3 = d3.fma(octaves, round.sub(x3));
      FloatVector p3 = (SHORT ? c3 : c4.fma(f3, c3)).fma(f3, c2).fma(f3, c1).fma(f3, one);
      IntVector i3 = x3.reinterpretAsInts();
      i3 = i3.selectFrom(POWERS).add(i3.lanewise(VectorOperators.LSHL, SHIFT));
      FloatVector e3 = p3.mul(i3.reinterpretAsFloats());
      e3.intoMemorySegment(MEMORY, to + 3 * BYTES, ORDER);

      FloatVector sum = e0.add(e1).add(e2.add(e3));
      FloatVector weighted = e3.fma(d3, e2.fma(d2, e1.fma(d1, e0.mul(d0)))).mul(octaves);
      if (keep != 0) {
        sum =
            sum.add(
                FloatVector.fromMemorySegment(
                    FLOATS, MEMORY, (lanes + r * BYTES) & ADDRESS, ORDER));
        weighted =
            weighted.add(
                FloatVector.fromMemorySegment(
                    FLOATS, MEMORY, (lanes2 + r * BYTES) & ADDRESS, ORDER));
      }
      sum.intoMemorySegment(MEMORY, (lanes + r * BYTES) & ADDRESS, ORDER);
      weighted.intoMemorySegment(MEMORY, (lanes2 + r * BYTES) & ADDRESS, ORDER);
    }
  }

  /**
   * Rows of four vectors: e · factor / Σ e, with e exactly 0 for −∞, Σ e and, in {@link
   * Block#lanes2}, Σ e·x. The row stays in registers and each result is stored once, at an even
   * pace: stores that wait for memory then overlap with the next row's exponentials. A row is
   * finished behind the exponentials of the next, as its sum takes long to pass through the lanes.
   * Meanwhile the lanes' maxima of as many rows from {@code ahead} on are taken, as {@link
   * VectorAhead} does it. Of the block's rows it does those from {@link Block#first} to {@link
   * Block#end}; all addresses are those of the first row of the block.
   */
  static void shares(long q, long stride, Block b, long out, long ahead) {
    int first = b.first;
    int end = b.end;
    long maxima = b.lanesAhead - first * BYTES;
    float[] max = b.max;
    float[] scale = b.scale;
    float[] floor = b.floor;
    float[] factor = b.factor;
    float[] sums = b.sum;
    long lanes2 = b.lanes2;
    FloatVector round = FloatVector.broadcast(FLOATS, ROUND);
    FloatVector c4 = FloatVector.broadcast(FLOATS, E4);
    FloatVector c3 = FloatVector.broadcast(FLOATS, E3);
    FloatVector c2 = FloatVector.broadcast(FLOATS, E2);
    FloatVector c1 = FloatVector.broadcast(FLOATS, E1);
    FloatVector one = FloatVector.broadcast(FLOATS, 1f);
    IntVector swap1 = IntVector.fromArray(INTS, SWAP, 0);
    IntVector swap2 = IntVector.fromArray(INTS, SWAP, LANES);
    IntVector swap4 = IntVector.fromArray(INTS, SWAP, LANES > 4 ? 2 * LANES : 0);
    IntVector swap8 = IntVector.fromArray(INTS, SWAP, LANES > 8 ? 3 * LANES : 0);
    // The row before; at first anything, of which nothing remains.
    FloatVector g0 = one;
    FloatVector g1 = one;
    FloatVector g2 = one;
    FloatVector g3 = one;
    FloatVector sum = one;
    FloatVector by;
    long to = (out + first * stride) & ADDRESS;
    int done = first;
    for (int r = first; r < end; r++) {
      FloatVector octaves = FloatVector.broadcast(FLOATS, scale[r]);
      FloatVector lowest = FloatVector.broadcast(FLOATS, floor[r]);
      FloatVector shift = FloatVector.broadcast(FLOATS, max[r]);
      long from = (q + r * stride) & ADDRESS;

      long next = (ahead + r * stride) & ADDRESS;
      FloatVector m = FloatVector.fromMemorySegment(FLOATS, MEMORY, next, ORDER);
      FloatVector v = FloatVector.fromMemorySegment(FLOATS, MEMORY, next + BYTES, ORDER);
      m = m.blend(v, v.compare(VectorOperators.GT, m));
      v = FloatVector.fromMemorySegment(FLOATS, MEMORY, next + 2 * BYTES, ORDER);
      m = m.blend(v, v.compare(VectorOperators.GT, m));
      v = FloatVector.fromMemorySegment(FLOATS, MEMORY, next + 3 * BYTES, ORDER);
      m = m.blend(v, v.compare(VectorOperators.GT, m));
      m.intoMemorySegment(MEMORY, (maxima + r * BYTES) & ADDRESS, ORDER);

      FloatVector d0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, from, ORDER).sub(shift);
      d0 = d0.blend(lowest, d0.compare(VectorOperators.LT, lowest));
      FloatVector x0 = d0.fma(octaves, round);
      FloatVector f0 = d0.fma(octaves, round.sub(x0));
      FloatVector p0 = (SHORT ? c3 : c4.fma(f0, c3)).fma(f0, c2).fma(f0, c1).fma(f0, one);
      IntVector i0 = x0.reinterpretAsInts();
      i0 = i0.selectFrom(POWERS).add(i0.lanewise(VectorOperators.LSHL, SHIFT));
      FloatVector e0 = p0.mul(i0.reinterpretAsFloats());

      FloatVector d1 =
          FloatVector.fromMemorySegment(FLOATS, MEMORY, from + BYTES, ORDER).sub(shift);
      d1 = d1.blend(lowest, d1.compare(VectorOperators.LT, lowest));
      FloatVector x1 = d1.fma(octaves, round);
      FloatVector f1 = d1.fma(octaves, round.sub(x1));
      FloatVector p1 = (SHORT ? c3 : c4.fma(f1, c3)).fma(f1, c2).fma(f1, c1).fma(f1, one);
      IntVector i1 = x1.reinterpretAsInts();
      i1 = i1.selectFrom(POWERS).add(i1.lanewise(VectorOperators.LSHL, SHIFT));
      FloatVector e1 = p1.mul(i1.reinterpretAsFloats());

      FloatVector d2 =
          FloatVector.fromMemorySegment(FLOATS, MEMORY, from + 2 * BYTES, ORDER).sub(shift);
      d2 = d2.blend(lowest, d2.compare(VectorOperators.LT, lowest));
      FloatVector x2 = d2.fma(octaves, round);
      FloatVector f2 = d2.fma(octaves, round.sub(x2));
      FloatVector p2 = (SHORT ? c3 : c4.fma(f2, c3)).fma(f2, c2).fma(f2, c1).fma(f2, one);
      IntVector i2 = x2.reinterpretAsInts();
      i2 = i2.selectFrom(POWERS).add(i2.lanewise(VectorOperators.LSHL, SHIFT));
      FloatVector e2 = p2.mul(i2.reinterpretAsFloats());

      FloatVector d3 =
          FloatVector.fromMemorySegment(FLOATS, MEMORY, from + 3 * BYTES, ORDER).sub(shift);
      d3 = d3.blend(lowest, d3.compare(VectorOperators.LT, lowest));
      FloatVector x3 = d3.fma(octaves, round);
      FloatVector f3 = d3.fma(octaves, round.sub(x3));
      FloatVector p3 = (SHORT ? c3 : c4.fma(f3, c3)).fma(f3, c2).fma(f3, c1).fma(f3, one);
      IntVector i3 = x3.reinterpretAsInts();
      i3 = i3.selectFrom(POWERS).add(i3.lanewise(VectorOperators.LSHL, SHIFT));
      FloatVector e3 = p3.mul(i3.reinterpretAsFloats());

      FloatVector weighted = e3.fma(d3, e2.fma(d2, e1.fma(d1, e0.mul(d0)))).mul(octaves);
      weighted.intoMemorySegment(MEMORY, (lanes2 + r * BYTES) & ADDRESS, ORDER);

      // Every lane ends up with the whole sum of the row before, added as a balanced tree.
      sum = sum.add(swap1.selectFrom(sum.reinterpretAsInts()).reinterpretAsFloats());
      sum = sum.add(swap2.selectFrom(sum.reinterpretAsInts()).reinterpretAsFloats());
      if (LANES > 4) {
        sum = sum.add(swap4.selectFrom(sum.reinterpretAsInts()).reinterpretAsFloats());
      }
      if (LANES > 8) {
        sum = sum.add(swap8.selectFrom(sum.reinterpretAsInts()).reinterpretAsFloats());
      }
      sums[done] = sum.lane(0);
      by = FloatVector.broadcast(FLOATS, factor[done]).div(sum);
      g0.mul(by).intoMemorySegment(MEMORY, to, ORDER);
      g1.mul(by).intoMemorySegment(MEMORY, to + BYTES, ORDER);
      g2.mul(by).intoMemorySegment(MEMORY, to + 2 * BYTES, ORDER);
      g3.mul(by).intoMemorySegment(MEMORY, to + 3 * BYTES, ORDER);

      g0 = e0;
      g1 = e1;
      g2 = e2;
      g3 = e3;
      sum = e0.add(e1).add(e2.add(e3));
      to = (out + r * stride) & ADDRESS;
      done = r;
    }
    // The last row's.
    sum = sum.add(swap1.selectFrom(sum.reinterpretAsInts()).reinterpretAsFloats());
    sum = sum.add(swap2.selectFrom(sum.reinterpretAsInts()).reinterpretAsFloats());
    if (LANES > 4) {
      sum = sum.add(swap4.selectFrom(sum.reinterpretAsInts()).reinterpretAsFloats());
    }
    if (LANES > 8) {
      sum = sum.add(swap8.selectFrom(sum.reinterpretAsInts()).reinterpretAsFloats());
    }
    sums[done] = sum.lane(0);
    by = FloatVector.broadcast(FLOATS, factor[done]).div(sum);
    g0.mul(by).intoMemorySegment(MEMORY, to, ORDER);
    g1.mul(by).intoMemorySegment(MEMORY, to + BYTES, ORDER);
    g2.mul(by).intoMemorySegment(MEMORY, to + 2 * BYTES, ORDER);
    g3.mul(by).intoMemorySegment(MEMORY, to + 3 * BYTES, ORDER);
  }

  /** out · factor. */
  static void product(long out, long stride, Block b, long unused, long alsoUnused) {
    int rows = b.rows;
    float[] factor = b.factor;
    for (int r = 0; r < rows; r++) {
      long at = out + r * stride;
      FloatVector by = FloatVector.broadcast(FLOATS, factor[r]);
      VectorMath.store(VectorMath.load(at).mul(by), at);
      VectorMath.store(VectorMath.load(at + BYTES).mul(by), at + BYTES);
      VectorMath.store(VectorMath.load(at + 2 * BYTES).mul(by), at + 2 * BYTES);
      VectorMath.store(VectorMath.load(at + 3 * BYTES).mul(by), at + 3 * BYTES);
    }
  }

  /** (q − max) · factor − log. */
  static void logarithm(long q, long stride, Block b, long out, long unused) {
    int rows = b.rows;
    float[] max = b.max;
    float[] factor = b.factor;
    double[] log = b.log;
    for (int r = 0; r < rows; r++) {
      long from = (q + r * stride) & ADDRESS;
      long to = (out + r * stride) & ADDRESS;
      FloatVector shift = FloatVector.broadcast(FLOATS, max[r]);
      FloatVector by = FloatVector.broadcast(FLOATS, factor[r]);
      FloatVector minus = FloatVector.broadcast(FLOATS, (float) -log[r]);
      VectorMath.store(VectorMath.load(from).sub(shift).fma(by, minus), to);
      VectorMath.store(VectorMath.load(from + BYTES).sub(shift).fma(by, minus), to + BYTES);
      VectorMath.store(VectorMath.load(from + 2 * BYTES).sub(shift).fma(by, minus), to + 2 * BYTES);
      VectorMath.store(VectorMath.load(from + 3 * BYTES).sub(shift).fma(by, minus), to + 3 * BYTES);
    }
  }
}
