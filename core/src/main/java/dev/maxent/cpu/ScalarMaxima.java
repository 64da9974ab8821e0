package dev.maxent.cpu;

/**
 * Row maxima, of floats whose bits are ordered like ints: HotSpot folds maxima of ints with
 * vectors, but not those of floats, and only if there is something to compute before.
 */
final class ScalarMaxima {
  /** Shifts ordered bits so that NaN of either sign comes out on top and −∞ last. */
  private static final int NAN_SHIFT = 0x7FFFFF;

  private ScalarMaxima() {}

  /** The maximum, NaN if any is NaN. */
  static float maximum(int[] bits, int from, int to) {
    int max = Integer.MIN_VALUE;
    for (int i = from; i < to; i++) {
      int ordered = bits[i] ^ (bits[i] >> 31 >>> 1);
      max = Math.max(max, ordered - NAN_SHIFT);
    }
    return real(max);
  }

  /** The maxima of rows of ordered bits, NaN where any is NaN. */
  static void maxima(int[] ordered, int columns, float[] max, int first, int rows) {
    for (int r = 0; r < rows; r++) {
      int end = (r + 1) * columns;
      int most = Integer.MIN_VALUE;
      for (int i = r * columns; i < end; i++) {
        most = Math.max(most, ordered[i] - NAN_SHIFT);
      }
      max[first + r] = real(most);
    }
  }

  /** The largest of some rows' maxima, without NaN. */
  static float most(float[] max, int first, int rows) {
    float most = Float.NEGATIVE_INFINITY;
    for (int r = first; r < first + rows; r++) {
      most = max[r] > most ? max[r] : most;
    }
    return most;
  }

  private static float real(int shifted) {
    int ordered = shifted + NAN_SHIFT;
    return Float.intBitsToFloat(ordered ^ (ordered >> 31 >>> 1));
  }
}
