package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.INTS;
import static dev.maxent.cpu.VectorMath.LANES;
import static dev.maxent.cpu.VectorMath.MEMORY;
import static dev.maxent.cpu.VectorMath.inside;
import static dev.maxent.cpu.VectorMath.load;
import static dev.maxent.cpu.VectorMath.loadInts;
import static dev.maxent.cpu.VectorMath.store;

import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Loops over the elements of one row, from one address to another. */
final class VectorElements {
  private static final float EXCLUDED = Float.NEGATIVE_INFINITY;

  private VectorElements() {}

  /** Rows of the table, each at least a vector long; stops at one that is not there. */
  static int gather(long table, long rows, long indices, int bytes, long tableRows, int count) {
    int last = (int) (bytes - BYTES);
    for (int i = 0; i < count; i++) {
      int index = MEMORY.get(ValueLayout.JAVA_INT_UNALIGNED, indices + 4L * i);
      if (index < 0 || index >= tableRows) {
        return i;
      }
      long there = table + (long) index * bytes;
      long here = rows + (long) i * bytes;
      for (int k = 0; k < last; k += (int) BYTES) {
        store(loadInts(there + k), here + k);
      }
      store(loadInts(there + last), here + last);
    }
    return count;
  }

  /** The same into the table. */
  static int scatter(long table, long rows, long indices, int bytes, long tableRows, int count) {
    int last = (int) (bytes - BYTES);
    for (int i = 0; i < count; i++) {
      int index = MEMORY.get(ValueLayout.JAVA_INT_UNALIGNED, indices + 4L * i);
      if (index < 0 || index >= tableRows) {
        return i;
      }
      long there = table + (long) index * bytes;
      long here = rows + (long) i * bytes;
      for (int k = 0; k < last; k += (int) BYTES) {
        store(loadInts(here + k), there + k);
      }
      store(loadInts(here + last), there + last);
    }
    return count;
  }

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
