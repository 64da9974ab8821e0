package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.INTS;
import static dev.maxent.cpu.VectorMath.LANES;
import static dev.maxent.cpu.VectorMath.MEMORY;
import static dev.maxent.cpu.VectorMath.load;
import static dev.maxent.cpu.VectorMath.store;
import static dev.maxent.cpu.VectorMath.swapped;

import dev.maxent.kernel.NetworkShape;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/** Layer norm and the way back through it, row by row. */
final class VectorNorm {
  private static final ValueLayout.OfFloat REAL = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private VectorNorm() {}

  /** The sum of all lanes, as a balanced tree. */
  private static float total(FloatVector v) {
    FloatVector sum = v.add(swapped(v, IntVector.fromArray(INTS, VectorLanes.SWAP, 0)));
    sum = sum.add(swapped(sum, IntVector.fromArray(INTS, VectorLanes.SWAP, LANES)));
    if (LANES > 4) {
      sum = sum.add(swapped(sum, IntVector.fromArray(INTS, VectorLanes.SWAP, 2 * LANES)));
    }
    if (LANES > 8) {
      sum = sum.add(swapped(sum, IntVector.fromArray(INTS, VectorLanes.SWAP, 3 * LANES)));
    }
    return sum.lane(0);
  }

  static void normalise(UnitRows u) {
    long whole = u.width / LANES * BYTES;
    boolean part = u.width % LANES != 0;
    VectorMask<Float> inside = VectorElements.inside(u.width, (int) (whole / 4));
    FloatVector zero = FloatVector.zero(FLOATS);
    long columns = part ? whole + BYTES : whole;
    for (int r = 0; r < u.rows; r++) {
      long row = r * (u.stride * 4L);
      long z = u.zAt + row;
      FloatVector sum = part ? zero.blend(load(z + whole), inside) : zero;
      for (long k = 0; k < whole; k += BYTES) {
        sum = sum.add(load(z + k));
      }
      FloatVector mean = FloatVector.broadcast(FLOATS, total(sum) / u.width);
      FloatVector d = part ? zero.blend(load(z + whole).sub(mean), inside) : zero;
      FloatVector squares = d.mul(d);
      for (long k = 0; k < whole; k += BYTES) {
        d = load(z + k).sub(mean);
        squares = d.fma(d, squares);
      }
      double variance = (double) total(squares) / u.width;
      float scale = (float) (1 / Math.sqrt(variance + NetworkShape.LAYER_NORM_EPSILON));
      MEMORY.set(REAL, u.scaleAt + r * 4L, scale);
      for (long k = 0; k < columns; k += BYTES) {
        FloatVector normal = load(z + k).sub(mean).mul(scale);
        store(normal, u.normalAt + row + k);
        store(normal.fma(load(u.gainAt + k), load(u.shiftAt + k)), z + k);
      }
    }
  }

  static void unnormalise(UnitRows u) {
    long whole = u.width / LANES * BYTES;
    boolean part = u.width % LANES != 0;
    VectorMask<Float> inside = VectorElements.inside(u.width, (int) (whole / 4));
    FloatVector zero = FloatVector.zero(FLOATS);
    long columns = part ? whole + BYTES : whole;
    if (!u.add) {
      for (long k = 0; k < columns; k += BYTES) {
        store(zero, u.sumsAt + k);
      }
    }
    for (int r = 0; r < u.rows; r++) {
      long row = r * (u.stride * 4L);
      long delta = u.deltaAt + row;
      long normal = u.normalAt + row;
      FloatVector sum = zero;
      FloatVector product = zero;
      for (long k = 0; k < columns; k += BYTES) {
        FloatVector g = load(delta + k);
        FloatVector n = load(normal + k);
        store(g.fma(n, load(u.sumsAt + k)), u.sumsAt + k);
        g = g.mul(load(u.gainAt + k));
        if (k < whole) {
          sum = sum.add(g);
          product = g.fma(n, product);
        } else {
          sum = sum.add(zero.blend(g, inside));
          product = product.add(zero.blend(g.mul(n), inside));
        }
      }
      FloatVector mean = FloatVector.broadcast(FLOATS, total(sum) / u.width);
      FloatVector slope = FloatVector.broadcast(FLOATS, total(product) / -u.width);
      float scale = MEMORY.get(REAL, u.scaleAt + r * 4L);
      for (long k = 0; k < columns; k += BYTES) {
        FloatVector g = load(delta + k).mul(load(u.gainAt + k)).sub(mean);
        store(load(normal + k).fma(slope, g).mul(scale), delta + k);
      }
    }
  }
}
