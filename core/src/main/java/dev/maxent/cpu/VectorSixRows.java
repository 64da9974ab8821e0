package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.ADDRESS;
import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.MEMORY;
import static dev.maxent.cpu.VectorMath.ORDER;
import static dev.maxent.cpu.VectorMath.STRIDE;

import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The innermost loop of {@link VectorProduct} for 16 registers: six rows by two vectors of columns,
 * which leaves a register for the elements of A and two for B.
 */
final class VectorSixRows {
  private static final ValueLayout.OfFloat REAL = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private VectorSixRows() {}

  /** A panel of two vectors of columns. */
  static void ofPairs(Product g) {
    long aRow = g.aRowBytes & STRIDE;
    long aRow3 = (3 * aRow) & STRIDE;
    long aRow5 = (5 * aRow) & STRIDE;
    long aStep = g.aStepBytes;
    long bStep = g.bStepBytes;
    long initRow = g.initRowBytes & STRIDE;
    long cRow = g.cRowBytes & STRIDE;
    int depth = g.depth;
    int rows = g.tileRows;
    long panelAt = g.bAt;
    long rowAt = g.aAt;
    long init = g.initAt & ADDRESS;
    long c = g.cAt & ADDRESS;
    FloatVector floor = FloatVector.broadcast(FLOATS, g.floor);
    for (int r = 0; r < rows; r += 6) {
      FloatVector a0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, init, ORDER);
      FloatVector b0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, init + BYTES, ORDER);
      FloatVector a1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, init + initRow, ORDER);
      FloatVector b1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, init + initRow + BYTES, ORDER);
      FloatVector a2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, init + 2 * initRow, ORDER);
      FloatVector b2 =
          FloatVector.fromMemorySegment(FLOATS, MEMORY, init + 2 * initRow + BYTES, ORDER);
      FloatVector a3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, init + 3 * initRow, ORDER);
      FloatVector b3 =
          FloatVector.fromMemorySegment(FLOATS, MEMORY, init + 3 * initRow + BYTES, ORDER);
      FloatVector a4 = FloatVector.fromMemorySegment(FLOATS, MEMORY, init + 4 * initRow, ORDER);
      FloatVector b4 =
          FloatVector.fromMemorySegment(FLOATS, MEMORY, init + 4 * initRow + BYTES, ORDER);
      FloatVector a5 = FloatVector.fromMemorySegment(FLOATS, MEMORY, init + 5 * initRow, ORDER);
      FloatVector b5 =
          FloatVector.fromMemorySegment(FLOATS, MEMORY, init + 5 * initRow + BYTES, ORDER);
      long a = rowAt & ADDRESS;
      long b = panelAt & ADDRESS;
      for (int k = 0; k < depth; k++) {
        FloatVector y = FloatVector.fromMemorySegment(FLOATS, MEMORY, b, ORDER);
        FloatVector z = FloatVector.fromMemorySegment(FLOATS, MEMORY, b + BYTES, ORDER);
        FloatVector x = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, a));
        a0 = x.fma(y, a0);
        b0 = x.fma(z, b0);
        x = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, a + aRow));
        a1 = x.fma(y, a1);
        b1 = x.fma(z, b1);
        x = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, a + 2 * aRow));
        a2 = x.fma(y, a2);
        b2 = x.fma(z, b2);
        x = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, a + aRow3));
        a3 = x.fma(y, a3);
        b3 = x.fma(z, b3);
        x = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, a + 4 * aRow));
        a4 = x.fma(y, a4);
        b4 = x.fma(z, b4);
        x = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, a + aRow5));
        a5 = x.fma(y, a5);
        b5 = x.fma(z, b5);
        a = (a + aStep) & ADDRESS;
        b = (b + bStep) & ADDRESS;
      }
      a0.blend(floor, a0.compare(VectorOperators.LT, floor)).intoMemorySegment(MEMORY, c, ORDER);
      b0.blend(floor, b0.compare(VectorOperators.LT, floor))
          .intoMemorySegment(MEMORY, c + BYTES, ORDER);
      a1.blend(floor, a1.compare(VectorOperators.LT, floor))
          .intoMemorySegment(MEMORY, c + cRow, ORDER);
      b1.blend(floor, b1.compare(VectorOperators.LT, floor))
          .intoMemorySegment(MEMORY, c + cRow + BYTES, ORDER);
      a2.blend(floor, a2.compare(VectorOperators.LT, floor))
          .intoMemorySegment(MEMORY, c + 2 * cRow, ORDER);
      b2.blend(floor, b2.compare(VectorOperators.LT, floor))
          .intoMemorySegment(MEMORY, c + 2 * cRow + BYTES, ORDER);
      a3.blend(floor, a3.compare(VectorOperators.LT, floor))
          .intoMemorySegment(MEMORY, c + 3 * cRow, ORDER);
      b3.blend(floor, b3.compare(VectorOperators.LT, floor))
          .intoMemorySegment(MEMORY, c + 3 * cRow + BYTES, ORDER);
      a4.blend(floor, a4.compare(VectorOperators.LT, floor))
          .intoMemorySegment(MEMORY, c + 4 * cRow, ORDER);
      b4.blend(floor, b4.compare(VectorOperators.LT, floor))
          .intoMemorySegment(MEMORY, c + 4 * cRow + BYTES, ORDER);
      a5.blend(floor, a5.compare(VectorOperators.LT, floor))
          .intoMemorySegment(MEMORY, c + 5 * cRow, ORDER);
      b5.blend(floor, b5.compare(VectorOperators.LT, floor))
          .intoMemorySegment(MEMORY, c + 5 * cRow + BYTES, ORDER);
      rowAt += 6 * aRow;
      init = (init + 6 * initRow) & ADDRESS;
      c = (c + 6 * cRow) & ADDRESS;
    }
  }

  /** The same by two rows, for what six leave of an even number of them. */
  static void byTwo(Product g) {
    long aRow = g.aRowBytes & STRIDE;
    long aStep = g.aStepBytes;
    long bStep = g.bStepBytes;
    long initRow = g.initRowBytes & STRIDE;
    long cRow = g.cRowBytes & STRIDE;
    int depth = g.depth;
    int rows = g.tileRows;
    long panelAt = g.bAt;
    long rowAt = g.aAt;
    long init = g.initAt & ADDRESS;
    long c = g.cAt & ADDRESS;
    FloatVector floor = FloatVector.broadcast(FLOATS, g.floor);
    for (int r = 0; r < rows; r += 2) {
      FloatVector a0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, init, ORDER);
      FloatVector b0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, init + BYTES, ORDER);
      FloatVector a1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, init + initRow, ORDER);
      FloatVector b1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, init + initRow + BYTES, ORDER);
      long a = rowAt & ADDRESS;
      long b = panelAt & ADDRESS;
      for (int k = 0; k < depth; k++) {
        FloatVector y = FloatVector.fromMemorySegment(FLOATS, MEMORY, b, ORDER);
        FloatVector z = FloatVector.fromMemorySegment(FLOATS, MEMORY, b + BYTES, ORDER);
        FloatVector x = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, a));
        a0 = x.fma(y, a0);
        b0 = x.fma(z, b0);
        x = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, a + aRow));
        a1 = x.fma(y, a1);
        b1 = x.fma(z, b1);
        a = (a + aStep) & ADDRESS;
        b = (b + bStep) & ADDRESS;
      }
      a0.blend(floor, a0.compare(VectorOperators.LT, floor)).intoMemorySegment(MEMORY, c, ORDER);
      b0.blend(floor, b0.compare(VectorOperators.LT, floor))
          .intoMemorySegment(MEMORY, c + BYTES, ORDER);
      a1.blend(floor, a1.compare(VectorOperators.LT, floor))
          .intoMemorySegment(MEMORY, c + cRow, ORDER);
      b1.blend(floor, b1.compare(VectorOperators.LT, floor))
          .intoMemorySegment(MEMORY, c + cRow + BYTES, ORDER);
      rowAt += 2 * aRow;
      init = (init + 2 * initRow) & ADDRESS;
      c = (c + 2 * cRow) & ADDRESS;
    }
  }
}
