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

  /** values ← r² of groups of four sources, two at a time. */
  static void squares(SteinBlock b) {
    FloatVector zero = FloatVector.zero(FLOATS);
    long step = b.tileStep & STRIDE;
    long row = (b.d * 4L) & STRIDE;
    long end = b.tileAt + b.d * step;
    long source = b.sourceAt;
    long to = b.kernelAt & ADDRESS;
    for (int j = 0; j < b.groups * 4; j += 2) {
      FloatVector a0 = zero;
      FloatVector a1 = zero;
      FloatVector a2 = zero;
      FloatVector a3 = zero;
      FloatVector b0 = zero;
      FloatVector b1 = zero;
      FloatVector b2 = zero;
      FloatVector b3 = zero;
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
      to = (to + 8 * BYTES) & ADDRESS;
      source += 2 * row;
    }
  }

  /**
   * sums += k (s + slope δ) of the coordinates that {@link VectorSteinWide} leaves, one by one: the
   * sums stay in registers over all sources.
   */
  static void sums(SteinBlock b) {
    FloatVector slope = FloatVector.broadcast(FLOATS, b.slope);
    long row = b.d * 4L;
    long toScore = b.scoreAt - b.sourceAt;
    long behind = b.sourceAt + b.groups * (4 * row);
    for (int k = VectorSteinWide.coordinates(b.d); k < b.d; k++) {
      long tile = (b.tileAt + k * b.tileStep) & ADDRESS;
      long sum = (b.sumAt + k * b.tileStep) & ADDRESS;
      FloatVector y0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, tile, ORDER);
      FloatVector y1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, tile + BYTES, ORDER);
      FloatVector y2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, tile + 2 * BYTES, ORDER);
      FloatVector y3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, tile + 3 * BYTES, ORDER);
      FloatVector a0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, sum, ORDER);
      FloatVector a1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, sum + BYTES, ORDER);
      FloatVector a2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, sum + 2 * BYTES, ORDER);
      FloatVector a3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, sum + 3 * BYTES, ORDER);
      long kernel = b.kernelAt & ADDRESS;
      for (long x = b.sourceAt + k * 4L; x < behind; x += row) {
        FloatVector xv = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, x & ADDRESS));
        FloatVector sv = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, (x + toScore) & ADDRESS));
        FloatVector k0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, kernel, ORDER);
        FloatVector k1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, kernel + BYTES, ORDER);
        FloatVector k2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, kernel + 2 * BYTES, ORDER);
        FloatVector k3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, kernel + 3 * BYTES, ORDER);
        a0 = xv.sub(y0).fma(slope, sv).fma(k0, a0);
        a1 = xv.sub(y1).fma(slope, sv).fma(k1, a1);
        a2 = xv.sub(y2).fma(slope, sv).fma(k2, a2);
        a3 = xv.sub(y3).fma(slope, sv).fma(k3, a3);
        kernel = (kernel + 4 * BYTES) & ADDRESS;
      }
      a0.intoMemorySegment(MEMORY, sum, ORDER);
      a1.intoMemorySegment(MEMORY, sum + BYTES, ORDER);
      a2.intoMemorySegment(MEMORY, sum + 2 * BYTES, ORDER);
      a3.intoMemorySegment(MEMORY, sum + 3 * BYTES, ORDER);
    }
  }
}
