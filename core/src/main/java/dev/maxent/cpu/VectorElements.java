package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.INTS;
import static dev.maxent.cpu.VectorMath.LANES;
import static dev.maxent.cpu.VectorMath.inside;
import static dev.maxent.cpu.VectorMath.load;
import static dev.maxent.cpu.VectorMath.store;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Loops over the elements of one row, from one address to another. */
final class VectorElements {
  private static final float EXCLUDED = Float.NEGATIVE_INFINITY;

  private VectorElements() {}

  /** noise ← (q − max) · inverse + noise. */
  static void perturb(long q, float max, float inverse, long noise, int count) {
    FloatVector shift = FloatVector.broadcast(FLOATS, max);
    FloatVector factor = FloatVector.broadcast(FLOATS, inverse);
    for (int k = 0; k < count; k += LANES) {
      VectorMask<Float> inside = inside(count, k);
      FloatVector d = load(q + k * 4L, inside).sub(shift);
      store(d.fma(factor, load(noise + k * 4L)), noise + k * 4L, inside);
    }
  }

  static int argMax(long q, int columns) {
    FloatVector best = FloatVector.broadcast(FLOATS, EXCLUDED);
    IntVector index = IntVector.broadcast(INTS, -1);
    IntVector here = IntVector.broadcast(INTS, 0).addIndex(1);
    FloatVector nan = FloatVector.zero(FLOATS);
    for (int k = 0; k < columns; k += LANES) {
      FloatVector v = load(q + k * 4L, inside(columns, k));
      VectorMask<Float> larger = v.compare(VectorOperators.GT, best);
      best = best.blend(v, larger);
      index = index.blend(here, larger.cast(INTS));
      nan = nan.blend(v, v.compare(VectorOperators.NE, v));
      here = here.add(LANES);
    }
    float max = best.reduceLanes(VectorOperators.MAX);
    boolean anyNan = nan.compare(VectorOperators.NE, nan).anyTrue();
    if (anyNan || max == EXCLUDED) {
      return -1;
    }
    VectorMask<Float> winners = best.compare(VectorOperators.EQ, max);
    return index.reduceLanes(VectorOperators.MIN, winners.cast(INTS));
  }
}
