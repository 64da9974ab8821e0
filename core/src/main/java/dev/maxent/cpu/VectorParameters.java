package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.ADDRESS;
import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.DOUBLES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.LANES;
import static dev.maxent.cpu.VectorMath.MEMORY;
import static dev.maxent.cpu.VectorMath.ORDER;
import static dev.maxent.cpu.VectorMath.load;
import static dev.maxent.cpu.VectorMath.store;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Loops over parameters and gradients by address; counts are whole vectors. */
final class VectorParameters {
  private VectorParameters() {}

  /** Rows of any length from one place to another; the last vector of a row is masked. */
  static void copyRows(long from, long fromStep, long to, long toStep, int rows, int columns) {
    long whole = columns / LANES * BYTES;
    boolean part = columns % LANES != 0;
    VectorMask<Float> inside = VectorMath.inside(columns, (int) (whole / 4));
    for (int r = 0; r < rows; r++) {
      long k = 0;
      for (; k < whole; k += BYTES) {
        store(load(from + k), to + k);
      }
      if (part) {
        load(from + k).intoMemorySegment(MEMORY, (to + k) & ADDRESS, ORDER, inside);
      }
      from += fromStep;
      to += toStep;
    }
  }

  /** The same where rows of several parts are added up. */
  static void sumRows(
      long from, long fromStep, long part, int parts, long to, int rows, int columns) {
    long whole = columns / LANES * BYTES;
    VectorMask<Float> inside = VectorMath.inside(columns, (int) (whole / 4));
    long last = from + parts * part;
    for (int r = 0; r < rows; r++) {
      for (long k = 0; k < columns * 4L; k += BYTES) {
        FloatVector sum = load(from + k);
        for (long at = from + part; at < last; at += part) {
          sum = sum.add(load(at + k));
        }
        if (k < whole) {
          store(sum, to + k);
        } else {
          sum.intoMemorySegment(MEMORY, (to + k) & ADDRESS, ORDER, inside);
        }
      }
      from += fromStep;
      last += fromStep;
      to += columns * 4L;
    }
  }

  /** Lane sums of squares in float32, of which no chain is longer than a stretch needs. */
  static void shortSquares(long from, long to, int count) {
    FloatVector a = FloatVector.zero(FLOATS);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    long end = from + count * 4L;
    long at = from;
    for (; at + 4 * BYTES <= end; at += 4 * BYTES) {
      FloatVector x = load(at);
      a = x.fma(x, a);
      x = load(at + BYTES);
      b = x.fma(x, b);
      x = load(at + 2 * BYTES);
      c = x.fma(x, c);
      x = load(at + 3 * BYTES);
      d = x.fma(x, d);
    }
    for (; at < end; at += BYTES) {
      FloatVector x = load(at);
      a = x.fma(x, a);
    }
    store(a.add(b).add(c.add(d)), to);
  }

  /** Lane sums of squares, of even and odd lanes apart; to: two vectors of doubles. */
  static void squares(long from, long to, int count) {
    DoubleVector a = DoubleVector.zero(DOUBLES);
    DoubleVector b = DoubleVector.zero(DOUBLES);
    long end = from + count * 4L;
    for (long at = from; at < end; at += BYTES) {
      FloatVector x = load(at);
      DoubleVector low = (DoubleVector) x.convert(VectorOperators.F2D, 0);
      DoubleVector high = (DoubleVector) x.convert(VectorOperators.F2D, 1);
      a = low.fma(low, a);
      b = high.fma(high, b);
    }
    store(a, to);
    store(b, to + BYTES);
  }
}
