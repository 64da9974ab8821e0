package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.ORDER;
import static dev.maxent.cpu.VectorMath.addPower;
import static dev.maxent.cpu.VectorMath.clamp;
import static dev.maxent.cpu.VectorMath.larger;
import static dev.maxent.cpu.VectorMath.load;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Sweeps: each goes down one vector-wide strip of columns through all rows of a block and keeps one
 * vector of results per row in {@link Block#lanes}. Rows of a matrix are short and blocks are tall,
 * so this way the loop is long, and the block stays in the first-level cache between sweeps.
 *
 * <p>Every method is one small loop on purpose: HotSpot stops inlining helpers after some 8000
 * bytecodes per compiled method, and a vector that is not inlined is allocated on the heap.
 */
final class VectorSweeps {
  private VectorSweeps() {}

  static void maximum(MemorySegment q, long at, long stride, int rows, MemorySegment lanes) {
    for (int r = 0; r < rows; r++) {
      FloatVector v = load(q, at + r * stride);
      larger(load(lanes, r * BYTES), v).intoMemorySegment(lanes, r * BYTES, ORDER);
    }
  }

  static void maximumOfTwo(MemorySegment q, long at, long stride, int rows, MemorySegment lanes) {
    for (int r = 0; r < rows; r++) {
      FloatVector v = larger(load(q, at + r * stride), load(q, at + BYTES + r * stride));
      larger(load(lanes, r * BYTES), v).intoMemorySegment(lanes, r * BYTES, ORDER);
    }
  }

  static void maximumTail(
      MemorySegment q,
      long at,
      long stride,
      int rows,
      MemorySegment lanes,
      VectorMask<Float> mask) {
    for (int r = 0; r < rows; r++) {
      FloatVector v = load(q, at + r * stride, mask);
      larger(load(lanes, r * BYTES), v).intoMemorySegment(lanes, r * BYTES, ORDER);
    }
  }

  static void sum(MemorySegment q, long at, long stride, Block b) {
    for (int r = 0; r < b.rows; r++) {
      FloatVector scale = FloatVector.broadcast(FLOATS, b.scale[r]);
      FloatVector d = load(q, at + r * stride).sub(b.max[r]);
      d = clamp(d, FloatVector.broadcast(FLOATS, b.floor[r]));
      addPower(d, scale, load(b.lanes, r * BYTES)).intoMemorySegment(b.lanes, r * BYTES, ORDER);
    }
  }

  static void sumTail(MemorySegment q, long at, long stride, Block b, VectorMask<Float> mask) {
    for (int r = 0; r < b.rows; r++) {
      FloatVector scale = FloatVector.broadcast(FLOATS, b.scale[r]);
      FloatVector d = load(q, at + r * stride, mask).sub(b.max[r]);
      d = clamp(d, FloatVector.broadcast(FLOATS, b.floor[r]));
      FloatVector e = addPower(d, scale, FloatVector.zero(FLOATS));
      load(b.lanes, r * BYTES).add(e, mask).intoMemorySegment(b.lanes, r * BYTES, ORDER);
    }
  }

  /** Lanes beyond the mask count as −∞ and add less than 2⁻¹²⁵ to either sum. */
  static void sumWeighted(
      MemorySegment q, long at, long stride, Block b, VectorMask<Float> mask) {
    for (int r = 0; r < b.rows; r++) {
      FloatVector scale = FloatVector.broadcast(FLOATS, b.scale[r]);
      FloatVector d = load(q, at + r * stride, mask).sub(b.max[r]);
      d = clamp(d, FloatVector.broadcast(FLOATS, b.floor[r]));
      FloatVector e = addPower(d, scale, FloatVector.zero(FLOATS));
      load(b.lanes, r * BYTES).add(e, mask).intoMemorySegment(b.lanes, r * BYTES, ORDER);
      e.fma(d.mul(scale), load(b.lanes2, r * BYTES))
          .intoMemorySegment(b.lanes2, r * BYTES, ORDER);
    }
  }

  static void store(
      MemorySegment q,
      long at,
      long stride,
      Block b,
      MemorySegment out,
      long outAt,
      VectorMask<Float> mask) {
    for (int r = 0; r < b.rows; r++) {
      FloatVector d = load(q, at + r * stride, mask).sub(b.max[r]);
      FloatVector floor = FloatVector.broadcast(FLOATS, b.floor[r]);
      VectorMask<Float> below = d.compare(VectorOperators.LT, floor);
      FloatVector scale = FloatVector.broadcast(FLOATS, b.scale[r]);
      addPower(d.blend(floor, below), scale, FloatVector.zero(FLOATS))
          .mul(b.factor[r])
          .blend(0f, below)
          .intoMemorySegment(out, outAt + r * stride, ORDER, mask);
    }
  }

  static void storeSum(
      MemorySegment q,
      long at,
      long stride,
      Block b,
      MemorySegment out,
      long outAt,
      VectorMask<Float> mask) {
    for (int r = 0; r < b.rows; r++) {
      FloatVector d = load(q, at + r * stride, mask).sub(b.max[r]);
      FloatVector floor = FloatVector.broadcast(FLOATS, b.floor[r]);
      VectorMask<Float> below = d.compare(VectorOperators.LT, floor);
      d = d.blend(floor, below);
      FloatVector scale = FloatVector.broadcast(FLOATS, b.scale[r]);
      FloatVector e = addPower(d, scale, FloatVector.zero(FLOATS)).blend(0f, below);
      e.intoMemorySegment(out, outAt + r * stride, ORDER, mask);
      load(b.lanes, r * BYTES).add(e).intoMemorySegment(b.lanes, r * BYTES, ORDER);
      e.fma(d.mul(scale), load(b.lanes2, r * BYTES))
          .intoMemorySegment(b.lanes2, r * BYTES, ORDER);
    }
  }

  static void multiply(
      MemorySegment out, long at, long stride, Block b, VectorMask<Float> mask) {
    for (int r = 0; r < b.rows; r++) {
      FloatVector.fromMemorySegment(FLOATS, out, at + r * stride, ORDER, mask)
          .mul(b.factor[r])
          .intoMemorySegment(out, at + r * stride, ORDER, mask);
    }
  }

  static void storeLog(
      MemorySegment q,
      long at,
      long stride,
      Block b,
      MemorySegment out,
      long outAt,
      VectorMask<Float> mask) {
    for (int r = 0; r < b.rows; r++) {
      FloatVector.fromMemorySegment(FLOATS, q, at + r * stride, ORDER, mask)
          .sub(b.max[r])
          .fma(b.factor[r], (float) -b.log[r])
          .intoMemorySegment(out, outAt + r * stride, ORDER, mask);
    }
  }
}
