package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.clamp;
import static dev.maxent.cpu.VectorMath.load;
import static dev.maxent.cpu.VectorMath.power;
import static dev.maxent.cpu.VectorMath.store;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Loops that write a block of the same shape, down a strip of one vector or along rows. Those named
 * after a part write only the lanes that hold columns; masked stores are several times dearer. All
 * have the signature that {@link Apart} calls.
 */
final class VectorStores {
  private VectorStores() {}

  /** e · factor, exactly 0 for −∞. */
  static void scaledPower(long q, long stride, Block b, long out, long inside) {
    VectorMask<Float> mask = VectorMask.fromLong(FLOATS, inside);
    int rows = b.rows;
    float[] max = b.max;
    float[] scale = b.scale;
    float[] floor = b.floor;
    float[] factor = b.factor;
    for (int r = 0; r < rows; r++) {
      FloatVector d = load(q + r * stride, mask).sub(max[r]);
      d = clamp(d, FloatVector.broadcast(FLOATS, floor[r]));
      FloatVector e = power(d, FloatVector.broadcast(FLOATS, scale[r]));
      store(e.mul(factor[r]), out + r * stride, mask);
    }
  }

  /** e, exactly 0 for −∞, with Σ e and Σ e·x. */
  static void powerAndSums(long q, long stride, Block b, long out, long unused) {
    int rows = b.rows;
    float[] max = b.max;
    float[] scale = b.scale;
    float[] floor = b.floor;
    long lanes = b.lanes;
    long lanes2 = b.lanes2;
    for (int r = 0; r < rows; r++) {
      FloatVector d = load(q + r * stride).sub(max[r]);
      d = clamp(d, FloatVector.broadcast(FLOATS, floor[r]));
      FloatVector octaves = FloatVector.broadcast(FLOATS, scale[r]);
      FloatVector e = power(d, octaves);
      store(e, out + r * stride);
      long to = r * BYTES;
      store(load(lanes + to).add(e), lanes + to);
      store(e.fma(d.mul(octaves), load(lanes2 + to)), lanes2 + to);
    }
  }

  /** The same for the lanes inside. */
  static void powerAndSumsOfPart(long q, long stride, Block b, long out, long inside) {
    VectorMask<Float> mask = VectorMask.fromLong(FLOATS, inside);
    int rows = b.rows;
    float[] max = b.max;
    float[] scale = b.scale;
    float[] floor = b.floor;
    long lanes = b.lanes;
    long lanes2 = b.lanes2;
    for (int r = 0; r < rows; r++) {
      FloatVector d = load(q + r * stride, mask).sub(max[r]);
      d = clamp(d, FloatVector.broadcast(FLOATS, floor[r]));
      FloatVector octaves = FloatVector.broadcast(FLOATS, scale[r]);
      FloatVector e = power(d, octaves);
      store(e, out + r * stride, mask);
      long to = r * BYTES;
      store(load(lanes + to).add(e), lanes + to);
      store(e.fma(d.mul(octaves), load(lanes2 + to)), lanes2 + to);
    }
  }

  /** out · factor. */
  static void product(long out, long stride, Block b, long unused, long alsoUnused) {
    int rows = b.rows;
    float[] factor = b.factor;
    for (int r = 0; r < rows; r++) {
      long at = out + r * stride;
      store(load(at).mul(factor[r]), at);
    }
  }

  /** The same for the lanes inside. */
  static void productOfPart(long out, long stride, Block b, long unused, long inside) {
    VectorMask<Float> mask = VectorMask.fromLong(FLOATS, inside);
    int rows = b.rows;
    float[] factor = b.factor;
    for (int r = 0; r < rows; r++) {
      long at = out + r * stride;
      store(load(at, mask).mul(factor[r]), at, mask);
    }
  }

  /** (q − max) · factor − log. */
  static void logarithm(long q, long stride, Block b, long out, long inside) {
    VectorMask<Float> mask = VectorMask.fromLong(FLOATS, inside);
    int rows = b.rows;
    float[] max = b.max;
    float[] factor = b.factor;
    double[] log = b.log;
    for (int r = 0; r < rows; r++) {
      FloatVector d = load(q + r * stride, mask).sub(max[r]);
      store(d.fma(factor[r], (float) -log[r]), out + r * stride, mask);
    }
  }
}
