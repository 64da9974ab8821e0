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

/**
 * Layer norm and the way back through it, row by row, in several loops each: one alone is too much
 * for HotSpot, see {@link Apart}. A row is followed by a vector that may be read: by its spare
 * columns, the next row or the spare floats of scratch.
 */
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

  /** The lanes of a last vector that hold columns, none if rows are whole vectors. */
  private static VectorMask<Float> rest(UnitRows u) {
    return VectorMask.fromLong(FLOATS, (1L << u.width % LANES) - 1);
  }

  /** About the mean of each row: the sum is rounded. */
  static void means(UnitRows u) {
    long whole = u.width / LANES * BYTES;
    VectorMask<Float> rest = rest(u);
    for (int r = 0; r < u.rows; r++) {
      long z = u.zAt + r * (u.stride * 4L);
      FloatVector sum = FloatVector.zero(FLOATS).blend(load(z + whole), rest);
      for (long k = 0; k < whole; k += BYTES) {
        sum = sum.add(load(z + k));
      }
      MEMORY.set(REAL, numbers(u, r) + 4, total(sum) / u.width);
    }
  }

  /**
   * The scale of each row, and its mean: with d = z − about the mean, that plus mean(d), and the
   * variance mean(d²) − mean(d)². A row of equal numbers is then 0, whatever its sum is rounded to.
   */
  static void scales(UnitRows u) {
    long whole = u.width / LANES * BYTES;
    VectorMask<Float> rest = rest(u);
    for (int r = 0; r < u.rows; r++) {
      long z = u.zAt + r * (u.stride * 4L);
      float about = MEMORY.get(REAL, numbers(u, r) + 4);
      FloatVector mean = FloatVector.broadcast(FLOATS, about);
      FloatVector d = FloatVector.zero(FLOATS).blend(load(z + whole).sub(mean), rest);
      FloatVector sum = d;
      FloatVector squares = d.mul(d);
      for (long k = 0; k < whole; k += BYTES) {
        d = load(z + k).sub(mean);
        sum = sum.add(d);
        squares = d.fma(d, squares);
      }
      double off = (double) total(sum) / u.width;
      double variance = Math.max(0, (double) total(squares) / u.width - off * off);
      float scale = (float) (1 / Math.sqrt(variance + NetworkShape.LAYER_NORM_EPSILON));
      MEMORY.set(REAL, numbers(u, r), scale);
      MEMORY.set(REAL, numbers(u, r) + 4, (float) (about + off));
    }
  }

  private static long numbers(UnitRows u, int row) {
    return u.scaleAt + row * (UnitRows.NORM * 4L);
  }

  static void normalise(UnitRows u) {
    long columns = VectorUnits.whole(u);
    for (int r = 0; r < u.rows; r++) {
      long row = r * (u.stride * 4L);
      long z = u.zAt + row;
      FloatVector scale = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, numbers(u, r)));
      FloatVector mean = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, numbers(u, r) + 4));
      for (long k = 0; k < columns; k += BYTES) {
        FloatVector normal = load(z + k).sub(mean).mul(scale);
        store(normal, u.normalAt + row + k);
        store(normal.fma(load(u.gainAt + k), load(u.shiftAt + k)), z + k);
      }
    }
  }

  /** The gradient by the gains. */
  static void sumGains(UnitRows u) {
    long columns = VectorUnits.whole(u);
    long step = u.stride * 4L;
    long rows = u.rows * step;
    long toNormal = u.normalAt - u.deltaAt;
    for (long k = 0; k < columns; k += BYTES) {
      FloatVector sum = u.add ? load(u.sumsAt + k) : FloatVector.zero(FLOATS);
      long from = u.deltaAt + k;
      for (long at = from; at < from + rows; at += step) {
        sum = load(at).fma(load(at + toNormal), sum);
      }
      store(sum, u.sumsAt + k);
    }
  }

  /** The mean of each row's g. */
  static void slopeMeans(UnitRows u) {
    long whole = u.width / LANES * BYTES;
    VectorMask<Float> rest = rest(u);
    for (int r = 0; r < u.rows; r++) {
      long delta = u.deltaAt + r * (u.stride * 4L);
      FloatVector g = load(delta + whole).mul(load(u.gainAt + whole));
      FloatVector sum = FloatVector.zero(FLOATS).blend(g, rest);
      for (long k = 0; k < whole; k += BYTES) {
        sum = load(delta + k).fma(load(u.gainAt + k), sum);
      }
      MEMORY.set(REAL, numbers(u, r) + 8, total(sum) / u.width);
    }
  }

  /** What each row's normal is multiplied by. */
  static void slopeProducts(UnitRows u) {
    long whole = u.width / LANES * BYTES;
    VectorMask<Float> rest = rest(u);
    for (int r = 0; r < u.rows; r++) {
      long row = r * (u.stride * 4L);
      long delta = u.deltaAt + row;
      long normal = u.normalAt + row;
      FloatVector g = load(delta + whole).mul(load(u.gainAt + whole));
      FloatVector sum = FloatVector.zero(FLOATS).blend(g.mul(load(normal + whole)), rest);
      for (long k = 0; k < whole; k += BYTES) {
        sum = load(delta + k).mul(load(u.gainAt + k)).fma(load(normal + k), sum);
      }
      MEMORY.set(REAL, numbers(u, r) + 12, total(sum) / -u.width);
    }
  }

  static void unnormalise(UnitRows u) {
    long columns = VectorUnits.whole(u);
    for (int r = 0; r < u.rows; r++) {
      long row = r * (u.stride * 4L);
      long delta = u.deltaAt + row;
      FloatVector scale = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, numbers(u, r)));
      FloatVector mean = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, numbers(u, r) + 8));
      FloatVector slope = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, numbers(u, r) + 12));
      for (long k = 0; k < columns; k += BYTES) {
        FloatVector g = load(delta + k).mul(load(u.gainAt + k)).sub(mean);
        store(load(u.normalAt + row + k).fma(slope, g).mul(scale), delta + k);
      }
    }
  }
}
