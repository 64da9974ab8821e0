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
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.INTS;
import static dev.maxent.cpu.VectorMath.LANES;
import static dev.maxent.cpu.VectorMath.MEMORY;
import static dev.maxent.cpu.VectorMath.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Rows of which a vector holds two or more, 2 to 8 columns, of one temperature. Each row is spread
 * to as many lanes as the next power of two, of which those without a column hold −∞; what belongs
 * to a row is then in all of its lanes. Sums have the same order as where a vector holds one row.
 * There are three steps for any number of columns, of which some do nothing, and loops count by
 * one: with branches or other strides HotSpot gives the longer one up ("too many clones required").
 *
 * <p>The last vector may reach beyond the last row, as {@link VectorMath#load} may, and so may what
 * it leaves in a block's arrays.
 */
final class VectorNarrow {
  /** Most columns. */
  private static final int MOST = 8;

  /** For each number of columns where each lane's column is, among rows that follow each other. */
  private static final int[] SPREAD = new int[(MOST + 1) * LANES];

  /** The way back: where the lane of each column is. */
  private static final int[] GATHER = new int[(MOST + 1) * LANES];

  /**
   * In three steps the lane of the same row to swap with, if there is one, else the lane itself.
   */
  private static final int[] SWAP = new int[3 * (MOST + 1) * LANES];

  /** The first lane of each row. */
  private static final int[] FIRST = new int[(MOST + 1) * LANES];

  /** Which row each lane belongs to. */
  private static final int[] ROW = new int[(MOST + 1) * LANES];

  static {
    for (int columns = 2; columns <= MOST; columns++) {
      int width = width(columns);
      for (int i = 0; i < LANES; i++) {
        int column = Math.min(i % width, columns - 1);
        SPREAD[columns * LANES + i] = (i / width * columns + column) % LANES;
        GATHER[columns * LANES + i] = (i / columns * width + i % columns) % LANES;
        FIRST[columns * LANES + i] = i * width % LANES;
        ROW[columns * LANES + i] = i / width;
        for (int step = 0; step < 3; step++) {
          int by = 1 << step < width ? 1 << step : 0;
          SWAP[(3 * columns + step) * LANES + i] = i ^ by;
        }
      }
    }
  }

  private VectorNarrow() {}

  static boolean fits(int columns) {
    return columns >= 2 && columns <= MOST && width(columns) < LANES;
  }

  /** Lanes of a row: the power of two that is no less. */
  private static int width(int columns) {
    return columns > 4 ? 8 : columns > 2 ? 4 : 2;
  }

  /** Rows in a vector. */
  static int rows(int columns) {
    return LANES / width(columns);
  }

  /** Bits of the lanes without a column. */
  private static long absent(int columns) {
    long each = (1L << width(columns)) - (1L << columns);
    return each * Long.divideUnsigned(-1L, (1L << width(columns)) - 1) & -1L >>> (64 - LANES);
  }

  /** Maximum and Σ e. */
  static void maximumAndSum(long q, long count, Block b, long unused, long alsoUnused) {
    int columns = (int) count;
    int width = width(columns);
    int each = rows(columns);
    long stride = columns * 4L;
    int rows = b.rows;
    float[] maxima = b.max;
    float[] sums = b.sum;
    FloatVector octaves = FloatVector.broadcast(FLOATS, b.scale[0]);
    FloatVector lowest = FloatVector.broadcast(FLOATS, b.floor[0]);
    FloatVector nothing = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    FloatVector round = FloatVector.broadcast(FLOATS, ROUND);
    FloatVector c4 = FloatVector.broadcast(FLOATS, E4);
    FloatVector c3 = FloatVector.broadcast(FLOATS, E3);
    FloatVector c2 = FloatVector.broadcast(FLOATS, E2);
    FloatVector c1 = FloatVector.broadcast(FLOATS, E1);
    FloatVector one = FloatVector.broadcast(FLOATS, 1f);
    VectorMask<Float> absent = VectorMask.fromLong(FLOATS, absent(columns));
    IntVector spread = IntVector.fromArray(INTS, SPREAD, columns * LANES);
    IntVector first = IntVector.fromArray(INTS, FIRST, columns * LANES);
    IntVector swap1 = IntVector.fromArray(INTS, SWAP, 3 * columns * LANES);
    IntVector swap2 = IntVector.fromArray(INTS, SWAP, (3 * columns + 1) * LANES);
    IntVector swap4 = IntVector.fromArray(INTS, SWAP, (3 * columns + 2) * LANES);
    FloatVector by2 = FloatVector.broadcast(FLOATS, width > 2 ? 1f : 0f);
    FloatVector by4 = FloatVector.broadcast(FLOATS, width > 4 ? 1f : 0f);
    int vectors = (rows + each - 1) / each;
    for (int k = 0; k < vectors; k++) {
      int r = k * each;
      FloatVector v =
          FloatVector.fromMemorySegment(FLOATS, MEMORY, (q + r * stride) & ADDRESS, ORDER);
      v = spread.selectFrom(v.reinterpretAsInts()).reinterpretAsFloats();
      v = v.blend(nothing, absent);
      FloatVector max = v;
      FloatVector t = swap1.selectFrom(max.reinterpretAsInts()).reinterpretAsFloats();
      max = max.blend(t, t.compare(VectorOperators.GT, max));
      t = swap2.selectFrom(max.reinterpretAsInts()).reinterpretAsFloats();
      max = max.blend(t, t.compare(VectorOperators.GT, max));
      t = swap4.selectFrom(max.reinterpretAsInts()).reinterpretAsFloats();
      max = max.blend(t, t.compare(VectorOperators.GT, max));
      FloatVector d = v.sub(max);
      d = d.blend(lowest, d.compare(VectorOperators.LT, lowest));
      FloatVector x = d.fma(octaves, round);
      FloatVector f = d.fma(octaves, round.sub(x));
      FloatVector p = (SHORT ? c3 : c4.fma(f, c3)).fma(f, c2).fma(f, c1).fma(f, one);
      IntVector i = x.reinterpretAsInts();
      i = i.selectFrom(POWERS).add(i.lanewise(VectorOperators.LSHL, SHIFT));
      FloatVector e = p.mul(i.reinterpretAsFloats());
      FloatVector sum = e;
      sum = sum.add(swap1.selectFrom(sum.reinterpretAsInts()).reinterpretAsFloats());
      sum = swap2.selectFrom(sum.reinterpretAsInts()).reinterpretAsFloats().fma(by2, sum);
      sum = swap4.selectFrom(sum.reinterpretAsInts()).reinterpretAsFloats().fma(by4, sum);
      max = first.selectFrom(max.reinterpretAsInts()).reinterpretAsFloats();
      max.intoArray(maxima, r);
      sum = first.selectFrom(sum.reinterpretAsInts()).reinterpretAsFloats();
      sum.intoArray(sums, r);
    }
  }

  /**
   * Maximum, Σ e, Σ e·x and e · factor / Σ e, of vectors of rows from {@link Block#first} on,
   * before {@link Block#end}. Each is stored whole, and what is behind its last row by the next.
   */
  static void shares(long q, long count, Block b, long out, long unused) {
    int columns = (int) count;
    int width = width(columns);
    int each = rows(columns);
    long stride = columns * 4L;
    int start = b.first;
    int end = b.end;
    float[] maxima = b.max;
    float[] sums = b.sum;
    float[] weights = b.weighted;
    float[] factors = b.factor;
    FloatVector octaves = FloatVector.broadcast(FLOATS, b.scale[0]);
    FloatVector lowest = FloatVector.broadcast(FLOATS, b.floor[0]);
    FloatVector nothing = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    FloatVector round = FloatVector.broadcast(FLOATS, ROUND);
    FloatVector c4 = FloatVector.broadcast(FLOATS, E4);
    FloatVector c3 = FloatVector.broadcast(FLOATS, E3);
    FloatVector c2 = FloatVector.broadcast(FLOATS, E2);
    FloatVector c1 = FloatVector.broadcast(FLOATS, E1);
    FloatVector one = FloatVector.broadcast(FLOATS, 1f);
    VectorMask<Float> absent = VectorMask.fromLong(FLOATS, absent(columns));
    IntVector spread = IntVector.fromArray(INTS, SPREAD, columns * LANES);
    IntVector gather = IntVector.fromArray(INTS, GATHER, columns * LANES);
    IntVector first = IntVector.fromArray(INTS, FIRST, columns * LANES);
    IntVector row = IntVector.fromArray(INTS, ROW, columns * LANES);
    IntVector swap1 = IntVector.fromArray(INTS, SWAP, 3 * columns * LANES);
    IntVector swap2 = IntVector.fromArray(INTS, SWAP, (3 * columns + 1) * LANES);
    IntVector swap4 = IntVector.fromArray(INTS, SWAP, (3 * columns + 2) * LANES);
    FloatVector by2 = FloatVector.broadcast(FLOATS, width > 2 ? 1f : 0f);
    FloatVector by4 = FloatVector.broadcast(FLOATS, width > 4 ? 1f : 0f);
    int vectors = (end - start + each - 1) / each;
    for (int k = 0; k < vectors; k++) {
      int r = start + k * each;
      FloatVector v =
          FloatVector.fromMemorySegment(FLOATS, MEMORY, (q + r * stride) & ADDRESS, ORDER);
      v = spread.selectFrom(v.reinterpretAsInts()).reinterpretAsFloats();
      v = v.blend(nothing, absent);
      FloatVector max = v;
      FloatVector t = swap1.selectFrom(max.reinterpretAsInts()).reinterpretAsFloats();
      max = max.blend(t, t.compare(VectorOperators.GT, max));
      t = swap2.selectFrom(max.reinterpretAsInts()).reinterpretAsFloats();
      max = max.blend(t, t.compare(VectorOperators.GT, max));
      t = swap4.selectFrom(max.reinterpretAsInts()).reinterpretAsFloats();
      max = max.blend(t, t.compare(VectorOperators.GT, max));
      FloatVector d = v.sub(max);
      d = d.blend(lowest, d.compare(VectorOperators.LT, lowest));
      FloatVector x = d.fma(octaves, round);
      FloatVector f = d.fma(octaves, round.sub(x));
      FloatVector p = (SHORT ? c3 : c4.fma(f, c3)).fma(f, c2).fma(f, c1).fma(f, one);
      IntVector i = x.reinterpretAsInts();
      i = i.selectFrom(POWERS).add(i.lanewise(VectorOperators.LSHL, SHIFT));
      FloatVector e = p.mul(i.reinterpretAsFloats());
      FloatVector weighted = e.mul(d.mul(octaves));
      FloatVector sum = e;
      sum = sum.add(swap1.selectFrom(sum.reinterpretAsInts()).reinterpretAsFloats());
      sum = swap2.selectFrom(sum.reinterpretAsInts()).reinterpretAsFloats().fma(by2, sum);
      sum = swap4.selectFrom(sum.reinterpretAsInts()).reinterpretAsFloats().fma(by4, sum);
      weighted = weighted.add(swap1.selectFrom(weighted.reinterpretAsInts()).reinterpretAsFloats());
      weighted =
          swap2.selectFrom(weighted.reinterpretAsInts()).reinterpretAsFloats().fma(by2, weighted);
      weighted =
          swap4.selectFrom(weighted.reinterpretAsInts()).reinterpretAsFloats().fma(by4, weighted);
      FloatVector by = FloatVector.fromArray(FLOATS, factors, r);
      by = row.selectFrom(by.reinterpretAsInts()).reinterpretAsFloats();
      e = e.mul(by.div(sum));
      e = gather.selectFrom(e.reinterpretAsInts()).reinterpretAsFloats();
      e.intoMemorySegment(MEMORY, (out + r * stride) & ADDRESS, ORDER);
      max = first.selectFrom(max.reinterpretAsInts()).reinterpretAsFloats();
      max.intoArray(maxima, r);
      sum = first.selectFrom(sum.reinterpretAsInts()).reinterpretAsFloats();
      sum.intoArray(sums, r);
      weighted = first.selectFrom(weighted.reinterpretAsInts()).reinterpretAsFloats();
      weighted.intoArray(weights, r);
    }
  }
}
