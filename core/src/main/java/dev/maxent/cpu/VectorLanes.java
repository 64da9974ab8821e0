package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.ADDRESS;
import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.INTS;
import static dev.maxent.cpu.VectorMath.LANES;
import static dev.maxent.cpu.VectorMath.MEMORY;
import static dev.maxent.cpu.VectorMath.ORDER;
import static dev.maxent.cpu.VectorMath.larger;
import static dev.maxent.cpu.VectorMath.load;
import static dev.maxent.cpu.VectorMath.store;
import static dev.maxent.cpu.VectorMath.swapped;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Reduces one vector of lane sums (or maxima) per row to one number per row, {@code LANES} rows at
 * once: two vectors whose lanes belong to rows a and b merge into one that holds half-reduced sums
 * of both, and so on, four instructions a merge. {@code reduceLanes} is no choice for sums: its
 * order differs between interpreter and compiler, and with it the bits.
 */
final class VectorLanes {
  private static final int STEPS = Integer.numberOfTrailingZeros(LANES);
  private static final long LANE_BITS = -1L >>> (64 - LANES);

  /**
   * Bit i: lane i takes the second vector. As bits, since a mask that is an argument gets boxed.
   */
  private static final long[] TAKE_SECOND = {
    0xAAAAAAAAAAAAAAAAL, 0xCCCCCCCCCCCCCCCCL, 0xF0F0F0F0F0F0F0F0L, 0xFF00FF00FF00FF00L
  };

  /** For each step the lane to swap with; as ints, for the same reason. */
  static final int[] SWAP = swaps();

  private VectorLanes() {}

  private static int[] swaps() {
    int[] lanes = new int[STEPS * LANES];
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = (i % LANES) ^ (1 << (i / LANES));
    }
    return lanes;
  }

  /** Fills one vector per row. Without helpers, for the reason at {@link VectorSteinTiles#add}. */
  static void fill(long lanes, int rows, float value) {
    FloatVector filler = FloatVector.broadcast(FLOATS, value);
    for (int r = 0; r < rows; r++) {
      filler.intoMemorySegment(MEMORY, (lanes + r * BYTES) & ADDRESS, ORDER);
    }
  }

  /** block.max ← the largest lane of each vector, from row {@code first} on, of so many rows. */
  static void maximum(long lanes, long stride, Block b, long first, long rows) {
    int vectors = padded((int) rows);
    for (int step = 0; step < STEPS; step += 2) {
      if (step + 1 < STEPS) {
        vectors >>= 2;
        mergeMaxima(lanes, vectors, step);
      } else {
        vectors >>= 1;
        mergeMaximum(lanes, vectors, step);
      }
    }
    copy(lanes, vectors, b.max, (int) first);
  }

  /**
   * block.sum[r] ← the sum of the lanes of vector r, as a balanced tree, and whether one is NaN.
   */
  static void sum(long lanes, long stride, Block b, long out, long inside) {
    int vectors = reduceSum(lanes, padded(b.rows));
    long nan = 0;
    for (int i = 0; i < vectors; i++) {
      FloatVector sums = load(lanes + i * BYTES);
      sums.intoArray(b.sum, i * LANES);
      long here = sums.compare(VectorOperators.NE, sums).toLong();
      nan |= here & -1L >>> Math.max(0, 64 - (b.rows - i * LANES));
    }
    b.sumIsNaN = nan != 0;
  }

  /** block.weighted[r] ← the same. */
  static void weighted(long lanes, long stride, Block b, long out, long inside) {
    copy(lanes, reduceSum(lanes, padded(b.rows)), b.weighted, 0);
  }

  private static int reduceSum(long lanes, int padded) {
    int vectors = padded;
    for (int step = 0; step < STEPS; step += 2) {
      if (step + 1 < STEPS) {
        vectors >>= 2;
        mergeSums(lanes, vectors, step);
      } else {
        vectors >>= 1;
        mergeSum(lanes, vectors, step);
      }
    }
    return vectors;
  }

  private static int padded(int rows) {
    return (rows + LANES - 1) & -LANES;
  }

  /** Two steps: four vectors become one. */
  private static void mergeMaxima(long lanes, int vectors, int step) {
    VectorMask<Float> second = VectorMask.fromLong(FLOATS, TAKE_SECOND[step] & LANE_BITS);
    VectorMask<Float> next = VectorMask.fromLong(FLOATS, TAKE_SECOND[step + 1] & LANE_BITS);
    IntVector swap = IntVector.fromArray(INTS, SWAP, step * LANES);
    IntVector swapNext = IntVector.fromArray(INTS, SWAP, step * LANES + LANES);
    for (int i = 0; i < vectors; i++) {
      long at = (lanes + 4L * i * BYTES) & ADDRESS;
      FloatVector a = FloatVector.fromMemorySegment(FLOATS, MEMORY, at, ORDER);
      FloatVector b = FloatVector.fromMemorySegment(FLOATS, MEMORY, at + BYTES, ORDER);
      FloatVector c = FloatVector.fromMemorySegment(FLOATS, MEMORY, at + 2 * BYTES, ORDER);
      FloatVector d = FloatVector.fromMemorySegment(FLOATS, MEMORY, at + 3 * BYTES, ORDER);
      FloatVector ab = swapped(b.blend(a, second), swap);
      ab = larger(a.blend(b, second), ab);
      FloatVector cd = swapped(d.blend(c, second), swap);
      cd = larger(c.blend(d, second), cd);
      FloatVector all = swapped(cd.blend(ab, next), swapNext);
      store(larger(ab.blend(cd, next), all), lanes + i * BYTES);
    }
  }

  private static void mergeMaximum(long lanes, int vectors, int step) {
    VectorMask<Float> second = VectorMask.fromLong(FLOATS, TAKE_SECOND[step] & LANE_BITS);
    IntVector swap = IntVector.fromArray(INTS, SWAP, step * LANES);
    for (int i = 0; i < vectors; i++) {
      FloatVector a = load(lanes + 2L * i * BYTES);
      FloatVector b = load(lanes + 2L * i * BYTES + BYTES);
      FloatVector other = swapped(b.blend(a, second), swap);
      store(larger(a.blend(b, second), other), lanes + i * BYTES);
    }
  }

  /** Two steps: four vectors become one. */
  private static void mergeSums(long lanes, int vectors, int step) {
    VectorMask<Float> second = VectorMask.fromLong(FLOATS, TAKE_SECOND[step] & LANE_BITS);
    VectorMask<Float> next = VectorMask.fromLong(FLOATS, TAKE_SECOND[step + 1] & LANE_BITS);
    IntVector swap = IntVector.fromArray(INTS, SWAP, step * LANES);
    IntVector swapNext = IntVector.fromArray(INTS, SWAP, step * LANES + LANES);
    for (int i = 0; i < vectors; i++) {
      long at = (lanes + 4L * i * BYTES) & ADDRESS;
      FloatVector a = FloatVector.fromMemorySegment(FLOATS, MEMORY, at, ORDER);
      FloatVector b = FloatVector.fromMemorySegment(FLOATS, MEMORY, at + BYTES, ORDER);
      FloatVector c = FloatVector.fromMemorySegment(FLOATS, MEMORY, at + 2 * BYTES, ORDER);
      FloatVector d = FloatVector.fromMemorySegment(FLOATS, MEMORY, at + 3 * BYTES, ORDER);
      FloatVector ab = swapped(b.blend(a, second), swap);
      ab = a.blend(b, second).add(ab);
      FloatVector cd = swapped(d.blend(c, second), swap);
      cd = c.blend(d, second).add(cd);
      FloatVector all = swapped(cd.blend(ab, next), swapNext);
      store(ab.blend(cd, next).add(all), lanes + i * BYTES);
    }
  }

  private static void mergeSum(long lanes, int vectors, int step) {
    VectorMask<Float> second = VectorMask.fromLong(FLOATS, TAKE_SECOND[step] & LANE_BITS);
    IntVector swap = IntVector.fromArray(INTS, SWAP, step * LANES);
    for (int i = 0; i < vectors; i++) {
      FloatVector a = load(lanes + 2L * i * BYTES);
      FloatVector b = load(lanes + 2L * i * BYTES + BYTES);
      FloatVector other = swapped(b.blend(a, second), swap);
      store(a.blend(b, second).add(other), lanes + i * BYTES);
    }
  }

  private static void copy(long lanes, int vectors, float[] out, int first) {
    for (int i = 0; i < vectors; i++) {
      load(lanes + i * BYTES).intoArray(out, first + i * LANES);
    }
  }
}
