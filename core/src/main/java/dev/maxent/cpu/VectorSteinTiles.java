package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.ADDRESS;
import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.INTS;
import static dev.maxent.cpu.VectorMath.LANES;
import static dev.maxent.cpu.VectorMath.MEMORY;
import static dev.maxent.cpu.VectorMath.ORDER;
import static dev.maxent.cpu.VectorMath.loadInts;
import static dev.maxent.cpu.VectorMath.store;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * One vector of whole particles to a tile and back. Each vector is put together from d others by
 * permutes, which is quicker than element by element while d is small.
 */
final class VectorSteinTiles {
  /** Most coordinates for which permutes are quicker. */
  static final int MOST_COORDINATES = 8;

  private static final int LOG_LANES = Integer.numberOfTrailingZeros(LANES);

  private VectorSteinTiles() {}

  /** Rows at b.tileAt ← coordinates at b.sourceAt. */
  static void pack(SteinBlock b) {
    int d = b.d;
    IntVector element = IntVector.broadcast(INTS, 0).addIndex(1).mul(d);
    long to = b.tileAt;
    long end = b.sourceAt + d * BYTES;
    for (int k = 0; k < d; k++) {
      IntVector vector = element.lanewise(VectorOperators.LSHR, LOG_LANES);
      IntVector lane = element.and(LANES - 1);
      IntVector row = IntVector.zero(INTS);
      for (long at = b.sourceAt; at < end; at += BYTES) {
        row = row.blend(lane.selectFrom(loadInts(at)), vector.compare(VectorOperators.EQ, 0));
        vector = vector.sub(1);
      }
      store(row, to);
      to += b.tileStep;
      element = element.add(1);
    }
  }

  /**
   * Some vectors are added to others. Without helpers, which HotSpot may leave out of a loop: in
   * one of some fifty runs a direction took three times as long, by as much as each of these
   * additions takes with its vectors on the heap.
   */
  static void add(long from, long to, int vectors) {
    for (long at = 0; at < vectors * BYTES; at += BYTES) {
      long target = (to + at) & ADDRESS;
      FloatVector.fromMemorySegment(FLOATS, MEMORY, target, ORDER)
          .add(FloatVector.fromMemorySegment(FLOATS, MEMORY, (from + at) & ADDRESS, ORDER))
          .intoMemorySegment(MEMORY, target, ORDER);
    }
  }

  /** Coordinates at b.sourceAt ← rows at b.sumAt, times b.share. */
  static void unpack(SteinBlock b) {
    int d = b.d;
    // Exact for numbers below 8192.
    int reciprocal = 65536 / d + 1;
    IntVector element = IntVector.broadcast(INTS, 0).addIndex(1);
    for (int v = 0; v < d; v++) {
      IntVector particle = element.mul(reciprocal).lanewise(VectorOperators.LSHR, 16);
      IntVector coordinate = element.sub(particle.mul(d));
      IntVector out = IntVector.zero(INTS);
      long at = b.sumAt;
      for (int k = 0; k < d; k++) {
        out =
            out.blend(particle.selectFrom(loadInts(at)), coordinate.compare(VectorOperators.EQ, k));
        at += b.tileStep;
      }
      store(out.reinterpretAsFloats().mul(b.share), b.sourceAt + v * BYTES);
      element = element.add(LANES);
    }
  }
}
