package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.ADDRESS;
import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.MEMORY;
import static dev.maxent.cpu.VectorMath.ORDER;
import static dev.maxent.cpu.VectorMath.STRIDE;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * ReLU of a layer's sums with a network in each lane, in blocks as {@link VectorLaneRows} has them:
 * eight units that lie side by side by two rows of the batch, which start from the units' biases.
 */
final class VectorLaneUnits {
  private static final int ROWS = VectorLaneRows.ROWS;

  private VectorLaneUnits() {}

  /** C ← ReLU(init + A B) of as many rows as blocks hold, with one init for all columns. */
  static void product(LaneProduct p) {
    int blocks = p.rows / ROWS;
    int lastColumn = p.columns - 1;
    int depth = p.depth;
    long aStep = p.aStep & STRIDE;
    long bStep = p.bStep & STRIDE;
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int m = 0; m < blocks; m++) {
      for (int n = 0; n <= lastColumn; n += 2) {
        // Of an odd number the last column stands for its neighbour too.
        long next = Math.min(1, lastColumn - n);
        long i = (p.initAt + m * (ROWS * BYTES)) & ADDRESS;
        FloatVector c0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, i, ORDER);
        FloatVector d0 = c0;
        FloatVector c1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, i + BYTES, ORDER);
        FloatVector d1 = c1;
        FloatVector c2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, i + 2 * BYTES, ORDER);
        FloatVector d2 = c2;
        FloatVector c3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, i + 3 * BYTES, ORDER);
        FloatVector d3 = c3;
        FloatVector c4 = FloatVector.fromMemorySegment(FLOATS, MEMORY, i + 4 * BYTES, ORDER);
        FloatVector d4 = c4;
        FloatVector c5 = FloatVector.fromMemorySegment(FLOATS, MEMORY, i + 5 * BYTES, ORDER);
        FloatVector d5 = c5;
        FloatVector c6 = FloatVector.fromMemorySegment(FLOATS, MEMORY, i + 6 * BYTES, ORDER);
        FloatVector d6 = c6;
        FloatVector c7 = FloatVector.fromMemorySegment(FLOATS, MEMORY, i + 7 * BYTES, ORDER);
        FloatVector d7 = c7;
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
        long to = (p.cAt + m * (ROWS * BYTES) + n * p.cColumn) & ADDRESS;
        long side = (next * p.cColumn) & STRIDE;
        c0.blend(zero, c0.compare(VectorOperators.LT, zero)).intoMemorySegment(MEMORY, to, ORDER);
        d0.blend(zero, d0.compare(VectorOperators.LT, zero))
            .intoMemorySegment(MEMORY, to + side, ORDER);
        c1.blend(zero, c1.compare(VectorOperators.LT, zero))
            .intoMemorySegment(MEMORY, to + BYTES, ORDER);
        d1.blend(zero, d1.compare(VectorOperators.LT, zero))
            .intoMemorySegment(MEMORY, to + side + BYTES, ORDER);
        c2.blend(zero, c2.compare(VectorOperators.LT, zero))
            .intoMemorySegment(MEMORY, to + 2 * BYTES, ORDER);
        d2.blend(zero, d2.compare(VectorOperators.LT, zero))
            .intoMemorySegment(MEMORY, to + side + 2 * BYTES, ORDER);
        c3.blend(zero, c3.compare(VectorOperators.LT, zero))
            .intoMemorySegment(MEMORY, to + 3 * BYTES, ORDER);
        d3.blend(zero, d3.compare(VectorOperators.LT, zero))
            .intoMemorySegment(MEMORY, to + side + 3 * BYTES, ORDER);
        c4.blend(zero, c4.compare(VectorOperators.LT, zero))
            .intoMemorySegment(MEMORY, to + 4 * BYTES, ORDER);
        d4.blend(zero, d4.compare(VectorOperators.LT, zero))
            .intoMemorySegment(MEMORY, to + side + 4 * BYTES, ORDER);
        c5.blend(zero, c5.compare(VectorOperators.LT, zero))
            .intoMemorySegment(MEMORY, to + 5 * BYTES, ORDER);
        d5.blend(zero, d5.compare(VectorOperators.LT, zero))
            .intoMemorySegment(MEMORY, to + side + 5 * BYTES, ORDER);
        c6.blend(zero, c6.compare(VectorOperators.LT, zero))
            .intoMemorySegment(MEMORY, to + 6 * BYTES, ORDER);
        d6.blend(zero, d6.compare(VectorOperators.LT, zero))
            .intoMemorySegment(MEMORY, to + side + 6 * BYTES, ORDER);
        c7.blend(zero, c7.compare(VectorOperators.LT, zero))
            .intoMemorySegment(MEMORY, to + 7 * BYTES, ORDER);
        d7.blend(zero, d7.compare(VectorOperators.LT, zero))
            .intoMemorySegment(MEMORY, to + side + 7 * BYTES, ORDER);
      }
    }
  }
}
