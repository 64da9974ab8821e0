package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.MEMORY;
import static dev.maxent.cpu.VectorMath.ORDER;
import static dev.maxent.cpu.VectorMath.load;
import static dev.maxent.cpu.VectorMath.store;

import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Loops over networks in lanes. Blocks of four rows by two columns stay in registers: a term takes
 * six loads and eight multiply-adds, as many as there must be under way. At the edges the last row
 * or column stands for those that are missing, which are written there once more. Written out as
 * {@link VectorProduct} is.
 */
final class VectorLaneProduct {
  private static final ValueLayout.OfFloat REAL = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private VectorLaneProduct() {}

  static void product(LaneProduct p) {
    int lastRow = p.rows - 1;
    int lastColumn = p.columns - 1;
    int depth = p.depth;
    long aStep = p.aStep;
    long bStep = p.bStep;
    for (int m = 0; m <= lastRow; m += 4) {
      long m1 = Math.min(m + 1, lastRow);
      long m2 = Math.min(m + 2, lastRow);
      long m3 = Math.min(m + 3, lastRow);
      long a0 = p.aAt + m * p.aRow;
      long a1 = p.aAt + m1 * p.aRow;
      long a2 = p.aAt + m2 * p.aRow;
      long a3 = p.aAt + m3 * p.aRow;
      for (int n = 0; n <= lastColumn; n += 2) {
        long n1 = Math.min(n + 1, lastColumn);
        long i0 = p.initAt + n * p.initColumn;
        long i1 = p.initAt + n1 * p.initColumn;
        long row0 = m * p.initRow;
        FloatVector c00 = FloatVector.fromMemorySegment(FLOATS, MEMORY, i0 + row0, ORDER);
        FloatVector c01 = FloatVector.fromMemorySegment(FLOATS, MEMORY, i1 + row0, ORDER);
        long row1 = m1 * p.initRow;
        FloatVector c10 = FloatVector.fromMemorySegment(FLOATS, MEMORY, i0 + row1, ORDER);
        FloatVector c11 = FloatVector.fromMemorySegment(FLOATS, MEMORY, i1 + row1, ORDER);
        long row2 = m2 * p.initRow;
        FloatVector c20 = FloatVector.fromMemorySegment(FLOATS, MEMORY, i0 + row2, ORDER);
        FloatVector c21 = FloatVector.fromMemorySegment(FLOATS, MEMORY, i1 + row2, ORDER);
        long row3 = m3 * p.initRow;
        FloatVector c30 = FloatVector.fromMemorySegment(FLOATS, MEMORY, i0 + row3, ORDER);
        FloatVector c31 = FloatVector.fromMemorySegment(FLOATS, MEMORY, i1 + row3, ORDER);
        long b0 = p.bAt + n * p.bColumn;
        long b1 = p.bAt + n1 * p.bColumn;
        long a = 0;
        long b = 0;
        for (int k = 0; k < depth; k++) {
          FloatVector y0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, b0 + b, ORDER);
          FloatVector y1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, b1 + b, ORDER);
          FloatVector x = FloatVector.fromMemorySegment(FLOATS, MEMORY, a0 + a, ORDER);
          c00 = x.fma(y0, c00);
          c01 = x.fma(y1, c01);
          x = FloatVector.fromMemorySegment(FLOATS, MEMORY, a1 + a, ORDER);
          c10 = x.fma(y0, c10);
          c11 = x.fma(y1, c11);
          x = FloatVector.fromMemorySegment(FLOATS, MEMORY, a2 + a, ORDER);
          c20 = x.fma(y0, c20);
          c21 = x.fma(y1, c21);
          x = FloatVector.fromMemorySegment(FLOATS, MEMORY, a3 + a, ORDER);
          c30 = x.fma(y0, c30);
          c31 = x.fma(y1, c31);
          a += aStep;
          b += bStep;
        }
        i0 = p.cAt + n * p.cColumn;
        i1 = p.cAt + n1 * p.cColumn;
        row0 = m * p.cRow;
        store(c00, i0 + row0);
        store(c01, i1 + row0);
        row1 = m1 * p.cRow;
        store(c10, i0 + row1);
        store(c11, i1 + row1);
        row2 = m2 * p.cRow;
        store(c20, i0 + row2);
        store(c21, i1 + row2);
        row3 = m3 * p.cRow;
        store(c30, i0 + row3);
        store(c31, i1 + row3);
      }
    }
  }

  /** C ← 0 where it is below. */
  static void rectify(LaneProduct p) {
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int r = 0; r < p.rows; r++) {
      for (int c = 0; c < p.columns; c++) {
        long at = p.cAt + r * p.cRow + c * p.cColumn;
        FloatVector z = load(at);
        store(z.blend(zero, z.compare(VectorOperators.LT, zero)), at);
      }
    }
  }

  /** C ← what is in the room, where C is not ≤ 0. */
  static void gate(LaneProduct p) {
    FloatVector zero = FloatVector.zero(FLOATS);
    long toRoom = p.roomAt - p.cAt;
    for (int r = 0; r < p.rows; r++) {
      for (int c = 0; c < p.columns; c++) {
        long at = p.cAt + r * p.cRow + c * p.cColumn;
        FloatVector v = load(at);
        store(load(at + toRoom).blend(zero, v.compare(VectorOperators.LE, zero)), at);
      }
    }
  }

  /** Each of count floats to all lanes of a vector of its own. */
  static void spread(long from, long to, int count) {
    for (int i = 0; i < count; i++) {
      store(FloatVector.broadcast(FLOATS, MEMORY.get(REAL, from + i * 4L)), to + i * BYTES);
    }
  }

  /** Rows of vectors to columns: steps are bytes from row to row, on either side. */
  static void turn(long from, long fromStep, long to, long toStep, int rows, int columns) {
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        FloatVector v =
            FloatVector.fromMemorySegment(FLOATS, MEMORY, from + r * fromStep + c * BYTES, ORDER);
        store(v, to + c * toStep + r * BYTES);
      }
    }
  }
}
