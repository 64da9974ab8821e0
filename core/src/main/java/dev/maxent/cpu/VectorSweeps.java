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
 * Sweeps: each goes down a strip of columns, one or two vectors wide, through all rows of a block
 * and keeps one vector of results per row in {@link Block#lanes}. Rows are short and blocks are
 * tall, so this way the loop is long, and the block stays in the first-level cache between sweeps.
 * All have the signature that {@link Apart} calls; lanes beyond the mask are −∞.
 */
final class VectorSweeps {
  private VectorSweeps() {}

  static void maximum(
      MemorySegment q,
      long at,
      long stride,
      Block b,
      MemorySegment lanes,
      long lanesAt,
      long lanesIn) {
    VectorMask<Float> mask = VectorMask.fromLong(FLOATS, lanesIn);
    int rows = b.rows;
    for (int r = 0; r < rows; r++) {
      FloatVector v = load(q, at + r * stride, mask);
      long to = lanesAt + r * BYTES;
      larger(load(lanes, to), v).intoMemorySegment(lanes, to, ORDER);
    }
  }

  static void maximumOfTwo(
      MemorySegment q,
      long at,
      long stride,
      Block b,
      MemorySegment lanes,
      long lanesAt,
      long lanesIn) {
    int rows = b.rows;
    for (int r = 0; r < rows; r++) {
      FloatVector v = larger(load(q, at + r * stride), load(q, at + BYTES + r * stride));
      long to = lanesAt + r * BYTES;
      larger(load(lanes, to), v).intoMemorySegment(lanes, to, ORDER);
    }
  }

  static void sum(
      MemorySegment q,
      long at,
      long stride,
      Block b,
      MemorySegment lanes,
      long lanesAt,
      long lanesIn) {
    VectorMask<Float> mask = VectorMask.fromLong(FLOATS, lanesIn);
    int rows = b.rows;
    float[] max = b.max;
    float[] scale = b.scale;
    float[] floor = b.floor;
    for (int r = 0; r < rows; r++) {
      FloatVector octaves = FloatVector.broadcast(FLOATS, scale[r]);
      FloatVector d = load(q, at + r * stride, mask).sub(max[r]);
      d = clamp(d, FloatVector.broadcast(FLOATS, floor[r]));
      FloatVector e = addPower(d, octaves, FloatVector.zero(FLOATS));
      long to = lanesAt + r * BYTES;
      load(lanes, to).add(e, mask).intoMemorySegment(lanes, to, ORDER);
    }
  }

  static void sumOfTwo(
      MemorySegment q,
      long at,
      long stride,
      Block b,
      MemorySegment lanes,
      long lanesAt,
      long lanesIn) {
    int rows = b.rows;
    float[] max = b.max;
    float[] scale = b.scale;
    float[] floor = b.floor;
    for (int r = 0; r < rows; r++) {
      FloatVector octaves = FloatVector.broadcast(FLOATS, scale[r]);
      FloatVector lowest = FloatVector.broadcast(FLOATS, floor[r]);
      FloatVector shift = FloatVector.broadcast(FLOATS, max[r]);
      FloatVector c = clamp(load(q, at + r * stride).sub(shift), lowest);
      FloatVector d = clamp(load(q, at + BYTES + r * stride).sub(shift), lowest);
      long to = lanesAt + r * BYTES;
      addPower(d, octaves, addPower(c, octaves, load(lanes, to)))
          .intoMemorySegment(lanes, to, ORDER);
    }
  }

  /** Lanes beyond the mask add less than 2⁻¹²⁰ to the weighted sum. */
  static void sumWeighted(
      MemorySegment q,
      long at,
      long stride,
      Block b,
      MemorySegment lanes,
      long lanesAt,
      long lanesIn) {
    VectorMask<Float> mask = VectorMask.fromLong(FLOATS, lanesIn);
    int rows = b.rows;
    float[] max = b.max;
    float[] scale = b.scale;
    float[] floor = b.floor;
    MemorySegment lanes2 = b.lanes2;
    for (int r = 0; r < rows; r++) {
      FloatVector octaves = FloatVector.broadcast(FLOATS, scale[r]);
      FloatVector d = load(q, at + r * stride, mask).sub(max[r]);
      d = clamp(d, FloatVector.broadcast(FLOATS, floor[r]));
      FloatVector e = addPower(d, octaves, FloatVector.zero(FLOATS));
      long to = lanesAt + r * BYTES;
      load(lanes, to).add(e, mask).intoMemorySegment(lanes, to, ORDER);
      e.fma(d.mul(octaves), load(lanes2, to)).intoMemorySegment(lanes2, to, ORDER);
    }
  }

  static void store(
      MemorySegment q,
      long at,
      long stride,
      Block b,
      MemorySegment out,
      long outAt,
      long lanesIn) {
    VectorMask<Float> mask = VectorMask.fromLong(FLOATS, lanesIn);
    int rows = b.rows;
    float[] max = b.max;
    float[] scale = b.scale;
    float[] floor = b.floor;
    float[] factor = b.factor;
    for (int r = 0; r < rows; r++) {
      FloatVector d = load(q, at + r * stride, mask).sub(max[r]);
      FloatVector lowest = FloatVector.broadcast(FLOATS, floor[r]);
      VectorMask<Float> below = d.compare(VectorOperators.LT, lowest);
      FloatVector octaves = FloatVector.broadcast(FLOATS, scale[r]);
      addPower(d.blend(lowest, below), octaves, FloatVector.zero(FLOATS))
          .mul(factor[r])
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
      long lanesIn) {
    VectorMask<Float> mask = VectorMask.fromLong(FLOATS, lanesIn);
    int rows = b.rows;
    float[] max = b.max;
    float[] scale = b.scale;
    float[] floor = b.floor;
    MemorySegment lanes = b.lanes;
    MemorySegment lanes2 = b.lanes2;
    for (int r = 0; r < rows; r++) {
      FloatVector d = load(q, at + r * stride, mask).sub(max[r]);
      FloatVector lowest = FloatVector.broadcast(FLOATS, floor[r]);
      VectorMask<Float> below = d.compare(VectorOperators.LT, lowest);
      d = d.blend(lowest, below);
      FloatVector octaves = FloatVector.broadcast(FLOATS, scale[r]);
      FloatVector e = addPower(d, octaves, FloatVector.zero(FLOATS)).blend(0f, below);
      e.intoMemorySegment(out, outAt + r * stride, ORDER, mask);
      long to = r * BYTES;
      load(lanes, to).add(e).intoMemorySegment(lanes, to, ORDER);
      e.fma(d.mul(octaves), load(lanes2, to)).intoMemorySegment(lanes2, to, ORDER);
    }
  }

  static void multiply(
      MemorySegment q,
      long at,
      long stride,
      Block b,
      MemorySegment out,
      long outAt,
      long lanesIn) {
    VectorMask<Float> mask = VectorMask.fromLong(FLOATS, lanesIn);
    int rows = b.rows;
    float[] factor = b.factor;
    for (int r = 0; r < rows; r++) {
      FloatVector.fromMemorySegment(FLOATS, out, outAt + r * stride, ORDER, mask)
          .mul(factor[r])
          .intoMemorySegment(out, outAt + r * stride, ORDER, mask);
    }
  }

  static void storeLog(
      MemorySegment q,
      long at,
      long stride,
      Block b,
      MemorySegment out,
      long outAt,
      long lanesIn) {
    VectorMask<Float> mask = VectorMask.fromLong(FLOATS, lanesIn);
    int rows = b.rows;
    float[] max = b.max;
    float[] factor = b.factor;
    double[] log = b.log;
    for (int r = 0; r < rows; r++) {
      FloatVector.fromMemorySegment(FLOATS, q, at + r * stride, ORDER, mask)
          .sub(max[r])
          .fma(factor[r], (float) -log[r])
          .intoMemorySegment(out, outAt + r * stride, ORDER, mask);
    }
  }
}
