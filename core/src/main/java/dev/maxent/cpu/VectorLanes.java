package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.LANES;
import static dev.maxent.cpu.VectorMath.load;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Reduces one vector of lane sums (or maxima) per row to one number per row, {@code LANES} rows at
 * once: two vectors whose lanes belong to rows a and b merge into one that holds half-reduced sums
 * of both, and so on, four instructions a merge. {@code reduceLanes} is no choice for sums: its order
 * differs between interpreter and compiler, and with it the bits.
 */
final class VectorLanes {
  private static final int STEPS = Integer.numberOfTrailingZeros(LANES);
  private static final VectorMask<Float>[] TAKE_SECOND = masks();
  private static final VectorShuffle<Float>[] SWAP = shuffles();

  private VectorLanes() {}

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static VectorMask<Float>[] masks() {
    VectorMask<Float>[] masks = new VectorMask[STEPS];
    for (int step = 0; step < STEPS; step++) {
      boolean[] second = new boolean[LANES];
      for (int i = 0; i < LANES; i++) {
        second[i] = (i >> step & 1) != 0;
      }
      masks[step] = VectorMask.fromArray(FLOATS, second, 0);
    }
    return masks;
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static VectorShuffle<Float>[] shuffles() {
    VectorShuffle<Float>[] shuffles = new VectorShuffle[STEPS];
    for (int step = 0; step < STEPS; step++) {
      int distance = 1 << step;
      shuffles[step] = VectorShuffle.fromOp(FLOATS, i -> i ^ distance);
    }
    return shuffles;
  }

  /** Fills one vector per row. */
  static void fill(MemorySegment lanes, int rows, float value) {
    FloatVector filler = FloatVector.broadcast(FLOATS, value);
    for (int r = 0; r < rows; r++) {
      filler.intoMemorySegment(lanes, r * BYTES, VectorMath.ORDER);
    }
  }

  /** out[r] ← the largest lane of vector r. */
  static void maximum(MemorySegment lanes, int rows, float[] out) {
    int vectors = padded(rows);
    for (int step = 0; step < STEPS; step++) {
      vectors >>= 1;
      mergeMaximum(lanes, vectors, TAKE_SECOND[step], SWAP[step]);
    }
    copy(lanes, vectors, out);
  }

  /** out[r] ← the sum of the lanes of vector r, as a balanced tree. */
  static void sum(MemorySegment lanes, int rows, float[] out) {
    int vectors = padded(rows);
    for (int step = 0; step < STEPS; step++) {
      vectors >>= 1;
      mergeSum(lanes, vectors, TAKE_SECOND[step], SWAP[step]);
    }
    copy(lanes, vectors, out);
  }

  private static int padded(int rows) {
    return (rows + LANES - 1) & -LANES;
  }

  private static void mergeMaximum(
      MemorySegment lanes, int vectors, VectorMask<Float> second, VectorShuffle<Float> swap) {
    for (int i = 0; i < vectors; i++) {
      FloatVector a = load(lanes, 2 * i * BYTES);
      FloatVector b = load(lanes, 2 * i * BYTES + BYTES);
      VectorMath.larger(a.blend(b, second), b.blend(a, second).rearrange(swap))
          .intoMemorySegment(lanes, i * BYTES, VectorMath.ORDER);
    }
  }

  private static void mergeSum(
      MemorySegment lanes, int vectors, VectorMask<Float> second, VectorShuffle<Float> swap) {
    for (int i = 0; i < vectors; i++) {
      FloatVector a = load(lanes, 2 * i * BYTES);
      FloatVector b = load(lanes, 2 * i * BYTES + BYTES);
      a.blend(b, second)
          .add(b.blend(a, second).rearrange(swap))
          .intoMemorySegment(lanes, i * BYTES, VectorMath.ORDER);
    }
  }

  private static void copy(MemorySegment lanes, int vectors, float[] out) {
    for (int i = 0; i < vectors; i++) {
      load(lanes, i * BYTES).intoArray(out, i * LANES);
    }
  }
}
