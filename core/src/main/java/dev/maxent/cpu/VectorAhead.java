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
 *
 * <p>What is 127 octaves below its row's maximum or more counts as nothing, by {@link
 * VectorFunctions#LOWEST}; −∞, and what is 10¹³ octaves below, makes its row's sum NaN. {@link
 * VectorAheadLoops} then has the block summed again.
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
    long maxima = b.lanesAhead;
    FloatVector round = FloatVector.broadcast(FLOATS, ROUND);
    IntVector lowest = IntVector.broadcast(INTS, LOWEST);
    FloatVector c4 = FloatVector.broadcast(FLOATS, E4);
    FloatVector c3 = FloatVector.broadcast(FLOATS, E3);
    FloatVector c2 = FloatVector.broadcast(FLOATS, E2);
    FloatVector c1 = FloatVector.broadcast(FLOATS, E1);
    FloatVector one = FloatVector.broadcast(FLOATS, 1f);
    for (int r = 0; r < rows; r++) {
      FloatVector octaves = FloatVector.broadcast(FLOATS, scale[r]);
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
      IntVector i0 = d0.fma(octaves, round).reinterpretAsInts().max(lowest);
      FloatVector f0 = d0.fma(octaves, round.sub(i0.reinterpretAsFloats()));
      FloatVector p0 = (SHORT ? c3 : c4.fma(f0, c3)).fma(f0, c2).fma(f0, c1).fma(f0, one);
      i0 = i0.selectFrom(POWERS).add(i0.lanewise(VectorOperators.LSHL, SHIFT));
      FloatVector sum = p0.fma(i0.reinterpretAsFloats(), FloatVector.zero(FLOATS));

      FloatVector d1 =
          FloatVector.fromMemorySegment(FLOATS, MEMORY, from + BYTES, ORDER).sub(shift);
      IntVector i1 = d1.fma(octaves, round).reinterpretAsInts().max(lowest);
      FloatVector f1 = d1.fma(octaves, round.sub(i1.reinterpretAsFloats()));
      FloatVector p1 = (SHORT ? c3 : c4.fma(f1, c3)).fma(f1, c2).fma(f1, c1).fma(f1, one);
      i1 = i1.selectFrom(POWERS).add(i1.lanewise(VectorOperators.LSHL, SHIFT));
      sum = p1.fma(i1.reinterpretAsFloats(), sum);

      FloatVector d2 =
          FloatVector.fromMemorySegment(FLOATS, MEMORY, from + 2 * BYTES, ORDER).sub(shift);
      IntVector i2 = d2.fma(octaves, round).reinterpretAsInts().max(lowest);
      FloatVector f2 = d2.fma(octaves, round.sub(i2.reinterpretAsFloats()));
      FloatVector p2 = (SHORT ? c3 : c4.fma(f2, c3)).fma(f2, c2).fma(f2, c1).fma(f2, one);
      i2 = i2.selectFrom(POWERS).add(i2.lanewise(VectorOperators.LSHL, SHIFT));
      sum = p2.fma(i2.reinterpretAsFloats(), sum);

      FloatVector d3 =
          FloatVector.fromMemorySegment(FLOATS, MEMORY, from + 3 * BYTES, ORDER).sub(shift);
      IntVector i3 = d3.fma(octaves, round).reinterpretAsInts().max(lowest);
      FloatVector f3 = d3.fma(octaves, round.sub(i3.reinterpretAsFloats()));
      FloatVector p3 = (SHORT ? c3 : c4.fma(f3, c3)).fma(f3, c2).fma(f3, c1).fma(f3, one);
      i3 = i3.selectFrom(POWERS).add(i3.lanewise(VectorOperators.LSHL, SHIFT));
      sum = p3.fma(i3.reinterpretAsFloats(), sum);

      sum.intoMemorySegment(MEMORY, (lanes + r * BYTES) & ADDRESS, ORDER);
    }
  }

  /** The lanes' maxima of rows of four vectors, to {@link Block#lanesAhead}. */
  static void maximaOfQuads(long q, long stride, Block b, long unused, long rows) {
    long maxima = b.lanesAhead;
    for (int r = 0; r < rows; r++) {
      long from = q + r * stride;
      FloatVector m = larger(load(from), load(from + BYTES));
      m = larger(m, load(from + 2 * BYTES));
      VectorMath.store(larger(m, load(from + 3 * BYTES)), maxima + r * BYTES);
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
    float[] rest = b.rest;
    float[] counted = b.octaves;
    float nearest = VectorUnshifted.isFromMaximum(b, bytes) ? -1 : VectorUnshifted.NEAR;
    IntVector lowest = IntVector.broadcast(INTS, LOWEST);
    FloatVector c4 = FloatVector.broadcast(FLOATS, E4);
    FloatVector c3 = FloatVector.broadcast(FLOATS, E3);
    FloatVector c2 = FloatVector.broadcast(FLOATS, E2);
    FloatVector c1 = FloatVector.broadcast(FLOATS, E1);
    FloatVector one = FloatVector.broadcast(FLOATS, 1f);
    // Twice, as HotSpot would unroll what counts by one, and from memory that is slower.
    int twice = (int) (2 * bytes / BYTES);
    for (int r = 0; r < rows; r++) {
      int slot = r % Block.AHEAD;
      float most = ahead[slot];
      float whole = VectorUnshifted.whole(most * scale[r]);
      boolean near = Math.abs(whole) <= nearest;
      max[r] = near ? 0 : most;
      counted[r] = near ? whole : 0;
      FloatVector octaves = FloatVector.broadcast(FLOATS, scale[r]);
      FloatVector low = FloatVector.broadcast(FLOATS, rest[r]);
      FloatVector shift = FloatVector.broadcast(FLOATS, max[r]);
      FloatVector round = FloatVector.broadcast(FLOATS, ROUND - counted[r]);
      FloatVector sum = FloatVector.zero(FLOATS);
      long from = q + r * stride;
      long next = q + Math.min(r + Block.AHEAD, last) * stride;
      IntVector largest = IntVector.fromMemorySegment(INTS, MEMORY, next & ADDRESS, ORDER);
      IntVector least = largest;
      int left = twice;
      do {
        IntVector v = IntVector.fromMemorySegment(INTS, MEMORY, next & ADDRESS, ORDER);
        largest = largest.max(v);
        least = least.lanewise(VectorOperators.UMIN, v);
        FloatVector d =
            FloatVector.fromMemorySegment(FLOATS, MEMORY, from & ADDRESS, ORDER).sub(shift);
        IntVector i = d.fma(octaves, round).reinterpretAsInts().max(lowest);
        FloatVector f = d.fma(low, d.fma(octaves, round.sub(i.reinterpretAsFloats())));
        FloatVector p = (SHORT ? c3 : c4.fma(f, c3)).fma(f, c2).fma(f, c1).fma(f, one);
        i = i.selectFrom(POWERS).add(i.lanewise(VectorOperators.LSHL, SHIFT));
        sum = p.fma(i.reinterpretAsFloats(), sum);
        from += BYTES;
        next += BYTES;
        left -= 2;
      } while (left != 0);
      // Of ints those of floats that are not negative are in order, of unsigned ones the negative.
      int top = largest.reduceLanes(VectorOperators.MAX);
      ahead[slot] = Float.intBitsToFloat(top < 0 ? least.reduceLanes(VectorOperators.MIN) : top);
      sum.intoMemorySegment(MEMORY, (lanes + r * BYTES) & ADDRESS, ORDER);
    }
  }
}
