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
 * The gradient by the sums of a layer that ReLU follows, with a network in each lane, in blocks as
 * {@link VectorLaneRows} has them: eight units that lie side by side by two rows of the batch.
 */
final class VectorLaneSlopes {
  private static final int ROWS = VectorLaneRows.ROWS;

  private VectorLaneSlopes() {}

  /** C ← A B where C was not ≤ 0, else 0, of as many rows as blocks hold. */
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
        FloatVector c0 = zero;
        FloatVector d0 = zero;
        FloatVector c1 = zero;
        FloatVector d1 = zero;
        FloatVector c2 = zero;
        FloatVector d2 = zero;
        FloatVector c3 = zero;
        FloatVector d3 = zero;
        FloatVector c4 = zero;
        FloatVector d4 = zero;
        FloatVector c5 = zero;
        FloatVector d5 = zero;
        FloatVector c6 = zero;
        FloatVector d6 = zero;
        FloatVector c7 = zero;
        FloatVector d7 = zero;
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
        FloatVector x = FloatVector.fromMemorySegment(FLOATS, MEMORY, to, ORDER);
        FloatVector w = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + side, ORDER);
        c0.blend(zero, x.compare(VectorOperators.LE, zero)).intoMemorySegment(MEMORY, to, ORDER);
        d0.blend(zero, w.compare(VectorOperators.LE, zero))
            .intoMemorySegment(MEMORY, to + side, ORDER);
        x = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + BYTES, ORDER);
        w = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + side + BYTES, ORDER);
        c1.blend(zero, x.compare(VectorOperators.LE, zero))
            .intoMemorySegment(MEMORY, to + BYTES, ORDER);
        d1.blend(zero, w.compare(VectorOperators.LE, zero))
            .intoMemorySegment(MEMORY, to + side + BYTES, ORDER);
        x = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + 2 * BYTES, ORDER);
        w = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + side + 2 * BYTES, ORDER);
        c2.blend(zero, x.compare(VectorOperators.LE, zero))
            .intoMemorySegment(MEMORY, to + 2 * BYTES, ORDER);
        d2.blend(zero, w.compare(VectorOperators.LE, zero))
            .intoMemorySegment(MEMORY, to + side + 2 * BYTES, ORDER);
        x = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + 3 * BYTES, ORDER);
        w = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + side + 3 * BYTES, ORDER);
        c3.blend(zero, x.compare(VectorOperators.LE, zero))
            .intoMemorySegment(MEMORY, to + 3 * BYTES, ORDER);
        d3.blend(zero, w.compare(VectorOperators.LE, zero))
            .intoMemorySegment(MEMORY, to + side + 3 * BYTES, ORDER);
        x = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + 4 * BYTES, ORDER);
        w = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + side + 4 * BYTES, ORDER);
        c4.blend(zero, x.compare(VectorOperators.LE, zero))
            .intoMemorySegment(MEMORY, to + 4 * BYTES, ORDER);
        d4.blend(zero, w.compare(VectorOperators.LE, zero))
            .intoMemorySegment(MEMORY, to + side + 4 * BYTES, ORDER);
        x = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + 5 * BYTES, ORDER);
        w = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + side + 5 * BYTES, ORDER);
        c5.blend(zero, x.compare(VectorOperators.LE, zero))
            .intoMemorySegment(MEMORY, to + 5 * BYTES, ORDER);
        d5.blend(zero, w.compare(VectorOperators.LE, zero))
            .intoMemorySegment(MEMORY, to + side + 5 * BYTES, ORDER);
        x = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + 6 * BYTES, ORDER);
        w = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + side + 6 * BYTES, ORDER);
        c6.blend(zero, x.compare(VectorOperators.LE, zero))
            .intoMemorySegment(MEMORY, to + 6 * BYTES, ORDER);
        d6.blend(zero, w.compare(VectorOperators.LE, zero))
            .intoMemorySegment(MEMORY, to + side + 6 * BYTES, ORDER);
        x = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + 7 * BYTES, ORDER);
        w = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + side + 7 * BYTES, ORDER);
        c7.blend(zero, x.compare(VectorOperators.LE, zero))
            .intoMemorySegment(MEMORY, to + 7 * BYTES, ORDER);
        d7.blend(zero, w.compare(VectorOperators.LE, zero))
            .intoMemorySegment(MEMORY, to + side + 7 * BYTES, ORDER);
      }
    }
  }
}
