package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.MEMORY;
import static dev.maxent.cpu.VectorMath.load;

import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * The Stein direction with the RBF kernel, in three loops over a chunk of sources: squared
 * distances, kernels, sums. Lanes are targets, whose coordinates lie in rows of a tile; sources
 * come in groups of four, their coordinates broadcast from where they are. Loops over coordinates
 * have a step that HotSpot does not know, so they stay as they are written.
 */
final class VectorStein {
  private static final ValueLayout.OfFloat REAL = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private VectorStein() {}

  /**
   * 2^(square · scale), which is kept at or above −127 octaves, where it is 0. Numbers that are not
   * negative have the order of their bits, and the smaller of two integers is one instruction.
   */
  static FloatVector kernel(FloatVector square, FloatVector limit, FloatVector scale) {
    IntVector near = square.reinterpretAsInts().min(limit.reinterpretAsInts());
    return VectorMath.power(near.reinterpretAsFloats(), scale);
  }

  /** values ← r² of groups of four sources. */
  static void squaresOfOne(SteinBlock b) {
    long step = b.tileStep;
    long rows = b.d * step;
    long row = b.d * 4L;
    long x = b.sourceAt;
    long to = b.kernelAt;
    for (int g = 0; g < b.groups; g++) {
      FloatVector a0 = FloatVector.zero(FLOATS);
      FloatVector a1 = a0;
      FloatVector a2 = a0;
      FloatVector a3 = a0;
      long p = x;
      long end = b.tileAt + rows;
      for (long at = b.tileAt; at < end; at += step) {
        FloatVector y = load(at);
        FloatVector delta = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, p)).sub(y);
        a0 = delta.fma(delta, a0);
        delta = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, p + row)).sub(y);
        a1 = delta.fma(delta, a1);
        delta = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, p + 2 * row)).sub(y);
        a2 = delta.fma(delta, a2);
        delta = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, p + 3 * row)).sub(y);
        a3 = delta.fma(delta, a3);
        p += 4;
      }
      VectorMath.store(a0, to);
      VectorMath.store(a1, to + BYTES);
      VectorMath.store(a2, to + 2 * BYTES);
      VectorMath.store(a3, to + 3 * BYTES);
      to += 4 * BYTES;
      x += 4 * row;
    }
  }

  /** values ← k, two vectors at a time. */
  static void kernels(SteinBlock b) {
    FloatVector scale = FloatVector.broadcast(FLOATS, b.scale);
    FloatVector limit = FloatVector.broadcast(FLOATS, b.limit);
    long end = b.kernelAt + b.kernels * BYTES;
    for (long at = b.kernelAt; at < end; at += 2 * BYTES) {
      FloatVector first = kernel(load(at), limit, scale);
      FloatVector second = kernel(load(at + BYTES), limit, scale);
      VectorMath.store(first, at);
      VectorMath.store(second, at + BYTES);
    }
  }

  /** sums += k (s + slope δ). */
  static void sumsOfOne(SteinBlock b) {
    FloatVector slope = FloatVector.broadcast(FLOATS, b.slope);
    long step = b.tileStep;
    long rows = b.d * step;
    long toSum = b.sumAt - b.tileAt;
    long row = b.d * 4L;
    long x = b.sourceAt;
    long toScore = b.scoreAt - x;
    long from = b.kernelAt;
    for (int g = 0; g < b.groups; g++) {
      FloatVector a0 = load(from);
      FloatVector a1 = load(from + BYTES);
      FloatVector a2 = load(from + 2 * BYTES);
      FloatVector a3 = load(from + 3 * BYTES);
      long p = x;
      long end = b.tileAt + rows;
      for (long at = b.tileAt; at < end; at += step) {
        FloatVector y = load(at);
        FloatVector sum = load(at + toSum);
        long q = p + toScore;
        FloatVector xv = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, p));
        FloatVector sv = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, q));
        sum = xv.sub(y).fma(slope, sv).fma(a0, sum);
        xv = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, p + row));
        sv = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, q + row));
        sum = xv.sub(y).fma(slope, sv).fma(a1, sum);
        xv = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, p + 2 * row));
        sv = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, q + 2 * row));
        sum = xv.sub(y).fma(slope, sv).fma(a2, sum);
        xv = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, p + 3 * row));
        sv = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, q + 3 * row));
        sum = xv.sub(y).fma(slope, sv).fma(a3, sum);
        VectorMath.store(sum, at + toSum);
        p += 4;
      }
      from += 4 * BYTES;
      x += 4 * row;
    }
  }
}
