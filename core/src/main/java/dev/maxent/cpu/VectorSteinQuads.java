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
 * The loops of {@link VectorStein} for four vectors of targets: each coordinate of a source, whose
 * broadcast from memory takes a Zen 4 as long as arithmetic, serves four times. Written out without
 * helpers, as {@link VectorQuads} tells.
 */
final class VectorSteinQuads {
  private static final ValueLayout.OfFloat REAL = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private VectorSteinQuads() {}

  /** values ← r² of groups of four sources. */
  static void squares(SteinBlock b) {
    FloatVector zero = FloatVector.zero(FLOATS);
    long step = b.tileStep & STRIDE;
    long row = (b.d * 4L) & STRIDE;
    long row3 = (3 * row) & STRIDE;
    long end = b.tileAt + b.d * step;
    long source = b.sourceAt;
    long to = b.kernelAt & ADDRESS;
    for (int g = 0; g < b.groups; g++) {
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
      a0.intoMemorySegment(MEMORY, to, ORDER);
      a1.intoMemorySegment(MEMORY, to + BYTES, ORDER);
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
   * sums += k (s + slope δ), two coordinates at a time: their sums stay in registers over all
   * sources. An odd last coordinate is done twice.
   */
  static void sums(SteinBlock b) {
    FloatVector slope = FloatVector.broadcast(FLOATS, b.slope);
    long step = b.tileStep & STRIDE;
    long row = b.d * 4L;
    long toScore = b.scoreAt - b.sourceAt;
    long behind = b.sourceAt + b.groups * (4 * row);
    for (int k = 0; k < b.d; k += 2) {
      boolean two = k + 1 < b.d;
      long second = two ? step : 0;
      long next = two ? 4 : 0;
      long tile = (b.tileAt + k * step) & ADDRESS;
      long sum = (b.sumAt + k * step) & ADDRESS;
      long tile2 = tile + second;
      long sum2 = sum + second;
      FloatVector y0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, tile, ORDER);
      FloatVector y1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, tile + BYTES, ORDER);
      FloatVector y2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, tile + 2 * BYTES, ORDER);
      FloatVector y3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, tile + 3 * BYTES, ORDER);
      FloatVector z0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, tile2, ORDER);
      FloatVector z1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, tile2 + BYTES, ORDER);
      FloatVector z2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, tile2 + 2 * BYTES, ORDER);
      FloatVector z3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, tile2 + 3 * BYTES, ORDER);
      FloatVector a0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, sum, ORDER);
      FloatVector a1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, sum + BYTES, ORDER);
      FloatVector a2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, sum + 2 * BYTES, ORDER);
      FloatVector a3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, sum + 3 * BYTES, ORDER);
      FloatVector b0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, sum2, ORDER);
      FloatVector b1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, sum2 + BYTES, ORDER);
      FloatVector b2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, sum2 + 2 * BYTES, ORDER);
      FloatVector b3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, sum2 + 3 * BYTES, ORDER);
      long kernel = b.kernelAt & ADDRESS;
      for (long source = b.sourceAt + k * 4L; source < behind; source += row) {
        FloatVector k0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, kernel, ORDER);
        FloatVector k1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, kernel + BYTES, ORDER);
        FloatVector k2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, kernel + 2 * BYTES, ORDER);
        FloatVector k3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, kernel + 3 * BYTES, ORDER);
        long x = source & ADDRESS;
        long s = (source + toScore) & ADDRESS;
        FloatVector xv = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, x));
        FloatVector sv = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, s));
        FloatVector e0 = xv.sub(y0).fma(slope, sv);
        FloatVector e1 = xv.sub(y1).fma(slope, sv);
        FloatVector e2 = xv.sub(y2).fma(slope, sv);
        FloatVector e3 = xv.sub(y3).fma(slope, sv);
        a0 = e0.fma(k0, a0);
        a1 = e1.fma(k1, a1);
        a2 = e2.fma(k2, a2);
        a3 = e3.fma(k3, a3);
        xv = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, x + next));
        sv = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, s + next));
        e0 = xv.sub(z0).fma(slope, sv);
        e1 = xv.sub(z1).fma(slope, sv);
        e2 = xv.sub(z2).fma(slope, sv);
        e3 = xv.sub(z3).fma(slope, sv);
        b0 = e0.fma(k0, b0);
        b1 = e1.fma(k1, b1);
        b2 = e2.fma(k2, b2);
        b3 = e3.fma(k3, b3);
        kernel = (kernel + 4 * BYTES) & ADDRESS;
      }
      a0.intoMemorySegment(MEMORY, sum, ORDER);
      a1.intoMemorySegment(MEMORY, sum + BYTES, ORDER);
      a2.intoMemorySegment(MEMORY, sum + 2 * BYTES, ORDER);
      a3.intoMemorySegment(MEMORY, sum + 3 * BYTES, ORDER);
      b0.intoMemorySegment(MEMORY, sum2, ORDER);
      b1.intoMemorySegment(MEMORY, sum2 + BYTES, ORDER);
      b2.intoMemorySegment(MEMORY, sum2 + 2 * BYTES, ORDER);
      b3.intoMemorySegment(MEMORY, sum2 + 3 * BYTES, ORDER);
    }
  }
}
