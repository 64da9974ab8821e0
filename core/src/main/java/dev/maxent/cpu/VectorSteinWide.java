package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.ADDRESS;
import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.MEMORY;
import static dev.maxent.cpu.VectorMath.ORDER;
import static dev.maxent.cpu.VectorMath.STRIDE;

import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;

/**
 * The loops of {@link VectorSteinQuads} for machines with 32 vector registers: twice as many sums
 * under way, so that neither loads nor the latency of a multiply-add hold them up. With 16 they
 * spill and take half as long again.
 */
final class VectorSteinWide {
  private static final ValueLayout.OfFloat REAL = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private VectorSteinWide() {}

  /** How many of d coordinates sums take here, two at a time: none where there are 16 registers. */
  static int coordinates(int d) {
    return VectorMath.MANY_REGISTERS ? d / 2 * 2 : 0;
  }

  /** values ← r² of groups of four sources. */
  static void squares(SteinBlock b) {
    FloatVector zero = FloatVector.zero(FLOATS);
    long step = b.tileStep & STRIDE;
    long row = (b.d * 4L) & STRIDE;
    long row3 = (3 * row) & STRIDE;
    long end = b.tileAt + b.d * step;
    long source = b.sourceAt;
    long to = b.kernelAt & ADDRESS;
    for (int j = 0; j < b.groups; j++) {
      FloatVector a0 = zero;
      FloatVector a1 = zero;
      FloatVector a2 = zero;
      FloatVector a3 = zero;
      FloatVector b0 = zero;
      FloatVector b1 = zero;
      FloatVector b2 = zero;
      FloatVector b3 = zero;
      FloatVector c0 = zero;
      FloatVector c1 = zero;
      FloatVector c2 = zero;
      FloatVector c3 = zero;
      FloatVector d0 = zero;
      FloatVector d1 = zero;
      FloatVector d2 = zero;
      FloatVector d3 = zero;
      long x = source & ADDRESS;
      for (long tile = b.tileAt; tile < end; tile += step) {
        long at = tile & ADDRESS;
        FloatVector y0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, at, ORDER);
        FloatVector y1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, at + BYTES, ORDER);
        FloatVector y2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, at + 2 * BYTES, ORDER);
        FloatVector y3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, at + 3 * BYTES, ORDER);
        FloatVector xv = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, x));
        FloatVector e0 = xv.sub(y0);
        FloatVector e1 = xv.sub(y1);
        FloatVector e2 = xv.sub(y2);
        FloatVector e3 = xv.sub(y3);
        a0 = e0.fma(e0, a0);
        a1 = e1.fma(e1, a1);
        a2 = e2.fma(e2, a2);
        a3 = e3.fma(e3, a3);
        xv = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, x + row));
        e0 = xv.sub(y0);
        e1 = xv.sub(y1);
        e2 = xv.sub(y2);
        e3 = xv.sub(y3);
        b0 = e0.fma(e0, b0);
        b1 = e1.fma(e1, b1);
        b2 = e2.fma(e2, b2);
        b3 = e3.fma(e3, b3);
        xv = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, x + 2 * row));
        e0 = xv.sub(y0);
        e1 = xv.sub(y1);
        e2 = xv.sub(y2);
        e3 = xv.sub(y3);
        c0 = e0.fma(e0, c0);
        c1 = e1.fma(e1, c1);
        c2 = e2.fma(e2, c2);
        c3 = e3.fma(e3, c3);
        xv = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, x + row3));
        e0 = xv.sub(y0);
        e1 = xv.sub(y1);
        e2 = xv.sub(y2);
        e3 = xv.sub(y3);
        d0 = e0.fma(e0, d0);
        d1 = e1.fma(e1, d1);
        d2 = e2.fma(e2, d2);
        d3 = e3.fma(e3, d3);
        x = (x + 4) & ADDRESS;
      }
      a0.intoMemorySegment(MEMORY, to + 0 * BYTES, ORDER);
      a1.intoMemorySegment(MEMORY, to + 1 * BYTES, ORDER);
      a2.intoMemorySegment(MEMORY, to + 2 * BYTES, ORDER);
      a3.intoMemorySegment(MEMORY, to + 3 * BYTES, ORDER);
      b0.intoMemorySegment(MEMORY, to + 4 * BYTES, ORDER);
      b1.intoMemorySegment(MEMORY, to + 5 * BYTES, ORDER);
      b2.intoMemorySegment(MEMORY, to + 6 * BYTES, ORDER);
      b3.intoMemorySegment(MEMORY, to + 7 * BYTES, ORDER);
      c0.intoMemorySegment(MEMORY, to + 8 * BYTES, ORDER);
      c1.intoMemorySegment(MEMORY, to + 9 * BYTES, ORDER);
      c2.intoMemorySegment(MEMORY, to + 10 * BYTES, ORDER);
      c3.intoMemorySegment(MEMORY, to + 11 * BYTES, ORDER);
      d0.intoMemorySegment(MEMORY, to + 12 * BYTES, ORDER);
      d1.intoMemorySegment(MEMORY, to + 13 * BYTES, ORDER);
      d2.intoMemorySegment(MEMORY, to + 14 * BYTES, ORDER);
      d3.intoMemorySegment(MEMORY, to + 15 * BYTES, ORDER);
      to = (to + 16 * BYTES) & ADDRESS;
      source += 4 * row;
    }
  }

  /**
   * sums += k (s + slope δ), two coordinates at a time; of an odd number the last is left over. The
   * sums stay in registers over all sources, and each k serves twice.
   */
  static void sums(SteinBlock b) {
    FloatVector slope = FloatVector.broadcast(FLOATS, b.slope);
    long row = b.d * 4L;
    long toScore = b.scoreAt - b.sourceAt;
    long behind = b.sourceAt + b.groups * (4 * row);
    long step = b.tileStep & STRIDE;
    for (int k = 0; k + 1 < b.d; k += 2) {
      long tile = (b.tileAt + k * b.tileStep) & ADDRESS;
      long sum = (b.sumAt + k * b.tileStep) & ADDRESS;
      FloatVector y0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, tile, ORDER);
      FloatVector y1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, tile + BYTES, ORDER);
      FloatVector y2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, tile + 2 * BYTES, ORDER);
      FloatVector y3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, tile + 3 * BYTES, ORDER);
      FloatVector z0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, tile + step, ORDER);
      FloatVector z1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, tile + step + BYTES, ORDER);
      FloatVector z2 =
          FloatVector.fromMemorySegment(FLOATS, MEMORY, tile + step + 2 * BYTES, ORDER);
      FloatVector z3 =
          FloatVector.fromMemorySegment(FLOATS, MEMORY, tile + step + 3 * BYTES, ORDER);
      FloatVector a0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, sum, ORDER);
      FloatVector a1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, sum + BYTES, ORDER);
      FloatVector a2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, sum + 2 * BYTES, ORDER);
      FloatVector a3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, sum + 3 * BYTES, ORDER);
      FloatVector c0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, sum + step, ORDER);
      FloatVector c1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, sum + step + BYTES, ORDER);
      FloatVector c2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, sum + step + 2 * BYTES, ORDER);
      FloatVector c3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, sum + step + 3 * BYTES, ORDER);
      long kernel = b.kernelAt & ADDRESS;
      for (long x = b.sourceAt + k * 4L; x < behind; x += row) {
        long from = x & ADDRESS;
        long score = (x + toScore) & ADDRESS;
        // Single floats first, by the rule of VectorMath.
        float x0 = MEMORY.get(REAL, from);
        float s0 = MEMORY.get(REAL, score);
        float x1 = MEMORY.get(REAL, from + 4);
        float s1 = MEMORY.get(REAL, score + 4);
        FloatVector k0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, kernel, ORDER);
        FloatVector k1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, kernel + BYTES, ORDER);
        FloatVector k2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, kernel + 2 * BYTES, ORDER);
        FloatVector k3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, kernel + 3 * BYTES, ORDER);
        FloatVector xv = FloatVector.broadcast(FLOATS, x0);
        FloatVector sv = FloatVector.broadcast(FLOATS, s0);
        a0 = xv.sub(y0).fma(slope, sv).fma(k0, a0);
        a1 = xv.sub(y1).fma(slope, sv).fma(k1, a1);
        a2 = xv.sub(y2).fma(slope, sv).fma(k2, a2);
        a3 = xv.sub(y3).fma(slope, sv).fma(k3, a3);
        xv = FloatVector.broadcast(FLOATS, x1);
        sv = FloatVector.broadcast(FLOATS, s1);
        c0 = xv.sub(z0).fma(slope, sv).fma(k0, c0);
        c1 = xv.sub(z1).fma(slope, sv).fma(k1, c1);
        c2 = xv.sub(z2).fma(slope, sv).fma(k2, c2);
        c3 = xv.sub(z3).fma(slope, sv).fma(k3, c3);
        kernel = (kernel + 4 * BYTES) & ADDRESS;
      }
      a0.intoMemorySegment(MEMORY, sum, ORDER);
      a1.intoMemorySegment(MEMORY, sum + BYTES, ORDER);
      a2.intoMemorySegment(MEMORY, sum + 2 * BYTES, ORDER);
      a3.intoMemorySegment(MEMORY, sum + 3 * BYTES, ORDER);
      c0.intoMemorySegment(MEMORY, sum + step, ORDER);
      c1.intoMemorySegment(MEMORY, sum + step + BYTES, ORDER);
      c2.intoMemorySegment(MEMORY, sum + step + 2 * BYTES, ORDER);
      c3.intoMemorySegment(MEMORY, sum + step + 3 * BYTES, ORDER);
    }
  }
}
