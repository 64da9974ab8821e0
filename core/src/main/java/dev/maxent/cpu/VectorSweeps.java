package dev.maxent.cpu;

import static dev.maxent.cpu.VectorFunctions.addPower;
import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.clamp;
import static dev.maxent.cpu.VectorMath.larger;
import static dev.maxent.cpu.VectorMath.load;
import static dev.maxent.cpu.VectorMath.store;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Loops that read a block and keep one vector of results per row, at address {@code lanes}. Those
 * named after a strip go down a strip of columns, one or two vectors wide, through all rows: where
 * rows are short and blocks tall, that makes the loop long. Those named after rows go along each
 * row with the results in registers. All have the signature that {@link Apart} calls.
 */
final class VectorSweeps {
  private VectorSweeps() {}

  /** A strip of two vectors. */
  static void maximumOfStrip(long q, long stride, Block b, long lanes, long unused) {
    int rows = b.rows;
    for (int r = 0; r < rows; r++) {
      FloatVector v = larger(load(q + r * stride), load(q + r * stride + BYTES));
      long to = lanes + r * BYTES;
      store(larger(load(to), v), to);
    }
  }

  /** A strip of one vector, of which some lanes hold columns. */
  static void maximumOfPart(long q, long stride, Block b, long lanes, long inside) {
    VectorMask<Float> mask = VectorMask.fromLong(FLOATS, inside);
    int rows = b.rows;
    for (int r = 0; r < rows; r++) {
      long to = lanes + r * BYTES;
      store(larger(load(to), load(q + r * stride, mask)), to);
    }
  }

  /** Whole rows, as far as pairs of vectors reach. */
  static void maximumOfRows(long q, long stride, Block b, long lanes, long bytes) {
    int rows = b.rows;
    for (int r = 0; r < rows; r++) {
      long from = q + r * stride;
      FloatVector first = load(from);
      FloatVector second = load(from + BYTES);
      for (int k = (int) (2 * BYTES); k < bytes; k += (int) (2 * BYTES)) {
        first = larger(first, load(from + k));
        second = larger(second, load(from + k + BYTES));
      }
      store(larger(first, second), lanes + r * BYTES);
    }
  }

  /** A strip of two vectors. */
  static void sumOfStrip(long q, long stride, Block b, long lanes, long unused) {
    int rows = b.rows;
    float[] max = b.max;
    float[] scale = b.scale;
    float[] floor = b.floor;
    for (int r = 0; r < rows; r++) {
      FloatVector octaves = FloatVector.broadcast(FLOATS, scale[r]);
      FloatVector lowest = FloatVector.broadcast(FLOATS, floor[r]);
      FloatVector shift = FloatVector.broadcast(FLOATS, max[r]);
      FloatVector c = clamp(load(q + r * stride).sub(shift), lowest);
      FloatVector d = clamp(load(q + r * stride + BYTES).sub(shift), lowest);
      long to = lanes + r * BYTES;
      store(addPower(d, octaves, addPower(c, octaves, load(to))), to);
    }
  }

  /** A strip of one vector, of which some lanes hold columns. */
  static void sumOfPart(long q, long stride, Block b, long lanes, long inside) {
    VectorMask<Float> mask = VectorMask.fromLong(FLOATS, inside);
    int rows = b.rows;
    float[] max = b.max;
    float[] scale = b.scale;
    float[] floor = b.floor;
    for (int r = 0; r < rows; r++) {
      FloatVector octaves = FloatVector.broadcast(FLOATS, scale[r]);
      FloatVector d = load(q + r * stride, mask).sub(max[r]);
      d = clamp(d, FloatVector.broadcast(FLOATS, floor[r]));
      FloatVector e = addPower(d, octaves, FloatVector.zero(FLOATS)).blend(0f, mask.not());
      long to = lanes + r * BYTES;
      store(load(to).add(e), to);
    }
  }

  /** Whole rows, as far as pairs of vectors reach. */
  static void sumOfRows(long q, long stride, Block b, long lanes, long bytes) {
    int rows = b.rows;
    float[] max = b.max;
    float[] scale = b.scale;
    float[] floor = b.floor;
    for (int r = 0; r < rows; r++) {
      FloatVector octaves = FloatVector.broadcast(FLOATS, scale[r]);
      FloatVector lowest = FloatVector.broadcast(FLOATS, floor[r]);
      FloatVector shift = FloatVector.broadcast(FLOATS, max[r]);
      FloatVector sum = FloatVector.zero(FLOATS);
      long from = q + r * stride;
      for (int k = 0; k < bytes; k += (int) BYTES) {
        sum = addPower(clamp(load(from + k).sub(shift), lowest), octaves, sum);
      }
      store(sum, lanes + r * BYTES);
    }
  }

  /** A strip of one vector; also Σ e·x, to {@link Block#lanes2}. */
  static void weightedSumOfPart(long q, long stride, Block b, long lanes, long inside) {
    VectorMask<Float> mask = VectorMask.fromLong(FLOATS, inside);
    int rows = b.rows;
    float[] max = b.max;
    float[] scale = b.scale;
    float[] floor = b.floor;
    long lanes2 = b.lanes2;
    for (int r = 0; r < rows; r++) {
      FloatVector octaves = FloatVector.broadcast(FLOATS, scale[r]);
      FloatVector d = load(q + r * stride, mask).sub(max[r]);
      d = clamp(d, FloatVector.broadcast(FLOATS, floor[r]));
      FloatVector e = addPower(d, octaves, FloatVector.zero(FLOATS)).blend(0f, mask.not());
      long to = r * BYTES;
      store(load(lanes + to).add(e), lanes + to);
      store(e.fma(d.mul(octaves), load(lanes2 + to)), lanes2 + to);
    }
  }
}
