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
import static dev.maxent.cpu.VectorMath.LANES;
import static dev.maxent.cpu.VectorMath.MEMORY;
import static dev.maxent.cpu.VectorMath.ORDER;
import static dev.maxent.cpu.VectorPadded.NOTHING;
import static dev.maxent.cpu.VectorUnshifted.firstOf;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The loop of {@link VectorUnshifted} for rows with a mask, which are read where they are: what is
 * excluded, whatever it holds, is replaced by what counts as nothing. N comes from the first column
 * even if that is excluded, so that a sum may turn out too small to have kept all its terms.
 */
final class VectorMasked {
  private VectorMasked() {}

  /** Whole vectors of each row and what is left of it, as {@link VectorPadded} goes through it. */
  static void sumsOfRows(StagedRows s) {
    Block b = s.block;
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
    long q = s.q.address() + s.qAt;
    long flags = s.mask.address() + s.maskAt;
    long stride = s.rowStep();
    int last = rows - 1;
    float next = firstOf(q, scale[0]);
    FloatVector nextRound = FloatVector.broadcast(FLOATS, ROUND - next);
    // Twice, as HotSpot would unroll what counts by one.
    int twice = s.columns / LANES * 2;
    int over = s.columns % LANES;
    VectorMask<Float> inside = VectorMask.fromLong(FLOATS, (1L << over) - 1);
    for (int r = 0; r < rows; r++) {
      long from = (q + r * stride) & ADDRESS;
      long flag = flags + r * s.maskStep;
      float whole = next;
      FloatVector round = nextRound;
      next = firstOf(from + stride, scale[Math.min(r + 1, last)]);
      nextRound = FloatVector.broadcast(FLOATS, ROUND - next);
      far |= !(Math.abs(whole) <= VectorUnshifted.FIRST);
      counted[r] = whole;
      FloatVector octaves = FloatVector.broadcast(FLOATS, scale[r]);
      FloatVector low = FloatVector.broadcast(FLOATS, rest[r]);
      FloatVector nothing = FloatVector.broadcast(FLOATS, (whole - NOTHING) / scale[r]);
      FloatVector sum = FloatVector.zero(FLOATS);
      int left = twice;
      while (left != 0) {
        FloatVector v = FloatVector.fromMemorySegment(FLOATS, MEMORY, from & ADDRESS, ORDER);
        v = v.blend(nothing, VectorStaging.excluded(flag));
        IntVector i = v.fma(octaves, round).reinterpretAsInts().max(lowest);
        top = top.max(i);
        FloatVector f = v.fma(low, v.fma(octaves, round.sub(i.reinterpretAsFloats())));
        FloatVector p = (SHORT ? c3 : c4.fma(f, c3)).fma(f, c2).fma(f, c1).fma(f, one);
        i = i.selectFrom(POWERS).add(i.lanewise(VectorOperators.LSHL, SHIFT));
        sum = p.fma(i.reinterpretAsFloats(), sum);
        from += BYTES;
        flag += LANES;
        left -= 2;
      }
      if (over != 0) {
        FloatVector v = FloatVector.fromMemorySegment(FLOATS, MEMORY, from & ADDRESS, ORDER);
        v = nothing.blend(v.blend(nothing, VectorStaging.excluded(flag)), inside);
        IntVector i = v.fma(octaves, round).reinterpretAsInts().max(lowest);
        top = top.max(i);
        FloatVector f = v.fma(low, v.fma(octaves, round.sub(i.reinterpretAsFloats())));
        FloatVector p = (SHORT ? c3 : c4.fma(f, c3)).fma(f, c2).fma(f, c1).fma(f, one);
        i = i.selectFrom(POWERS).add(i.lanewise(VectorOperators.LSHL, SHIFT));
        sum = p.fma(i.reinterpretAsFloats(), sum);
      }
      sum.intoMemorySegment(MEMORY, (b.lanes + r * BYTES) & ADDRESS, ORDER);
    }
    b.isNear = !far && top.reduceLanes(VectorOperators.MAX) <= VectorUnshifted.HIGHEST;
  }
}
