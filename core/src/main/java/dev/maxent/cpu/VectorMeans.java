package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.INTS;
import static dev.maxent.cpu.VectorMath.clamp;
import static dev.maxent.cpu.VectorMath.load;
import static dev.maxent.cpu.VectorMath.store;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Sums of expm1, for means of exponentials near 1. */
final class VectorMeans {
  /** Adding it rounds to an integer and leaves that in the low bits. */
  private static final float ROUND = 0x1.8p23f;

  private VectorMeans() {}

  /**
   * A strip of one vector: adds 2^x − 1 to one vector per row at {@code sums}, with x = n + f and
   * 2^x − 1 = 2^n (2^f − 1) + (2^n − 1); {@link Block#absent} for −∞.
   */
  static void expm1OfPart(long q, long stride, Block b, long sums, long inside) {
    VectorMask<Float> mask = VectorMask.fromLong(FLOATS, inside);
    FloatVector round = FloatVector.broadcast(FLOATS, ROUND);
    int rows = b.rows;
    float[] max = b.max;
    float[] scale = b.scale;
    float[] floor = b.floor;
    FloatVector absent = FloatVector.broadcast(FLOATS, b.absent);
    for (int r = 0; r < rows; r++) {
      FloatVector octaves = FloatVector.broadcast(FLOATS, scale[r]);
      FloatVector x = load(q + r * stride, mask);
      FloatVector d = x.sub(max[r]);
      d = clamp(d, FloatVector.broadcast(FLOATS, floor[r]));
      FloatVector rounded = d.fma(octaves, round);
      FloatVector f = d.fma(octaves, round.sub(rounded));
      FloatVector g =
          FloatVector.broadcast(FLOATS, ScalarMeans.C5)
              .fma(f, FloatVector.broadcast(FLOATS, ScalarMeans.C4));
      g = g.fma(f, FloatVector.broadcast(FLOATS, ScalarMeans.C3));
      g = g.fma(f, FloatVector.broadcast(FLOATS, ScalarMeans.C2));
      g = g.fma(f, FloatVector.broadcast(FLOATS, ScalarMeans.C1));
      g = g.fma(f, FloatVector.broadcast(FLOATS, ScalarMeans.C0)).mul(f);
      IntVector exponent = rounded.reinterpretAsInts().add(IntVector.broadcast(INTS, 127));
      FloatVector power = exponent.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector e = g.fma(power, power.sub(1f));
      e = e.blend(absent, x.compare(VectorOperators.EQ, Float.NEGATIVE_INFINITY));
      e = e.blend(0f, mask.not());
      long to = sums + r * BYTES;
      store(load(to).add(e), to);
    }
  }
}
