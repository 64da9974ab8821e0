package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.MEMORY;
import static dev.maxent.cpu.VectorMath.load;

import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The Stein direction with the RBF kernel, in three loops over a chunk of sources: squared
 * distances, kernels, sums. Lanes are targets, whose coordinates lie in rows of a tile; sources
 * come in groups of four, their coordinates broadcast from where they are. Loops over coordinates
 * have a step that HotSpot does not know, so they stay as they are written.
 */
final class VectorStein {
  private static final ValueLayout.OfFloat REAL = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private VectorStein() {}

  static FloatVector spread(long address) {
    return FloatVector.broadcast(FLOATS, MEMORY.get(REAL, address));
  }

  /** 2^(square · scale), which is kept at or above −127 octaves, where it is 0. */
  static FloatVector kernel(FloatVector square, FloatVector limit, FloatVector scale) {
    FloatVector near = square.blend(limit, square.compare(VectorOperators.GT, limit));
    return VectorMath.power(near, scale);
  }

  /** values ← r² of groups of four sources and two vectors of targets. */
  static void squaresOfPair(SteinBlock b) {
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
      FloatVector b0 = a0;
      FloatVector b1 = a0;
      FloatVector b2 = a0;
      FloatVector b3 = a0;
      long p = x;
      long end = b.tileAt + rows;
      for (long at = b.tileAt; at < end; at += step) {
        FloatVector ya = load(at);
        FloatVector yb = load(at + BYTES);
        FloatVector x0 = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, p));
        FloatVector x1 = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, p + row));
        FloatVector x2 = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, p + 2 * row));
        FloatVector x3 = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, p + 3 * row));
        FloatVector da = x0.sub(ya);
        FloatVector db = x0.sub(yb);
        a0 = da.fma(da, a0);
        b0 = db.fma(db, b0);
        da = x1.sub(ya);
        db = x1.sub(yb);
        a1 = da.fma(da, a1);
        b1 = db.fma(db, b1);
        da = x2.sub(ya);
        db = x2.sub(yb);
        a2 = da.fma(da, a2);
        b2 = db.fma(db, b2);
        da = x3.sub(ya);
        db = x3.sub(yb);
        a3 = da.fma(da, a3);
        b3 = db.fma(db, b3);
        p += 4;
      }
      VectorMath.store(a0, to);
      VectorMath.store(b0, to + BYTES);
      VectorMath.store(a1, to + 2 * BYTES);
      VectorMath.store(b1, to + 3 * BYTES);
      VectorMath.store(a2, to + 4 * BYTES);
      VectorMath.store(b2, to + 5 * BYTES);
      VectorMath.store(a3, to + 6 * BYTES);
      VectorMath.store(b3, to + 7 * BYTES);
      to += 8 * BYTES;
      x += 4 * row;
    }
  }

  /** The same with one vector of targets. */
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

  /**
   * sums += k (s + slope δ) for two vectors of targets, two coordinates at a time: their sums stay
   * in registers over all sources. With four HotSpot would allocate vectors, see {@link Apart}.
   */
  static void sumsOfPair(SteinBlock b) {
    FloatVector slope = FloatVector.broadcast(FLOATS, b.slope);
    long step = b.tileStep;
    long row = b.d * 4L;
    long toScore = b.scoreAt - b.sourceAt;
    long behind = b.sourceAt + b.groups * (4 * row);
    for (int k = 0; k + 2 <= b.d; k += 2) {
      long tile = b.tileAt + k * step;
      long sums = b.sumAt + k * step;
      FloatVector ya0 = load(tile);
      FloatVector yb0 = load(tile + BYTES);
      FloatVector ya1 = load(tile + step);
      FloatVector yb1 = load(tile + step + BYTES);
      FloatVector a0 = load(sums);
      FloatVector b0 = load(sums + BYTES);
      FloatVector a1 = load(sums + step);
      FloatVector b1 = load(sums + step + BYTES);
      long kernel = b.kernelAt;
      for (long x = b.sourceAt + k * 4L; x < behind; x += row) {
        FloatVector ka = load(kernel);
        FloatVector kb = load(kernel + BYTES);
        FloatVector xv = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, x));
        FloatVector sv = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, x + toScore));
        a0 = xv.sub(ya0).fma(slope, sv).fma(ka, a0);
        b0 = xv.sub(yb0).fma(slope, sv).fma(kb, b0);
        xv = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, x + 4));
        sv = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, x + 4 + toScore));
        a1 = xv.sub(ya1).fma(slope, sv).fma(ka, a1);
        b1 = xv.sub(yb1).fma(slope, sv).fma(kb, b1);
        kernel += 2 * BYTES;
      }
      VectorMath.store(a0, sums);
      VectorMath.store(b0, sums + BYTES);
      VectorMath.store(a1, sums + step);
      VectorMath.store(b1, sums + step + BYTES);
    }
  }

  /** The same for the last coordinate, where their number is odd. */
  static void sumsOfLast(SteinBlock b) {
    FloatVector slope = FloatVector.broadcast(FLOATS, b.slope);
    long row = b.d * 4L;
    long toScore = b.scoreAt - b.sourceAt;
    long behind = b.sourceAt + b.groups * (4 * row);
    long last = (b.d - 1) * b.tileStep;
    FloatVector ya = load(b.tileAt + last);
    FloatVector yb = load(b.tileAt + last + BYTES);
    FloatVector sumA = load(b.sumAt + last);
    FloatVector sumB = load(b.sumAt + last + BYTES);
    long kernel = b.kernelAt;
    for (long x = b.sourceAt + row - 4; x < behind; x += row) {
      FloatVector xv = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, x));
      FloatVector sv = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, x + toScore));
      sumA = xv.sub(ya).fma(slope, sv).fma(load(kernel), sumA);
      sumB = xv.sub(yb).fma(slope, sv).fma(load(kernel + BYTES), sumB);
      kernel += 2 * BYTES;
    }
    VectorMath.store(sumA, b.sumAt + last);
    VectorMath.store(sumB, b.sumAt + last + BYTES);
  }

  /** The same for one vector of targets. */
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
