package dev.maxent.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * One thread's arrays for {@link ScalarLoops}. HotSpot turns a loop into vector instructions if it
 * runs over heap arrays with one index; it does not if the loop reinterprets bits or reads two
 * off-heap segments that might overlap. So data is copied here in pieces that stay in the
 * first-level cache, and bits are reinterpreted by copying an array to one of another type.
 */
final class ScalarScratch {
  /** Elements of a piece. */
  static final int PIECE = 2048;

  /**
   * Room between arrays that are used at the same index. Were they a multiple of 4 KiB apart, the
   * processor would take loads from one for reads of what was just stored to another, and wait.
   */
  static final int GAP = 208;

  final float[] values = new float[PIECE + GAP];
  final float[] offset = new float[PIECE + GAP];
  final float[] octaves = new float[PIECE + GAP];
  final float[] power = new float[PIECE + GAP];
  final int[] bits = new int[PIECE + GAP];
  final int[] exponent = new int[PIECE + GAP];
  final byte[] bytes = new byte[PIECE];
  final double[] real = new double[PIECE + GAP];
  final long[][] counters = new long[4][PIECE / 4 + GAP];
  private final float[] scale = new float[PIECE + GAP];
  private float scaleEverywhere = Float.NaN;
  private final MemorySegment valuesSegment = MemorySegment.ofArray(values);
  private final MemorySegment powerSegment = MemorySegment.ofArray(power);
  private final MemorySegment bitsSegment = MemorySegment.ofArray(bits);

  /** Rows of a piece. Of a row that is longer than a piece each holds one part. */
  static int rows(int columns) {
    return Math.max(1, PIECE / columns);
  }

  void load(MemorySegment from, long at, float[] to, int count) {
    MemorySegment.copy(from, ValueLayout.JAVA_FLOAT, at, to, 0, count);
  }

  void store(float[] from, MemorySegment to, long at, int count) {
    MemorySegment.copy(from, 0, to, ValueLayout.JAVA_FLOAT, at, count);
  }

  void loadBits(MemorySegment from, long at, int count) {
    MemorySegment.copy(from, ValueLayout.JAVA_INT, at, bits, 0, count);
  }

  void storeBits(MemorySegment to, long at, int count) {
    MemorySegment.copy(bits, 0, to, ValueLayout.JAVA_INT, at, count);
  }

  /** bits ← the bits of values. */
  void valuesToBits(int count) {
    MemorySegment.copy(valuesSegment, 0, bitsSegment, 0, (long) count * Float.BYTES);
  }

  /** values ← the floats with these bits. */
  void bitsToValues(int count) {
    MemorySegment.copy(bitsSegment, 0, valuesSegment, 0, (long) count * Float.BYTES);
  }

  /** bits ← the bits of power. */
  void powerToBits(int count) {
    MemorySegment.copy(powerSegment, 0, bitsSegment, 0, (long) count * Float.BYTES);
  }

  /** power ← the floats with these bits. */
  void bitsToPower(int count) {
    MemorySegment.copy(bitsSegment, 0, powerSegment, 0, (long) count * Float.BYTES);
  }

  /**
   * Repeats each row's number along the row. One flat loop over many short rows then replaces a
   * loop per row, whose scalar start and end would cost more than its vector part.
   */
  static void spread(float[] perRow, int first, int rows, int columns, float[] out) {
    for (int r = 0; r < rows; r++) {
      Arrays.fill(out, r * columns, (r + 1) * columns, perRow[first + r]);
    }
  }

  /** The scale of each element; rows mostly share one, then the array is still filled with it. */
  float[] scale(Block block, int first, int rows, int columns) {
    float common = block.scale[first];
    for (int r = 1; r < rows; r++) {
      if (block.scale[first + r] != common) {
        scaleEverywhere = Float.NaN;
        spread(block.scale, first, rows, columns, scale);
        return scale;
      }
    }
    if (common != scaleEverywhere) {
      Arrays.fill(scale, common);
      scaleEverywhere = common;
    }
    return scale;
  }
}
