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
import static dev.maxent.cpu.VectorUnshifted.FIRST;
import static dev.maxent.cpu.VectorUnshifted.HIGHEST;
import static dev.maxent.cpu.VectorUnshifted.firstOf;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The loop of {@link VectorUnshifted} for rows that are no whole vectors: the last of a row's is
 * filled up with what counts as nothing. In the loop of whole vectors this would take a tenth of
 * the time of short rows.
 */
final class VectorPadded {
  /** So many octaves below, nothing is left. */
  static final float NOTHING = 200;

  private VectorPadded() {}

  /**
   * The vector that is filled up comes last, as where {@link VectorUnshifted#sumCarefully} sums.
   */
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
    int early = VectorUnshifted.early(bytes);
    float next = firstOf(q, scale[0]);
    FloatVector nextRound = FloatVector.broadcast(FLOATS, ROUND - next);
    // Twice, as HotSpot would unroll what counts by one, and from memory that is slower.
    int twice = 2 * (int) (bytes / BYTES);
    int over = (int) (bytes % BYTES) / Float.BYTES;
    VectorMask<Float> inside = VectorMask.fromLong(FLOATS, (1L << over) - 1);
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
      while (left != 0) {
        FloatVector v = FloatVector.fromMemorySegment(FLOATS, MEMORY, from & ADDRESS, ORDER);
        IntVector i = v.fma(octaves, round).reinterpretAsInts().max(lowest);
        top = top.max(i);
        FloatVector f = v.fma(low, v.fma(octaves, round.sub(i.reinterpretAsFloats())));
        FloatVector p = (SHORT ? c3 : c4.fma(f, c3)).fma(f, c2).fma(f, c1).fma(f, one);
        i = i.selectFrom(POWERS).add(i.lanewise(VectorOperators.LSHL, SHIFT));
        sum = p.fma(i.reinterpretAsFloats(), sum);
        from += BYTES;
        left -= 2;
      }
      FloatVector nothing = FloatVector.broadcast(FLOATS, (whole - NOTHING) / scale[r]);
      FloatVector v = FloatVector.fromMemorySegment(FLOATS, MEMORY, from & ADDRESS, ORDER);
      v = nothing.blend(v, inside);
      IntVector i = v.fma(octaves, round).reinterpretAsInts().max(lowest);
      top = top.max(i);
      FloatVector f = v.fma(low, v.fma(octaves, round.sub(i.reinterpretAsFloats())));
      FloatVector p = (SHORT ? c3 : c4.fma(f, c3)).fma(f, c2).fma(f, c1).fma(f, one);
      i = i.selectFrom(POWERS).add(i.lanewise(VectorOperators.LSHL, SHIFT));
      sum = p.fma(i.reinterpretAsFloats(), sum);
      sum.intoMemorySegment(MEMORY, (lanes + r * BYTES) & ADDRESS, ORDER);
    }
    b.isNear = !far && top.reduceLanes(VectorOperators.MAX) <= HIGHEST;
  }
}
