package dev.maxent.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * One thread's arrays for {@link ScalarLoops}. HotSpot turns a loop into vector instructions if it
 * runs over heap arrays with one index; it does not if the loop reinterprets bits, reads floats
 * from a segment or two off-heap segments that might overlap. So data is copied here in pieces that
 * stay in the first-level cache. Copies are loops over ints, for which an array of floats is a
 * segment: that reinterprets bits, and takes a third of the time of a bulk copy.
 */
final class ScalarScratch {
  /** Elements of a piece. */
  static final int PIECE = 2048;

  /**
   * Room between arrays that are used at the same index. Were they a multiple of 4 KiB apart, the
   * processor would take loads from one for reads of what was just stored to another, and wait.
   */
  static final int GAP = 208;

  /**
   * From an element of an array with a fold to its place there, see {@link ScalarFolds}: a
   * constant, so that HotSpot sees that a loop which reads here and writes there may take vectors.
   */
  static final int FOLD = PIECE + GAP;

  /** Has a fold. */
  final float[] values = new float[2 * FOLD];

  /** Has a fold. */
  final float[] octaves = new float[2 * FOLD];

  final float[] offset = new float[PIECE + GAP];
  final float[] power = new float[PIECE + GAP];
  final float[] round = new float[PIECE + GAP];
  final int[] bits = new int[PIECE + GAP];
  final int[] exponent = new int[PIECE + GAP];
  final byte[] bytes = new byte[PIECE];
  final double[] real = new double[PIECE + GAP];
  final long[][] counters = new long[4][PIECE / 4 + GAP];
  final MemorySegment valuesSegment = MemorySegment.ofArray(values);
  final MemorySegment offsetSegment = MemorySegment.ofArray(offset);
  final MemorySegment powerSegment = MemorySegment.ofArray(power);
  private final float[] scale = new float[PIECE + GAP];
  private float scaleEverywhere = Float.NaN;

  /** What all of round holds, NaN if that is not known. */
  float roundEverywhere = Float.NaN;

  /** Rows of a piece. Of a row that is longer than a piece each holds one part. */
  static int rows(int columns) {
    return Math.max(1, PIECE / columns);
  }

  /** An array's floats ← those at a byte offset. */
  static void load(MemorySegment from, long at, MemorySegment array, int count) {
    for (int i = 0; i < count; i++) {
      array.set(ValueLayout.JAVA_INT, 4L * i, from.get(ValueLayout.JAVA_INT, at + 4L * i));
    }
  }

  /** A byte offset's floats ← those of an array. */
  static void store(MemorySegment array, MemorySegment to, long at, int count) {
    for (int i = 0; i < count; i++) {
      to.set(ValueLayout.JAVA_INT, at + 4L * i, array.get(ValueLayout.JAVA_INT, 4L * i));
    }
  }

  void loadBits(MemorySegment from, long at, int count) {
    loadBits(from, at, bits, count);
  }

  static void loadBits(MemorySegment from, long at, int[] to, int count) {
    for (int i = 0; i < count; i++) {
      to[i] = from.get(ValueLayout.JAVA_INT, at + 4L * i);
    }
  }

  void storeBits(MemorySegment to, long at, int count) {
    storeBits(bits, to, at, count);
  }

  private static void storeBits(int[] from, MemorySegment to, long at, int count) {
    for (int i = 0; i < count; i++) {
      to.set(ValueLayout.JAVA_INT, at + 4L * i, from[i]);
    }
  }

  /** values ← floats, and what none of them is less than; −∞ if one is. NaN may be missed. */
  float loadValues(MemorySegment from, long at, int count) {
    return leastOf(magnitude(from, at, valuesSegment, count));
  }

  private static int magnitude(MemorySegment from, long at, MemorySegment array, int count) {
    int magnitude = Integer.MIN_VALUE;
    for (int i = 0; i < count; i++) {
      int word = from.get(ValueLayout.JAVA_INT, at + 4L * i);
      array.set(ValueLayout.JAVA_INT, 4L * i, word);
      magnitude = Math.max(magnitude, word ^ Integer.MIN_VALUE);
    }
    return magnitude;
  }

  /** bits ← ordered bits, values and the result as in {@link #loadValues}. */
  float loadOrdered(MemorySegment from, long at, int count) {
    return leastOf(magnitude(from, at, valuesSegment, bits, count));
  }

  private static int magnitude(
      MemorySegment from, long at, MemorySegment array, int[] ordered, int count) {
    int magnitude = Integer.MIN_VALUE;
    for (int i = 0; i < count; i++) {
      int word = from.get(ValueLayout.JAVA_INT, at + 4L * i);
      array.set(ValueLayout.JAVA_INT, 4L * i, word);
      ordered[i] = word ^ (word >> 31 >>> 1);
      magnitude = Math.max(magnitude, word ^ Integer.MIN_VALUE);
    }
    return magnitude;
  }

  /** The largest negative number's magnitude comes as its bits; a negative int: there is none. */
  private static float leastOf(int magnitude) {
    return magnitude < 0 ? 0 : -Float.intBitsToFloat(magnitude);
  }

  /** bits ← the bits of values. */
  void valuesToBits(int count) {
    loadBits(valuesSegment, 0, bits, count);
  }

  /** values ← the floats with these bits. */
  void bitsToValues(int count) {
    storeBits(bits, valuesSegment, 0, count);
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

  /** The scale that rows share, NaN if they do not. */
  static float commonScale(Block block, int first, int rows) {
    float common = block.scale[first];
    if (block.hasOneTemperature()) {
      return common;
    }
    for (int r = 1; r < rows; r++) {
      if (block.scale[first + r] != common) {
        return Float.NaN;
      }
    }
    return common;
  }

  /** The scale of each element; rows mostly share one, then the array is still filled with it. */
  float[] scale(Block block, int first, int rows, int columns) {
    float common = commonScale(block, first, rows);
    if (Float.isNaN(common)) {
      scaleEverywhere = Float.NaN;
      spread(block.scale, first, rows, columns, scale);
    } else if (common != scaleEverywhere) {
      Arrays.fill(scale, common);
      scaleEverywhere = common;
    }
    return scale;
  }
}
