package dev.maxent.cpu;

import static dev.maxent.cpu.VectorFunctions.E1;
import static dev.maxent.cpu.VectorFunctions.E2;
import static dev.maxent.cpu.VectorFunctions.E3;
import static dev.maxent.cpu.VectorFunctions.E4;
import static dev.maxent.cpu.VectorFunctions.POWERS;
import static dev.maxent.cpu.VectorFunctions.ROUND;
import static dev.maxent.cpu.VectorFunctions.SHIFT;
import static dev.maxent.cpu.VectorFunctions.SHORT;
import static dev.maxent.cpu.VectorMath.ADDRESS;
import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.MEMORY;
import static dev.maxent.cpu.VectorMath.ORDER;
import static dev.maxent.cpu.VectorMath.larger;
import static dev.maxent.cpu.VectorMath.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Loops that sum rows whose maxima are known and meanwhile take the maxima of rows ahead: what is
 * read from memory arrives at an even pace while the units compute. A loop for maxima and then one
 * for sums wait for the memory in the first and leave it idle in the second. Both have the
 * signature that {@link Apart} calls.
 */
final class VectorAhead {
  private VectorAhead() {}

  /**
   * Rows of four vectors: Σ e of a block, and of as many rows from {@code ahead} on the lanes'
   * maxima, to {@link Block#lanesAhead}. Written out for the reason that {@link VectorQuads} tells.
   */
  static void sumsOfQuads(long q, long stride, Block b, long lanes, long ahead) {
    int rows = b.rows;
    float[] max = b.max;
    float[] scale = b.scale;
    float[] floor = b.floor;
    long maxima = b.lanesAhead;
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
      FloatVector sum = p0.fma(i0.reinterpretAsFloats(), FloatVector.zero(FLOATS));

      FloatVector d1 =
          FloatVector.fromMemorySegment(FLOATS, MEMORY, from + BYTES, ORDER).sub(shift);
      d1 = d1.blend(lowest, d1.compare(VectorOperators.LT, lowest));
      FloatVector x1 = d1.fma(octaves, round);
      FloatVector f1 = d1.fma(octaves, round.sub(x1));
      FloatVector p1 = (SHORT ? c3 : c4.fma(f1, c3)).fma(f1, c2).fma(f1, c1).fma(f1, one);
      IntVector i1 = x1.reinterpretAsInts();
      i1 = i1.selectFrom(POWERS).add(i1.lanewise(VectorOperators.LSHL, SHIFT));
      sum = p1.fma(i1.reinterpretAsFloats(), sum);

      FloatVector d2 =
          FloatVector.fromMemorySegment(FLOATS, MEMORY, from + 2 * BYTES, ORDER).sub(shift);
      d2 = d2.blend(lowest, d2.compare(VectorOperators.LT, lowest));
      FloatVector x2 = d2.fma(octaves, round);
      FloatVector f2 = d2.fma(octaves, round.sub(x2));
      FloatVector p2 = (SHORT ? c3 : c4.fma(f2, c3)).fma(f2, c2).fma(f2, c1).fma(f2, one);
      IntVector i2 = x2.reinterpretAsInts();
      i2 = i2.selectFrom(POWERS).add(i2.lanewise(VectorOperators.LSHL, SHIFT));
      sum = p2.fma(i2.reinterpretAsFloats(), sum);

      FloatVector d3 =
          FloatVector.fromMemorySegment(FLOATS, MEMORY, from + 3 * BYTES, ORDER).sub(shift);
      d3 = d3.blend(lowest, d3.compare(VectorOperators.LT, lowest));
      FloatVector x3 = d3.fma(octaves, round);
      FloatVector f3 = d3.fma(octaves, round.sub(x3));
      FloatVector p3 = (SHORT ? c3 : c4.fma(f3, c3)).fma(f3, c2).fma(f3, c1).fma(f3, one);
      IntVector i3 = x3.reinterpretAsInts();
      i3 = i3.selectFrom(POWERS).add(i3.lanewise(VectorOperators.LSHL, SHIFT));
      sum = p3.fma(i3.reinterpretAsFloats(), sum);

      sum.intoMemorySegment(MEMORY, (lanes + r * BYTES) & ADDRESS, ORDER);
    }
  }

  /** Maxima of the first {@link Block#AHEAD} rows, to {@link Block#ahead}. */
  static void firstMaxima(long q, long stride, Block b, long unused, long bytes) {
    float[] first = b.ahead;
    int rows = Math.min(Block.AHEAD, b.rows);
    for (int r = 0; r < rows; r++) {
      long from = q + r * stride;
      FloatVector m = load(from);
      for (int k = (int) BYTES; k < bytes; k += (int) BYTES) {
        m = larger(m, load(from + k));
      }
      first[r] = m.reduceLanes(VectorOperators.MAX);
    }
  }

  /**
   * Rows of any whole number of vectors: maximum and Σ e of a block. Each row is summed beside the
   * maximum of the row {@link Block#AHEAD} further, whose result is in {@link Block#ahead} when its
   * turn comes. Beyond the block these are rows of the next one, if {@link Block#following} are
   * there, else the last row again. Written out too: with helpers it took a tenth longer.
   */
  static void sumsOfRows(long q, long stride, Block b, long lanes, long bytes) {
    int rows = b.rows;
    int last = rows - 1 + Math.min(b.following, Block.AHEAD);
    float[] max = b.max;
    float[] ahead = b.ahead;
    float[] scale = b.scale;
    float[] floor = b.floor;
    FloatVector round = FloatVector.broadcast(FLOATS, ROUND);
    FloatVector c4 = FloatVector.broadcast(FLOATS, E4);
    FloatVector c3 = FloatVector.broadcast(FLOATS, E3);
    FloatVector c2 = FloatVector.broadcast(FLOATS, E2);
    FloatVector c1 = FloatVector.broadcast(FLOATS, E1);
    FloatVector one = FloatVector.broadcast(FLOATS, 1f);
    for (int r = 0; r < rows; r++) {
      int slot = r % Block.AHEAD;
      max[r] = ahead[slot];
      FloatVector octaves = FloatVector.broadcast(FLOATS, scale[r]);
      FloatVector lowest = FloatVector.broadcast(FLOATS, floor[r]);
      FloatVector shift = FloatVector.broadcast(FLOATS, max[r]);
      FloatVector sum = FloatVector.zero(FLOATS);
      long from = (q + r * stride) & ADDRESS;
      long next = (q + Math.min(r + Block.AHEAD, last) * stride) & ADDRESS;
      FloatVector m = FloatVector.fromMemorySegment(FLOATS, MEMORY, next, ORDER);
      for (int k = 0; k < bytes; k += (int) BYTES) {
        FloatVector v = FloatVector.fromMemorySegment(FLOATS, MEMORY, (next + k) & ADDRESS, ORDER);
        m = m.blend(v, v.compare(VectorOperators.GT, m));
        FloatVector d =
            FloatVector.fromMemorySegment(FLOATS, MEMORY, (from + k) & ADDRESS, ORDER).sub(shift);
        d = d.blend(lowest, d.compare(VectorOperators.LT, lowest));
        FloatVector x = d.fma(octaves, round);
        FloatVector f = d.fma(octaves, round.sub(x));
        FloatVector p = (SHORT ? c3 : c4.fma(f, c3)).fma(f, c2).fma(f, c1).fma(f, one);
        IntVector i = x.reinterpretAsInts();
        i = i.selectFrom(POWERS).add(i.lanewise(VectorOperators.LSHL, SHIFT));
        sum = p.fma(i.reinterpretAsFloats(), sum);
      }
      // As ints in the order of the floats: their maximum takes a third of the instructions.
      IntVector key = m.reinterpretAsInts();
      IntVector negative = key.lanewise(VectorOperators.ASHR, 31);
      key = key.lanewise(VectorOperators.XOR, negative.lanewise(VectorOperators.LSHR, 1));
      int top = key.reduceLanes(VectorOperators.MAX);
      ahead[slot] = Float.intBitsToFloat(top ^ ((top >> 31) >>> 1));
      sum.intoMemorySegment(MEMORY, (lanes + r * BYTES) & ADDRESS, ORDER);
    }
  }
}
