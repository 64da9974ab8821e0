package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.LANES;
import static dev.maxent.cpu.VectorMath.MEMORY;
import static dev.maxent.cpu.VectorMath.load;
import static dev.maxent.cpu.VectorMath.store;

import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Loops over rows of units: slopes, sums over rows, products with few outputs. */
final class VectorUnits {
  private static final ValueLayout.OfFloat REAL = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private VectorUnits() {}

  /** Bytes of a row in whole vectors. */
  static long whole(UnitRows u) {
    return (u.width + LANES - 1) / LANES * BYTES;
  }

  private static FloatVector before(UnitRows u, long column) {
    return u.add ? load(u.sumsAt + column) : FloatVector.zero(FLOATS);
  }

  /** δ ← δ where h &gt; 0, NaN where h is NaN, else 0. */
  static void reluSlopes(UnitRows u) {
    long step = u.stride * 4L;
    long rows = u.rows * step;
    long columns = whole(u);
    long other = u.hAt - u.deltaAt;
    FloatVector zero = FloatVector.zero(FLOATS);
    for (long column = 0; column < columns; column += BYTES) {
      FloatVector sum = before(u, column);
      long from = u.deltaAt + column;
      for (long at = from; at < from + rows; at += step) {
        FloatVector delta = load(at);
        FloatVector h = load(at + other);
        delta = delta.blend(zero, h.compare(VectorOperators.LE, zero));
        delta = delta.blend(h, h.compare(VectorOperators.NE, h));
        store(delta, at);
        sum = sum.add(delta);
      }
      store(sum, u.sumsAt + column);
    }
  }

  /** δ ← δ · slopes. */
  static void slopes(UnitRows u) {
    long step = u.stride * 4L;
    long rows = u.rows * step;
    long columns = whole(u);
    long other = u.slopesAt - u.deltaAt;
    for (long column = 0; column < columns; column += BYTES) {
      FloatVector sum = before(u, column);
      long from = u.deltaAt + column;
      for (long at = from; at < from + rows; at += step) {
        FloatVector delta = load(at).mul(load(at + other));
        store(delta, at);
        sum = sum.add(delta);
      }
      store(sum, u.sumsAt + column);
    }
  }

  /** Sums alone. */
  static void sums(UnitRows u) {
    long step = u.stride * 4L;
    long rows = u.rows * step;
    long columns = whole(u);
    for (long column = 0; column < columns; column += BYTES) {
      FloatVector sum = before(u, column);
      long from = u.deltaAt + column;
      for (long at = from; at < from + rows; at += step) {
        sum = sum.add(load(at));
      }
      store(sum, u.sumsAt + column);
    }
  }

  /** Four rows of lane sums at a time; all lanes are summed by {@link VectorLanes}. */
  static void dot(long lanes, UnitRows u) {
    long step = u.stride * 4L;
    long whole = u.width / LANES * BYTES;
    boolean part = u.width % LANES != 0;
    VectorMask<Float> inside = VectorMath.inside(u.width, (int) (whole / 4));
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector last = part ? zero.blend(load(u.vectorAt + whole), inside) : zero;
    for (int r = 0; r < u.rows; r += 4) {
      long from = u.hAt + r * step;
      FloatVector a = zero;
      FloatVector b = zero;
      FloatVector c = zero;
      FloatVector d = zero;
      for (long k = 0; k < whole; k += BYTES) {
        FloatVector v = load(u.vectorAt + k);
        a = v.fma(load(from + k), a);
        b = v.fma(load(from + step + k), b);
        c = v.fma(load(from + 2 * step + k), c);
        d = v.fma(load(from + 3 * step + k), d);
      }
      if (part) {
        // Masked on both sides: what lies behind a row may be NaN.
        a = last.fma(zero.blend(load(from + whole), inside), a);
        b = last.fma(zero.blend(load(from + step + whole), inside), b);
        c = last.fma(zero.blend(load(from + 2 * step + whole), inside), c);
        d = last.fma(zero.blend(load(from + 3 * step + whole), inside), d);
      }
      store(a, lanes + r * BYTES);
      store(b, lanes + (r + 1) * BYTES);
      store(c, lanes + (r + 2) * BYTES);
      store(d, lanes + (r + 3) * BYTES);
    }
  }

  /** Two vectors of columns at a time. */
  static void sumWeighted(UnitRows u) {
    long step = u.stride * 4L;
    long deltaStep = u.deltaStride * 4L;
    long columns = whole(u);
    for (long column = 0; column < columns; column += 2 * BYTES) {
      boolean two = column + BYTES < columns;
      long second = two ? BYTES : 0;
      FloatVector a = before(u, column);
      FloatVector b = before(u, column + second);
      long at = u.hAt + column;
      long weight = u.deltaAt + u.column * 4L;
      for (int r = 0; r < u.rows; r++) {
        FloatVector w = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, weight));
        a = w.fma(load(at), a);
        b = w.fma(load(at + second), b);
        at += step;
        weight += deltaStep;
      }
      store(a, u.sumsAt + column);
      store(b, u.sumsAt + column + second);
    }
  }
}
