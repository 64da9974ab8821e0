package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.ADDRESS;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.MEMORY;
import static dev.maxent.cpu.VectorMath.ORDER;
import static dev.maxent.cpu.VectorMath.STRIDE;

import jdk.incubator.vector.FloatVector;

/**
 * The product of {@link VectorLaneRows} where there is one column: eight rows that lie any distance
 * apart. A term takes nine loads and eight multiply-adds.
 */
final class VectorLaneColumn {
  private static final int ROWS = VectorLaneRows.ROWS;

  private VectorLaneColumn() {}

  /** C ← init + A B of as many rows as blocks hold; others are left out. */
  static void product(LaneProduct p) {
    int blocks = p.rows / ROWS;
    int depth = p.depth;
    long aStep = p.aStep & STRIDE;
    long bStep = p.bStep & STRIDE;
    long aRow = p.aRow & STRIDE;
    long aRow3 = (3 * aRow) & STRIDE;
    long aRow5 = (5 * aRow) & STRIDE;
    long aRow7 = (7 * aRow) & STRIDE;
    long initRow = p.initRow & STRIDE;
    long initRow3 = (3 * initRow) & STRIDE;
    long initRow5 = (5 * initRow) & STRIDE;
    long initRow7 = (7 * initRow) & STRIDE;
    long cRow = p.cRow & STRIDE;
    long cRow3 = (3 * cRow) & STRIDE;
    long cRow5 = (5 * cRow) & STRIDE;
    long cRow7 = (7 * cRow) & STRIDE;
    for (int m = 0; m < blocks; m++) {
      long i = (p.initAt + 8L * m * initRow) & ADDRESS;
      FloatVector c0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, i, ORDER);
      FloatVector c1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, i + initRow, ORDER);
      FloatVector c2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, i + 2 * initRow, ORDER);
      FloatVector c3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, i + initRow3, ORDER);
      FloatVector c4 = FloatVector.fromMemorySegment(FLOATS, MEMORY, i + 4 * initRow, ORDER);
      FloatVector c5 = FloatVector.fromMemorySegment(FLOATS, MEMORY, i + initRow5, ORDER);
      FloatVector c6 = FloatVector.fromMemorySegment(FLOATS, MEMORY, i + 2 * initRow3, ORDER);
      FloatVector c7 = FloatVector.fromMemorySegment(FLOATS, MEMORY, i + initRow7, ORDER);
      long a = (p.aAt + 8L * m * aRow) & ADDRESS;
      long b = p.bAt & ADDRESS;
      for (int k = 0; k < depth; k++) {
        FloatVector y = FloatVector.fromMemorySegment(FLOATS, MEMORY, b, ORDER);
        c0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, a, ORDER).fma(y, c0);
        c1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, a + aRow, ORDER).fma(y, c1);
        c2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, a + 2 * aRow, ORDER).fma(y, c2);
        c3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, a + aRow3, ORDER).fma(y, c3);
        c4 = FloatVector.fromMemorySegment(FLOATS, MEMORY, a + 4 * aRow, ORDER).fma(y, c4);
        c5 = FloatVector.fromMemorySegment(FLOATS, MEMORY, a + aRow5, ORDER).fma(y, c5);
        c6 = FloatVector.fromMemorySegment(FLOATS, MEMORY, a + 2 * aRow3, ORDER).fma(y, c6);
        c7 = FloatVector.fromMemorySegment(FLOATS, MEMORY, a + aRow7, ORDER).fma(y, c7);
        a = (a + aStep) & ADDRESS;
        b = (b + bStep) & ADDRESS;
      }
      long to = (p.cAt + 8L * m * cRow) & ADDRESS;
      c0.intoMemorySegment(MEMORY, to, ORDER);
      c1.intoMemorySegment(MEMORY, to + cRow, ORDER);
      c2.intoMemorySegment(MEMORY, to + 2 * cRow, ORDER);
      c3.intoMemorySegment(MEMORY, to + cRow3, ORDER);
      c4.intoMemorySegment(MEMORY, to + 4 * cRow, ORDER);
      c5.intoMemorySegment(MEMORY, to + cRow5, ORDER);
      c6.intoMemorySegment(MEMORY, to + 2 * cRow3, ORDER);
      c7.intoMemorySegment(MEMORY, to + cRow7, ORDER);
    }
  }
}
