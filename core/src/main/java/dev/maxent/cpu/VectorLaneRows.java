package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.ADDRESS;
import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.MEMORY;
import static dev.maxent.cpu.VectorMath.ORDER;
import static dev.maxent.cpu.VectorMath.STRIDE;

import jdk.incubator.vector.FloatVector;

/**
 * The product of {@link VectorLaneProduct} for machines with 32 vector registers: whole blocks of
 * eight rows by two columns, whose loads have known distances and are not checked. A term takes ten
 * loads and sixteen multiply-adds.
 */
final class VectorLaneRows {
  /** Rows of a block. */
  static final int ROWS = 8;

  private VectorLaneRows() {}

  /** C ← init + A B of as many rows as blocks hold; others are left out. */
  static void product(LaneProduct p) {
    int blocks = p.rows / ROWS;
    int lastColumn = p.columns - 1;
    int depth = p.depth;
    long aStep = p.aStep & STRIDE;
    long bStep = p.bStep & STRIDE;
    long initRow = p.initRow & STRIDE;
    long initRow3 = (3 * initRow) & STRIDE;
    long initRow5 = (5 * initRow) & STRIDE;
    long initRow7 = (7 * initRow) & STRIDE;
    long cRow = p.cRow & STRIDE;
    long cRow3 = (3 * cRow) & STRIDE;
    long cRow5 = (5 * cRow) & STRIDE;
    long cRow7 = (7 * cRow) & STRIDE;
    for (int m = 0; m < blocks; m++) {
      for (int n = 0; n <= lastColumn; n += 2) {
        // Of an odd number the last column stands for its neighbour too.
        long next = Math.min(1, lastColumn - n);
        long i = (p.initAt + 8L * m * initRow + n * p.initColumn) & ADDRESS;
        long j = (next * p.initColumn) & STRIDE;
        FloatVector c0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, i, ORDER);
        FloatVector d0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, i + j, ORDER);
        FloatVector c1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, i + initRow, ORDER);
        FloatVector d1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, i + j + initRow, ORDER);
        FloatVector c2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, i + 2 * initRow, ORDER);
        FloatVector d2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, i + j + 2 * initRow, ORDER);
        FloatVector c3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, i + initRow3, ORDER);
        FloatVector d3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, i + j + initRow3, ORDER);
        FloatVector c4 = FloatVector.fromMemorySegment(FLOATS, MEMORY, i + 4 * initRow, ORDER);
        FloatVector d4 = FloatVector.fromMemorySegment(FLOATS, MEMORY, i + j + 4 * initRow, ORDER);
        FloatVector c5 = FloatVector.fromMemorySegment(FLOATS, MEMORY, i + initRow5, ORDER);
        FloatVector d5 = FloatVector.fromMemorySegment(FLOATS, MEMORY, i + j + initRow5, ORDER);
        FloatVector c6 = FloatVector.fromMemorySegment(FLOATS, MEMORY, i + 2 * initRow3, ORDER);
        FloatVector d6 = FloatVector.fromMemorySegment(FLOATS, MEMORY, i + j + 2 * initRow3, ORDER);
        FloatVector c7 = FloatVector.fromMemorySegment(FLOATS, MEMORY, i + initRow7, ORDER);
        FloatVector d7 = FloatVector.fromMemorySegment(FLOATS, MEMORY, i + j + initRow7, ORDER);
        long a = (p.aAt + m * (ROWS * BYTES)) & ADDRESS;
        long b = (p.bAt + n * p.bColumn) & ADDRESS;
        long beside = (next * p.bColumn) & STRIDE;
        for (int k = 0; k < depth; k++) {
          FloatVector y = FloatVector.fromMemorySegment(FLOATS, MEMORY, b, ORDER);
          FloatVector z = FloatVector.fromMemorySegment(FLOATS, MEMORY, b + beside, ORDER);
          FloatVector x = FloatVector.fromMemorySegment(FLOATS, MEMORY, a, ORDER);
          c0 = x.fma(y, c0);
          d0 = x.fma(z, d0);
          x = FloatVector.fromMemorySegment(FLOATS, MEMORY, a + BYTES, ORDER);
          c1 = x.fma(y, c1);
          d1 = x.fma(z, d1);
          x = FloatVector.fromMemorySegment(FLOATS, MEMORY, a + 2 * BYTES, ORDER);
          c2 = x.fma(y, c2);
          d2 = x.fma(z, d2);
          x = FloatVector.fromMemorySegment(FLOATS, MEMORY, a + 3 * BYTES, ORDER);
          c3 = x.fma(y, c3);
          d3 = x.fma(z, d3);
          x = FloatVector.fromMemorySegment(FLOATS, MEMORY, a + 4 * BYTES, ORDER);
          c4 = x.fma(y, c4);
          d4 = x.fma(z, d4);
          x = FloatVector.fromMemorySegment(FLOATS, MEMORY, a + 5 * BYTES, ORDER);
          c5 = x.fma(y, c5);
          d5 = x.fma(z, d5);
          x = FloatVector.fromMemorySegment(FLOATS, MEMORY, a + 6 * BYTES, ORDER);
          c6 = x.fma(y, c6);
          d6 = x.fma(z, d6);
          x = FloatVector.fromMemorySegment(FLOATS, MEMORY, a + 7 * BYTES, ORDER);
          c7 = x.fma(y, c7);
          d7 = x.fma(z, d7);
          a = (a + aStep) & ADDRESS;
          b = (b + bStep) & ADDRESS;
        }
        long to = (p.cAt + 8L * m * cRow + n * p.cColumn) & ADDRESS;
        long side = (next * p.cColumn) & STRIDE;
        c0.intoMemorySegment(MEMORY, to, ORDER);
        d0.intoMemorySegment(MEMORY, to + side, ORDER);
        c1.intoMemorySegment(MEMORY, to + cRow, ORDER);
        d1.intoMemorySegment(MEMORY, to + side + cRow, ORDER);
        c2.intoMemorySegment(MEMORY, to + 2 * cRow, ORDER);
        d2.intoMemorySegment(MEMORY, to + side + 2 * cRow, ORDER);
        c3.intoMemorySegment(MEMORY, to + cRow3, ORDER);
        d3.intoMemorySegment(MEMORY, to + side + cRow3, ORDER);
        c4.intoMemorySegment(MEMORY, to + 4 * cRow, ORDER);
        d4.intoMemorySegment(MEMORY, to + side + 4 * cRow, ORDER);
        c5.intoMemorySegment(MEMORY, to + cRow5, ORDER);
        d5.intoMemorySegment(MEMORY, to + side + cRow5, ORDER);
        c6.intoMemorySegment(MEMORY, to + 2 * cRow3, ORDER);
        d6.intoMemorySegment(MEMORY, to + side + 2 * cRow3, ORDER);
        c7.intoMemorySegment(MEMORY, to + cRow7, ORDER);
        d7.intoMemorySegment(MEMORY, to + side + cRow7, ORDER);
      }
    }
  }
}
