package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.MEMORY;
import static dev.maxent.cpu.VectorMath.load;
import static dev.maxent.cpu.VectorMath.store;

import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Sums of the Stein direction with the RBF kernel. Lanes are targets, whose coordinates lie in rows
 * of a tile; sources come in groups of four, their coordinates broadcast from where they are. The
 * loop over coordinates has a step that HotSpot does not know, so it stays as it is written.
 */
final class VectorStein {
  private VectorStein() {}

  static FloatVector spread(long address) {
    return FloatVector.broadcast(FLOATS, MEMORY.get(ValueLayout.JAVA_FLOAT_UNALIGNED, address));
  }

  /** k; r² · scale is kept at or above −127, where k is 0. */
  static FloatVector kernel(FloatVector square, FloatVector limit, FloatVector scale) {
    FloatVector near = square.blend(limit, square.compare(VectorOperators.GT, limit));
    return VectorMath.power(near, scale);
  }

  private static FloatVector squared(FloatVector x, FloatVector y, FloatVector sum) {
    FloatVector delta = x.sub(y);
    return delta.fma(delta, sum);
  }

  /** sum + k (s + slope δ). */
  private static FloatVector term(
      FloatVector x,
      FloatVector s,
      FloatVector y,
      FloatVector slope,
      FloatVector k,
      FloatVector sum) {
    return x.sub(y).fma(slope, s).fma(k, sum);
  }

  /** Two vectors of targets, groups of four sources. */
  static void pair(SteinBlock b) {
    FloatVector scale = FloatVector.broadcast(FLOATS, b.scale);
    FloatVector limit = FloatVector.broadcast(FLOATS, b.limit);
    FloatVector slope = FloatVector.broadcast(FLOATS, b.slope);
    long step = b.tileStep;
    long tile = b.tileAt;
    long end = tile + b.d * step;
    long toSum = b.sumAt - tile;
    long row = b.d * 4L;
    long x = b.sourceAt;
    long toScore = b.scoreAt - x;
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
      for (long at = tile; at < end; at += step) {
        FloatVector ya = load(at);
        FloatVector yb = load(at + BYTES);
        FloatVector x0 = spread(p);
        FloatVector x1 = spread(p + row);
        FloatVector x2 = spread(p + 2 * row);
        FloatVector x3 = spread(p + 3 * row);
        a0 = squared(x0, ya, a0);
        b0 = squared(x0, yb, b0);
        a1 = squared(x1, ya, a1);
        b1 = squared(x1, yb, b1);
        a2 = squared(x2, ya, a2);
        b2 = squared(x2, yb, b2);
        a3 = squared(x3, ya, a3);
        b3 = squared(x3, yb, b3);
        p += 4;
      }
      a0 = kernel(a0, limit, scale);
      b0 = kernel(b0, limit, scale);
      a1 = kernel(a1, limit, scale);
      b1 = kernel(b1, limit, scale);
      a2 = kernel(a2, limit, scale);
      b2 = kernel(b2, limit, scale);
      a3 = kernel(a3, limit, scale);
      b3 = kernel(b3, limit, scale);
      p = x;
      for (long at = tile; at < end; at += step) {
        FloatVector ya = load(at);
        FloatVector yb = load(at + BYTES);
        FloatVector sumA = load(at + toSum);
        FloatVector sumB = load(at + toSum + BYTES);
        long q = p + toScore;
        FloatVector x0 = spread(p);
        FloatVector s0 = spread(q);
        sumA = term(x0, s0, ya, slope, a0, sumA);
        sumB = term(x0, s0, yb, slope, b0, sumB);
        FloatVector x1 = spread(p + row);
        FloatVector s1 = spread(q + row);
        sumA = term(x1, s1, ya, slope, a1, sumA);
        sumB = term(x1, s1, yb, slope, b1, sumB);
        FloatVector x2 = spread(p + 2 * row);
        FloatVector s2 = spread(q + 2 * row);
        sumA = term(x2, s2, ya, slope, a2, sumA);
        sumB = term(x2, s2, yb, slope, b2, sumB);
        FloatVector x3 = spread(p + 3 * row);
        FloatVector s3 = spread(q + 3 * row);
        sumA = term(x3, s3, ya, slope, a3, sumA);
        sumB = term(x3, s3, yb, slope, b3, sumB);
        store(sumA, at + toSum);
        store(sumB, at + toSum + BYTES);
        p += 4;
      }
      x += 4 * row;
    }
  }

  /** One vector of targets, groups of four sources. */
  static void single(SteinBlock b) {
    FloatVector scale = FloatVector.broadcast(FLOATS, b.scale);
    FloatVector limit = FloatVector.broadcast(FLOATS, b.limit);
    FloatVector slope = FloatVector.broadcast(FLOATS, b.slope);
    long step = b.tileStep;
    long tile = b.tileAt;
    long end = tile + b.d * step;
    long toSum = b.sumAt - tile;
    long row = b.d * 4L;
    long x = b.sourceAt;
    long toScore = b.scoreAt - x;
    for (int g = 0; g < b.groups; g++) {
      FloatVector a0 = FloatVector.zero(FLOATS);
      FloatVector a1 = a0;
      FloatVector a2 = a0;
      FloatVector a3 = a0;
      long p = x;
      for (long at = tile; at < end; at += step) {
        FloatVector y = load(at);
        a0 = squared(spread(p), y, a0);
        a1 = squared(spread(p + row), y, a1);
        a2 = squared(spread(p + 2 * row), y, a2);
        a3 = squared(spread(p + 3 * row), y, a3);
        p += 4;
      }
      a0 = kernel(a0, limit, scale);
      a1 = kernel(a1, limit, scale);
      a2 = kernel(a2, limit, scale);
      a3 = kernel(a3, limit, scale);
      p = x;
      for (long at = tile; at < end; at += step) {
        FloatVector y = load(at);
        FloatVector sum = load(at + toSum);
        long q = p + toScore;
        sum = term(spread(p), spread(q), y, slope, a0, sum);
        sum = term(spread(p + row), spread(q + row), y, slope, a1, sum);
        sum = term(spread(p + 2 * row), spread(q + 2 * row), y, slope, a2, sum);
        sum = term(spread(p + 3 * row), spread(q + 3 * row), y, slope, a3, sum);
        store(sum, at + toSum);
        p += 4;
      }
      x += 4 * row;
    }
  }
}
