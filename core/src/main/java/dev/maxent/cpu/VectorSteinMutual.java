package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.ADDRESS;
import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.INTS;
import static dev.maxent.cpu.VectorMath.LANES;
import static dev.maxent.cpu.VectorMath.MEMORY;
import static dev.maxent.cpu.VectorMath.ORDER;
import static dev.maxent.cpu.VectorMath.STRIDE;
import static dev.maxent.cpu.VectorMath.load;
import static dev.maxent.cpu.VectorMath.store;
import static dev.maxent.cpu.VectorMath.swapped;

import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Sums of a chunk of sources and a tile of targets for both: φ(y) gets k (s(x) / slope + δ), φ(x)
 * gets k (s(y) / slope − δ), times the slope at the end. Three additions and two multiply-adds, of
 * which half the last differences become multiply-adds as well: as many for either kind of unit.
 */
final class VectorSteinMutual {
  private static final ValueLayout.OfFloat REAL = ValueLayout.JAVA_FLOAT_UNALIGNED;

  /** Sources of a chunk. */
  static final int SOURCES = 32;

  private VectorSteinMutual() {}

  /**
   * Adds the terms of a tile to its sums, and to vectors of sums of the sources, coordinate by
   * coordinate.
   */
  static void sums(SteinBlock b) {
    FloatVector one = FloatVector.broadcast(FLOATS, 1f);
    long step = b.tileStep & STRIDE;
    long rows = b.d * step;
    long toScore = rows & STRIDE;
    long twice = 2 * step;
    long behind = b.kernelAt + SOURCES * 4 * BYTES;
    long source = b.sourceTileAt;
    long own = b.ownAt & ADDRESS;
    long toSum = b.sumAt - b.tileAt;
    long end = b.tileAt + rows;
    for (long tile = b.tileAt; tile < end; tile += step) {
      long at = tile & ADDRESS;
      long sum = (tile + toSum) & ADDRESS;
      FloatVector y0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, at, ORDER);
      FloatVector y1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, at + BYTES, ORDER);
      FloatVector y2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, at + 2 * BYTES, ORDER);
      FloatVector y3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, at + 3 * BYTES, ORDER);
      at = (tile + toScore) & ADDRESS;
      FloatVector t0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, at, ORDER);
      FloatVector t1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, at + BYTES, ORDER);
      FloatVector t2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, at + 2 * BYTES, ORDER);
      FloatVector t3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, at + 3 * BYTES, ORDER);
      FloatVector a0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, sum, ORDER);
      FloatVector a1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, sum + BYTES, ORDER);
      FloatVector a2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, sum + 2 * BYTES, ORDER);
      FloatVector a3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, sum + 3 * BYTES, ORDER);
      long x = source & ADDRESS;
      for (long k = b.kernelAt; k < behind; k += twice) {
        long kernel = k & ADDRESS;
        FloatVector k0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, kernel, ORDER);
        FloatVector k1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, kernel + BYTES, ORDER);
        FloatVector k2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, kernel + 2 * BYTES, ORDER);
        FloatVector k3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, kernel + 3 * BYTES, ORDER);
        FloatVector xv = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, x));
        FloatVector sv = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, x + toScore));
        FloatVector p = FloatVector.fromMemorySegment(FLOATS, MEMORY, own, ORDER);
        FloatVector e = xv.sub(y0);
        a0 = k0.fma(sv.add(e), a0);
        p = k0.fma(t0.sub(e), p);
        e = y1.sub(xv);
        a1 = k1.fma(sv.sub(e), a1);
        p = k1.fma(t1.fma(one, e), p);
        e = xv.sub(y2);
        a2 = k2.fma(sv.add(e), a2);
        p = k2.fma(t2.sub(e), p);
        e = y3.sub(xv);
        a3 = k3.fma(sv.sub(e), a3);
        p = k3.fma(t3.fma(one, e), p);
        p.intoMemorySegment(MEMORY, own, ORDER);
        k0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, kernel + 4 * BYTES, ORDER);
        k1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, kernel + 5 * BYTES, ORDER);
        k2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, kernel + 6 * BYTES, ORDER);
        k3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, kernel + 7 * BYTES, ORDER);
        xv = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, x + 4));
        sv = FloatVector.broadcast(FLOATS, MEMORY.get(REAL, x + 4 + toScore));
        p = FloatVector.fromMemorySegment(FLOATS, MEMORY, own + BYTES, ORDER);
        e = xv.sub(y0);
        a0 = k0.fma(sv.add(e), a0);
        p = k0.fma(t0.sub(e), p);
        e = y1.sub(xv);
        a1 = k1.fma(sv.sub(e), a1);
        p = k1.fma(t1.fma(one, e), p);
        e = xv.sub(y2);
        a2 = k2.fma(sv.add(e), a2);
        p = k2.fma(t2.sub(e), p);
        e = y3.sub(xv);
        a3 = k3.fma(sv.sub(e), a3);
        p = k3.fma(t3.fma(one, e), p);
        p.intoMemorySegment(MEMORY, own + BYTES, ORDER);
        x = (x + 8) & ADDRESS;
        own = (own + 2 * BYTES) & ADDRESS;
      }
      a0.intoMemorySegment(MEMORY, sum, ORDER);
      a1.intoMemorySegment(MEMORY, sum + BYTES, ORDER);
      a2.intoMemorySegment(MEMORY, sum + 2 * BYTES, ORDER);
      a3.intoMemorySegment(MEMORY, sum + 3 * BYTES, ORDER);
      source += step;
    }
  }

  /**
   * Adds up the lanes of the sources' vectors, and the sums to theirs. Two vectors that lie side by
   * side become one with the lanes of either in turn, so that those of 16 sources end up in order.
   */
  static void fold(SteinBlock b) {
    IntVector lane = IntVector.broadcast(INTS, 0).addIndex(1);
    long bytes = b.d * (SOURCES * BYTES);
    for (int bit = 1; bit < LANES; bit <<= 2) {
      bytes >>= 2;
      VectorMask<Float> odd = lane.and(bit).compare(VectorOperators.NE, 0).cast(FLOATS);
      VectorMask<Float> late = lane.and(2 * bit).compare(VectorOperators.NE, 0).cast(FLOATS);
      IntVector swap = lane.lanewise(VectorOperators.XOR, bit);
      IntVector swapLate = lane.lanewise(VectorOperators.XOR, 2 * bit);
      long from = b.ownAt;
      long end = b.ownAt + bytes;
      for (long to = b.ownAt; to < end; to += BYTES) {
        FloatVector u = load(from);
        FloatVector v = load(from + BYTES);
        FloatVector early = u.blend(v, odd).add(swapped(v.blend(u, odd), swap));
        u = load(from + 2 * BYTES);
        v = load(from + 3 * BYTES);
        FloatVector other = u.blend(v, odd).add(swapped(v.blend(u, odd), swap));
        FloatVector far = swapped(other.blend(early, late), swapLate);
        store(early.blend(other, late).add(far), to);
        from += 4 * BYTES;
      }
    }
    FloatVector slope = FloatVector.broadcast(FLOATS, b.slope);
    long step = b.tileStep;
    long sum = b.sourceTileAt + 2L * b.d * step;
    long end = b.ownAt + bytes;
    for (long from = b.ownAt; from < end; from += 2 * BYTES) {
      store(load(from).fma(slope, load(sum)), sum);
      store(load(from + BYTES).fma(slope, load(sum + BYTES)), sum + BYTES);
      sum += step;
    }
  }

  /** Adds a tile's own sums to all of its. */
  static void settle(SteinBlock b) {
    FloatVector slope = FloatVector.broadcast(FLOATS, b.slope);
    long rows = b.d * b.tileStep;
    long from = b.sumAt;
    long sum = b.tileAt + 2 * rows;
    long end = sum + rows;
    for (; sum < end; sum += BYTES) {
      store(load(from).fma(slope, load(sum)), sum);
      from += BYTES;
    }
  }

  /** A tile's scores ← scores / slope. */
  static void scale(SteinBlock b) {
    FloatVector slope = FloatVector.broadcast(FLOATS, b.slope);
    long rows = b.d * b.tileStep;
    long end = b.tileAt + 2 * rows;
    for (long at = b.tileAt + rows; at < end; at += BYTES) {
      store(load(at).div(slope), at);
    }
  }

  /** Kernels with the targets behind the last ← 0. */
  static void trim(SteinBlock b) {
    IntVector lane = IntVector.broadcast(INTS, 0).addIndex(1);
    long end = b.kernelAt + SOURCES * 4 * BYTES;
    for (long v = 0; v < 4; v++) {
      int targets = b.targets - (int) v * LANES;
      VectorMask<Float> there = lane.compare(VectorOperators.LT, targets).cast(FLOATS);
      FloatVector share = FloatVector.zero(FLOATS).blend(1f, there);
      for (long at = b.kernelAt + v * BYTES; at < end; at += 4 * BYTES) {
        store(load(at).mul(share), at);
      }
    }
  }
}
