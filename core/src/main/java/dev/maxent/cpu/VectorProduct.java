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
 * The innermost loops of a product of matrices: eight rows by one or two vectors of columns stay in
 * registers, and each term takes one multiply-add for each vector of them. Written out without a
 * helper, as {@link VectorQuads} tells; with 32 registers of 16 floats it runs at some 95 % of what
 * the multiply-add units can do. Larger tiles were no faster, and HotSpot let some of them spill.
 *
 * <p>A call takes one panel of columns: within a third loop HotSpot no longer broadcasts an element
 * of A straight from memory, but loads it and broadcasts it between registers.
 */
final class VectorProduct {
  private static final ValueLayout.OfFloat REAL = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private VectorProduct() {}

  /** A panel of two vectors of columns. */
  static void ofPairs(Product g) {
    long aRow = g.aRowBytes & STRIDE;
    long aRow3 = (3 * aRow) & STRIDE;
    long aRow5 = (5 * aRow) & STRIDE;
    long aRow7 = (7 * aRow) & STRIDE;
    long aStep = g.aStepBytes;
    long bStep = g.bStepBytes;
    long initRow = g.initRowBytes & STRIDE;
    long initRow7 = (7 * initRow) & STRIDE;
    long cRow = g.cRowBytes & STRIDE;
    long cRow7 = (7 * cRow) & STRIDE;
    int depth = g.depth;
    int rows = g.tileRows;
    FloatVector floor = FloatVector.broadcast(FLOATS, g.floor);
    long panelAt = g.bAt;
    long rowAt = g.aAt;
    long init = g.initAt & ADDRESS;
    long c = g.cAt & ADDRESS;
    for (int r = 0; r < rows; r += 8) {
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
      FloatVector a6 = FloatVector.fromMemorySegment(FLOATS, MEMORY, init + 6 * initRow, ORDER);
      FloatVector b6 =
          FloatVector.fromMemorySegment(FLOATS, MEMORY, init + 6 * initRow + BYTES, ORDER);
      FloatVector a7 = FloatVector.fromMemorySegment(FLOATS, MEMORY, init + initRow7, ORDER);
      FloatVector b7 =
          FloatVector.fromMemorySegment(FLOATS, MEMORY, init + initRow7 + BYTES, ORDER);
      long a = rowAt & ADDRESS;
      long b = panelAt & ADDRESS;
      for (int k = 0; k < depth; k++) {
        // Single floats first, by the rule of VectorMath.
        float x0 = MEMORY.get(REAL, a);
        float x1 = MEMORY.get(REAL, a + aRow);
        float x2 = MEMORY.get(REAL, a + 2 * aRow);
        float x3 = MEMORY.get(REAL, a + aRow3);
        float x4 = MEMORY.get(REAL, a + 4 * aRow);
        float x5 = MEMORY.get(REAL, a + aRow5);
        float x6 = MEMORY.get(REAL, a + 2 * aRow3);
        float x7 = MEMORY.get(REAL, a + aRow7);
        FloatVector y = FloatVector.fromMemorySegment(FLOATS, MEMORY, b, ORDER);
        FloatVector z = FloatVector.fromMemorySegment(FLOATS, MEMORY, b + BYTES, ORDER);
        FloatVector x = FloatVector.broadcast(FLOATS, x0);
        a0 = x.fma(y, a0);
        b0 = x.fma(z, b0);
        x = FloatVector.broadcast(FLOATS, x1);
        a1 = x.fma(y, a1);
        b1 = x.fma(z, b1);
        x = FloatVector.broadcast(FLOATS, x2);
        a2 = x.fma(y, a2);
        b2 = x.fma(z, b2);
        x = FloatVector.broadcast(FLOATS, x3);
        a3 = x.fma(y, a3);
        b3 = x.fma(z, b3);
        x = FloatVector.broadcast(FLOATS, x4);
        a4 = x.fma(y, a4);
        b4 = x.fma(z, b4);
        x = FloatVector.broadcast(FLOATS, x5);
        a5 = x.fma(y, a5);
        b5 = x.fma(z, b5);
        x = FloatVector.broadcast(FLOATS, x6);
        a6 = x.fma(y, a6);
        b6 = x.fma(z, b6);
        x = FloatVector.broadcast(FLOATS, x7);
        a7 = x.fma(y, a7);
        b7 = x.fma(z, b7);
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
      a6.blend(floor, a6.compare(VectorOperators.LT, floor))
          .intoMemorySegment(MEMORY, c + 6 * cRow, ORDER);
      b6.blend(floor, b6.compare(VectorOperators.LT, floor))
          .intoMemorySegment(MEMORY, c + 6 * cRow + BYTES, ORDER);
      a7.blend(floor, a7.compare(VectorOperators.LT, floor))
          .intoMemorySegment(MEMORY, c + cRow7, ORDER);
      b7.blend(floor, b7.compare(VectorOperators.LT, floor))
          .intoMemorySegment(MEMORY, c + cRow7 + BYTES, ORDER);
      rowAt += 8 * aRow;
      init = (init + 8 * initRow) & ADDRESS;
      c = (c + 8 * cRow) & ADDRESS;
    }
  }

  /** A panel of one vector of columns. */
  static void ofSingles(Product g) {
    long aRow = g.aRowBytes & STRIDE;
    long aRow3 = (3 * aRow) & STRIDE;
    long aRow5 = (5 * aRow) & STRIDE;
    long aRow7 = (7 * aRow) & STRIDE;
    long aStep = g.aStepBytes;
    long bStep = g.bStepBytes;
    long initRow = g.initRowBytes & STRIDE;
    long initRow7 = (7 * initRow) & STRIDE;
    long cRow = g.cRowBytes & STRIDE;
    long cRow7 = (7 * cRow) & STRIDE;
    int depth = g.depth;
    int rows = g.tileRows;
    FloatVector floor = FloatVector.broadcast(FLOATS, g.floor);
    long panelAt = g.bAt;
    long rowAt = g.aAt;
    long init = g.initAt & ADDRESS;
    long c = g.cAt & ADDRESS;
    for (int r = 0; r < rows; r += 8) {
      FloatVector a0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, init, ORDER);
      FloatVector a1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, init + initRow, ORDER);
      FloatVector a2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, init + 2 * initRow, ORDER);
      FloatVector a3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, init + 3 * initRow, ORDER);
      FloatVector a4 = FloatVector.fromMemorySegment(FLOATS, MEMORY, init + 4 * initRow, ORDER);
      FloatVector a5 = FloatVector.fromMemorySegment(FLOATS, MEMORY, init + 5 * initRow, ORDER);
      FloatVector a6 = FloatVector.fromMemorySegment(FLOATS, MEMORY, init + 6 * initRow, ORDER);
      FloatVector a7 = FloatVector.fromMemorySegment(FLOATS, MEMORY, init + initRow7, ORDER);
      long a = rowAt & ADDRESS;
      long b = panelAt & ADDRESS;
      for (int k = 0; k < depth; k++) {
        FloatVector y = FloatVector.fromMemorySegment(FLOATS, MEMORY, b, ORDER);
        FloatVector x = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, a));
        a0 = x.fma(y, a0);
        x = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, a + aRow));
        a1 = x.fma(y, a1);
        x = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, a + 2 * aRow));
        a2 = x.fma(y, a2);
        x = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, a + aRow3));
        a3 = x.fma(y, a3);
        x = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, a + 4 * aRow));
        a4 = x.fma(y, a4);
        x = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, a + aRow5));
        a5 = x.fma(y, a5);
        x = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, a + 2 * aRow3));
        a6 = x.fma(y, a6);
        x = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, a + aRow7));
        a7 = x.fma(y, a7);
        a = (a + aStep) & ADDRESS;
        b = (b + bStep) & ADDRESS;
      }
      a0.blend(floor, a0.compare(VectorOperators.LT, floor)).intoMemorySegment(MEMORY, c, ORDER);
      a1.blend(floor, a1.compare(VectorOperators.LT, floor))
          .intoMemorySegment(MEMORY, c + cRow, ORDER);
      a2.blend(floor, a2.compare(VectorOperators.LT, floor))
          .intoMemorySegment(MEMORY, c + 2 * cRow, ORDER);
      a3.blend(floor, a3.compare(VectorOperators.LT, floor))
          .intoMemorySegment(MEMORY, c + 3 * cRow, ORDER);
      a4.blend(floor, a4.compare(VectorOperators.LT, floor))
          .intoMemorySegment(MEMORY, c + 4 * cRow, ORDER);
      a5.blend(floor, a5.compare(VectorOperators.LT, floor))
          .intoMemorySegment(MEMORY, c + 5 * cRow, ORDER);
      a6.blend(floor, a6.compare(VectorOperators.LT, floor))
          .intoMemorySegment(MEMORY, c + 6 * cRow, ORDER);
      a7.blend(floor, a7.compare(VectorOperators.LT, floor))
          .intoMemorySegment(MEMORY, c + cRow7, ORDER);
      rowAt += 8 * aRow;
      init = (init + 8 * initRow) & ADDRESS;
      c = (c + 8 * cRow) & ADDRESS;
    }
  }
}
