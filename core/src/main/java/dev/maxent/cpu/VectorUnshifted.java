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

import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Sums of e counted from a power of two near a row's first column, for which no maximum is needed:
 * Σ 2^(Q/(α ln 2) − N), N in {@link Block#octaves}. A loop finds out at its end whether all rows of
 * the block were near enough, in {@link Block#isNear}; else its sums are worth nothing.
 *
 * <p>1/(α ln 2) comes in two floats, so that what is left of Q when its octaves are rounded is as
 * exact as if Q had been counted from the maximum, or more. And from whatever power of two a row is
 * counted, its sum has the same bits: {@link #countFromOctaves} counts rows from one near their
 * maximum where that is known. What is 127 octaves below counts as nothing, which changes no bit.
 */
final class VectorUnshifted {
  private static final ValueLayout.OfFloat REAL = ValueLayout.JAVA_FLOAT_UNALIGNED;

  /** Maxima up to here are counted in octaves, farther ones from themselves. */
  static final float NEAR = 0x1p15f;

  /** A first column up to here: what is {@link #ABOVE} it is near too. */
  static final float FIRST = NEAR - 128;

  /** How many octaves a row's columns may be above the first: their sum is a float. */
  private static final float ABOVE = 100;

  /** Bits of ROUND + ABOVE octaves. */
  static final int HIGHEST = Float.floatToRawIntBits(ROUND + ABOVE);

  /** Adding it rounds to an integer. */
  private static final float INTEGER = 0x1.8p23f;

  /**
   * Longer rows are counted from their maximum: where columns are equal their e are then exactly 1,
   * while else their roundings are equal too and add up.
   */
  static final long LONGEST_BYTES = 16 * BYTES;

  /**
   * Each row's N is found a row early, but not that of rows of so many bytes: where a column is
   * read five to seven lines of the cache ahead, a Zen 5 stops fetching ahead by itself.
   */
  private static final long LATE_BYTES = 320;

  /** From here on it is again. */
  private static final long EARLY_BYTES = 512;

  private VectorUnshifted() {}

  /** The integer next to it, and no number that passes for small if it is far away or NaN. */
  static float whole(float octaves) {
    return octaves + INTEGER - INTEGER;
  }

  /** Whether rows of so many bytes are counted from their maximum, whatever their columns. */
  static boolean isFromMaximum(Block b, long bytes) {
    return b.needsMaximum || bytes > LONGEST_BYTES;
  }

  /**
   * How many rows early N of a row of so many bytes is found, and broadcast: with what leads up to
   * it a row would stand in the schedulers four times as long as it computes, and the next behind.
   */
  static int early(long bytes) {
    return bytes < LATE_BYTES || bytes >= EARLY_BYTES ? 1 : 0;
  }

  /** Octaves of a row's first column; behind the last row there are bytes to spare. */
  static float firstOf(long row, float scale) {
    return whole(MEMORY.get(REAL, row & ADDRESS) * scale);
  }

  /**
   * Rows whose maximum is near count from a power of two next to it; the others stay as they are.
   */
  static void countFromOctaves(Block b) {
    float[] max = b.max;
    float[] scale = b.scale;
    float[] counted = b.octaves;
    for (int r = 0; r < b.rows; r++) {
      float whole = whole(max[r] * scale[r]);
      boolean near = Math.abs(whole) <= NEAR;
      counted[r] = near ? whole : 0;
      max[r] = near ? 0 : max[r];
    }
  }

  /**
   * Rows of four vectors that are the minimum of two heads, NaN where either is. Each row's N is
   * found a row earlier, as a row cannot begin without. Written out for the reason that {@link
   * VectorQuads} tells.
   */
  static void sumsOfTwins(long q, long stride, Block b, long lanes, long unused) {
    int rows = b.rows;
    float[] scale = b.scale;
    float[] rest = b.rest;
    float[] counted = b.octaves;
    IntVector lowest = IntVector.broadcast(INTS, LOWEST);
    FloatVector c4 = FloatVector.broadcast(FLOATS, E4);
    FloatVector c3 = FloatVector.broadcast(FLOATS, E3);
    FloatVector c2 = FloatVector.broadcast(FLOATS, E2);
    FloatVector c1 = FloatVector.broadcast(FLOATS, E1);
    FloatVector one = FloatVector.broadcast(FLOATS, 1f);
    IntVector top = lowest;
    long other = b.headStep & STRIDE;
    boolean far = false;
    int last = rows - 1;
    float next = Math.min(firstOf(q, scale[0]), firstOf(q + other, scale[0]));
    FloatVector nextRound = FloatVector.broadcast(FLOATS, ROUND - next);
    for (int r = 0; r < rows; r++) {
      long from = (q + r * stride) & ADDRESS;
      float whole = next;
      FloatVector round = nextRound;
      float after = scale[Math.min(r + 1, last)];
      next = Math.min(firstOf(from + stride, after), firstOf(from + other + stride, after));
      nextRound = FloatVector.broadcast(FLOATS, ROUND - next);
      far |= !(Math.abs(whole) <= FIRST);
      counted[r] = whole;
      FloatVector octaves = FloatVector.broadcast(FLOATS, scale[r]);
      FloatVector low = FloatVector.broadcast(FLOATS, rest[r]);

      FloatVector v0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, from, ORDER);
      FloatVector w0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, from + other, ORDER);
      v0 = v0.blend(w0, w0.compare(VectorOperators.LT, v0));
      v0 = v0.blend(w0, w0.compare(VectorOperators.NE, w0));
      IntVector i0 = v0.fma(octaves, round).reinterpretAsInts().max(lowest);
      top = top.max(i0);
      FloatVector f0 = v0.fma(low, v0.fma(octaves, round.sub(i0.reinterpretAsFloats())));
      FloatVector p0 = (SHORT ? c3 : c4.fma(f0, c3)).fma(f0, c2).fma(f0, c1).fma(f0, one);
      i0 = i0.selectFrom(POWERS).add(i0.lanewise(VectorOperators.LSHL, SHIFT));
      FloatVector sum = p0.fma(i0.reinterpretAsFloats(), FloatVector.zero(FLOATS));

      FloatVector v1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, from + BYTES, ORDER);
      FloatVector w1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, from + other + BYTES, ORDER);
      v1 = v1.blend(w1, w1.compare(VectorOperators.LT, v1));
      v1 = v1.blend(w1, w1.compare(VectorOperators.NE, w1));
      IntVector i1 = v1.fma(octaves, round).reinterpretAsInts().max(lowest);
      top = top.max(i1);
      FloatVector f1 = v1.fma(low, v1.fma(octaves, round.sub(i1.reinterpretAsFloats())));
      FloatVector p1 = (SHORT ? c3 : c4.fma(f1, c3)).fma(f1, c2).fma(f1, c1).fma(f1, one);
      i1 = i1.selectFrom(POWERS).add(i1.lanewise(VectorOperators.LSHL, SHIFT));
      sum = p1.fma(i1.reinterpretAsFloats(), sum);

      FloatVector v2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, from + 2 * BYTES, ORDER);
      FloatVector w2 =
          FloatVector.fromMemorySegment(FLOATS, MEMORY, from + other + 2 * BYTES, ORDER);
      v2 = v2.blend(w2, w2.compare(VectorOperators.LT, v2));
      v2 = v2.blend(w2, w2.compare(VectorOperators.NE, w2));
      IntVector i2 = v2.fma(octaves, round).reinterpretAsInts().max(lowest);
      top = top.max(i2);
      FloatVector f2 = v2.fma(low, v2.fma(octaves, round.sub(i2.reinterpretAsFloats())));
      FloatVector p2 = (SHORT ? c3 : c4.fma(f2, c3)).fma(f2, c2).fma(f2, c1).fma(f2, one);
      i2 = i2.selectFrom(POWERS).add(i2.lanewise(VectorOperators.LSHL, SHIFT));
      sum = p2.fma(i2.reinterpretAsFloats(), sum);

      FloatVector v3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, from + 3 * BYTES, ORDER);
      FloatVector w3 =
          FloatVector.fromMemorySegment(FLOATS, MEMORY, from + other + 3 * BYTES, ORDER);
      v3 = v3.blend(w3, w3.compare(VectorOperators.LT, v3));
      v3 = v3.blend(w3, w3.compare(VectorOperators.NE, w3));
      IntVector i3 = v3.fma(octaves, round).reinterpretAsInts().max(lowest);
      top = top.max(i3);
      FloatVector f3 = v3.fma(low, v3.fma(octaves, round.sub(i3.reinterpretAsFloats())));
      FloatVector p3 = (SHORT ? c3 : c4.fma(f3, c3)).fma(f3, c2).fma(f3, c1).fma(f3, one);
      i3 = i3.selectFrom(POWERS).add(i3.lanewise(VectorOperators.LSHL, SHIFT));
      sum = p3.fma(i3.reinterpretAsFloats(), sum);

      sum.intoMemorySegment(MEMORY, (lanes + r * BYTES) & ADDRESS, ORDER);
    }
    b.isNear = !far && top.reduceLanes(VectorOperators.MAX) <= HIGHEST;
  }

  /** Rows of four vectors, written out for the reason that {@link VectorQuads} tells. */
  static void sumsOfQuads(long q, long stride, Block b, long lanes, long unused) {
    int rows = b.rows;
    float[] scale = b.scale;
    float[] rest = b.rest;
    float[] counted = b.octaves;
    IntVector lowest = IntVector.broadcast(INTS, LOWEST);
    FloatVector c4 = FloatVector.broadcast(FLOATS, E4);
    FloatVector c3 = FloatVector.broadcast(FLOATS, E3);
    FloatVector c2 = FloatVector.broadcast(FLOATS, E2);
    FloatVector c1 = FloatVector.broadcast(FLOATS, E1);
    FloatVector one = FloatVector.broadcast(FLOATS, 1f);
    IntVector top = lowest;
    boolean far = false;
    int last = rows - 1;
    float next = firstOf(q, scale[0]);
    FloatVector nextRound = FloatVector.broadcast(FLOATS, ROUND - next);
    for (int r = 0; r < rows; r++) {
      long from = (q + r * stride) & ADDRESS;
      float whole = next;
      FloatVector round = nextRound;
      next = firstOf(from + stride, scale[Math.min(r + 1, last)]);
      nextRound = FloatVector.broadcast(FLOATS, ROUND - next);
      far |= !(Math.abs(whole) <= FIRST);
      counted[r] = whole;
      FloatVector octaves = FloatVector.broadcast(FLOATS, scale[r]);
      FloatVector low = FloatVector.broadcast(FLOATS, rest[r]);

      FloatVector v0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, from, ORDER);
      IntVector i0 = v0.fma(octaves, round).reinterpretAsInts().max(lowest);
      top = top.max(i0);
      FloatVector f0 = v0.fma(low, v0.fma(octaves, round.sub(i0.reinterpretAsFloats())));
      FloatVector p0 = (SHORT ? c3 : c4.fma(f0, c3)).fma(f0, c2).fma(f0, c1).fma(f0, one);
      i0 = i0.selectFrom(POWERS).add(i0.lanewise(VectorOperators.LSHL, SHIFT));
      FloatVector sum = p0.fma(i0.reinterpretAsFloats(), FloatVector.zero(FLOATS));

      FloatVector v1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, from + BYTES, ORDER);
      IntVector i1 = v1.fma(octaves, round).reinterpretAsInts().max(lowest);
      top = top.max(i1);
      FloatVector f1 = v1.fma(low, v1.fma(octaves, round.sub(i1.reinterpretAsFloats())));
      FloatVector p1 = (SHORT ? c3 : c4.fma(f1, c3)).fma(f1, c2).fma(f1, c1).fma(f1, one);
      i1 = i1.selectFrom(POWERS).add(i1.lanewise(VectorOperators.LSHL, SHIFT));
      sum = p1.fma(i1.reinterpretAsFloats(), sum);

      FloatVector v2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, from + 2 * BYTES, ORDER);
      IntVector i2 = v2.fma(octaves, round).reinterpretAsInts().max(lowest);
      top = top.max(i2);
      FloatVector f2 = v2.fma(low, v2.fma(octaves, round.sub(i2.reinterpretAsFloats())));
      FloatVector p2 = (SHORT ? c3 : c4.fma(f2, c3)).fma(f2, c2).fma(f2, c1).fma(f2, one);
      i2 = i2.selectFrom(POWERS).add(i2.lanewise(VectorOperators.LSHL, SHIFT));
      sum = p2.fma(i2.reinterpretAsFloats(), sum);

      FloatVector v3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, from + 3 * BYTES, ORDER);
      IntVector i3 = v3.fma(octaves, round).reinterpretAsInts().max(lowest);
      top = top.max(i3);
      FloatVector f3 = v3.fma(low, v3.fma(octaves, round.sub(i3.reinterpretAsFloats())));
      FloatVector p3 = (SHORT ? c3 : c4.fma(f3, c3)).fma(f3, c2).fma(f3, c1).fma(f3, one);
      i3 = i3.selectFrom(POWERS).add(i3.lanewise(VectorOperators.LSHL, SHIFT));
      sum = p3.fma(i3.reinterpretAsFloats(), sum);

      sum.intoMemorySegment(MEMORY, (lanes + r * BYTES) & ADDRESS, ORDER);
    }
    b.isNear = !far && top.reduceLanes(VectorOperators.MAX) <= HIGHEST;
  }

  /** Rows of any whole number of vectors. */
  static void sumsOfRows(long q, long stride, Block b, long lanes, long bytes) {
    int rows = b.rows;
    float[] scale = b.scale;
    float[] rest = b.rest;
    float[] counted = b.octaves;
    IntVector lowest = IntVector.broadcast(INTS, LOWEST);
    FloatVector c4 = FloatVector.broadcast(FLOATS, E4);
    FloatVector c3 = FloatVector.broadcast(FLOATS, E3);
    FloatVector c2 = FloatVector.broadcast(FLOATS, E2);
    FloatVector c1 = FloatVector.broadcast(FLOATS, E1);
    FloatVector one = FloatVector.broadcast(FLOATS, 1f);
    IntVector top = lowest;
    boolean far = false;
    int last = rows - 1;
    int early = early(bytes);
    float next = firstOf(q, scale[0]);
    FloatVector nextRound = FloatVector.broadcast(FLOATS, ROUND - next);
    // Twice, as HotSpot would unroll what counts by one, and from memory that is slower.
    int twice = (int) (2 * bytes / BYTES);
    for (int r = 0; r < rows; r++) {
      long from = (q + r * stride) & ADDRESS;
      float whole = next;
      FloatVector round = nextRound;
      next = firstOf(from + early * stride, scale[Math.min(r + early, last)]);
      nextRound = FloatVector.broadcast(FLOATS, ROUND - next);
      if (early == 0) {
        whole = next;
        round = nextRound;
      }
      far |= !(Math.abs(whole) <= FIRST);
      counted[r] = whole;
      FloatVector octaves = FloatVector.broadcast(FLOATS, scale[r]);
      FloatVector low = FloatVector.broadcast(FLOATS, rest[r]);
      FloatVector sum = FloatVector.zero(FLOATS);
      int left = twice;
      do {
        FloatVector v = FloatVector.fromMemorySegment(FLOATS, MEMORY, from & ADDRESS, ORDER);
        IntVector i = v.fma(octaves, round).reinterpretAsInts().max(lowest);
        top = top.max(i);
        FloatVector f = v.fma(low, v.fma(octaves, round.sub(i.reinterpretAsFloats())));
        FloatVector p = (SHORT ? c3 : c4.fma(f, c3)).fma(f, c2).fma(f, c1).fma(f, one);
        i = i.selectFrom(POWERS).add(i.lanewise(VectorOperators.LSHL, SHIFT));
        sum = p.fma(i.reinterpretAsFloats(), sum);
        from += BYTES;
        left -= 2;
      } while (left != 0);
      sum.intoMemorySegment(MEMORY, (lanes + r * BYTES) & ADDRESS, ORDER);
    }
    b.isNear = !far && top.reduceLanes(VectorOperators.MAX) <= HIGHEST;
  }

  /** Rows whose counting is known and that may hold −∞, in the same order. */
  static void sumCarefully(long q, long stride, Block b, long lanes, long bytes) {
    int rows = b.rows;
    float[] max = b.max;
    float[] scale = b.scale;
    float[] rest = b.rest;
    float[] counted = b.octaves;
    FloatVector c4 = FloatVector.broadcast(FLOATS, E4);
    FloatVector c3 = FloatVector.broadcast(FLOATS, E3);
    FloatVector c2 = FloatVector.broadcast(FLOATS, E2);
    FloatVector c1 = FloatVector.broadcast(FLOATS, E1);
    FloatVector one = FloatVector.broadcast(FLOATS, 1f);
    int whole = (int) (bytes / BYTES * BYTES);
    int over = (int) (bytes % BYTES) / Float.BYTES;
    VectorMask<Float> inside = VectorMask.fromLong(FLOATS, (1L << over) - 1);
    for (int r = 0; r < rows; r++) {
      FloatVector octaves = FloatVector.broadcast(FLOATS, scale[r]);
      FloatVector low = FloatVector.broadcast(FLOATS, rest[r]);
      FloatVector lowest = FloatVector.broadcast(FLOATS, (counted[r] - 127) / scale[r]);
      FloatVector shift = FloatVector.broadcast(FLOATS, max[r]);
      FloatVector round = FloatVector.broadcast(FLOATS, ROUND - counted[r]);
      FloatVector sum = FloatVector.zero(FLOATS);
      long from = q + r * stride;
      for (int k = 0; k < whole; k += (int) BYTES) {
        FloatVector v = FloatVector.fromMemorySegment(FLOATS, MEMORY, (from + k) & ADDRESS, ORDER);
        FloatVector d = v.sub(shift);
        d = d.blend(lowest, d.compare(VectorOperators.LT, lowest));
        FloatVector x = d.fma(octaves, round);
        FloatVector f = d.fma(low, d.fma(octaves, round.sub(x)));
        FloatVector p = (SHORT ? c3 : c4.fma(f, c3)).fma(f, c2).fma(f, c1).fma(f, one);
        IntVector i = x.reinterpretAsInts();
        i = i.selectFrom(POWERS).add(i.lanewise(VectorOperators.LSHL, SHIFT));
        sum = p.fma(i.reinterpretAsFloats(), sum);
      }
      if (over != 0) {
        FloatVector v =
            FloatVector.fromMemorySegment(FLOATS, MEMORY, (from + whole) & ADDRESS, ORDER);
        FloatVector d = v.sub(shift);
        d = d.blend(lowest, d.compare(VectorOperators.LT, lowest));
        d = lowest.blend(d, inside);
        FloatVector x = d.fma(octaves, round);
        FloatVector f = d.fma(low, d.fma(octaves, round.sub(x)));
        FloatVector p = (SHORT ? c3 : c4.fma(f, c3)).fma(f, c2).fma(f, c1).fma(f, one);
        IntVector i = x.reinterpretAsInts();
        i = i.selectFrom(POWERS).add(i.lanewise(VectorOperators.LSHL, SHIFT));
        sum = p.fma(i.reinterpretAsFloats(), sum);
      }
      sum.intoMemorySegment(MEMORY, (lanes + r * BYTES) & ADDRESS, ORDER);
    }
  }
}
