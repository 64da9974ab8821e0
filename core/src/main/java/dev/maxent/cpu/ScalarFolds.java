package dev.maxent.cpu;

/**
 * Row sums of arrays that have room for a fold. HotSpot does not reorder sums of floats, so columns
 * are first added to others 32 further on, in one long loop over all rows of a piece; that the loop
 * does so at all columns, for nothing at most, costs less than a loop per row. What is left of a
 * row is added one by one.
 */
final class ScalarFolds {
  private static final int FOLD = ScalarScratch.FOLD;

  /** Columns of a fold's sums, and from one of its terms to the next. */
  private static final int STEP = 32;

  private static final int PAIR = 2 * STEP;
  private static final int FOUR = 4 * STEP;

  private ScalarFolds() {}

  /**
   * Row sums, which round three times at most in float32, the rest in float64. The array holds
   * anything finite or not behind the rows.
   */
  static void sum(float[] values, int columns, float[] sum, int first, int rows) {
    if (columns >= FOUR) {
      foldFour(values, rows * columns);
      for (int r = 0; r < rows; r++) {
        sum[first + r] = (float) sumOfFour(values, r * columns, columns);
      }
    } else if (columns >= PAIR) {
      foldPair(values, rows * columns);
      for (int r = 0; r < rows; r++) {
        sum[first + r] = (float) sumOfPair(values, r * columns, columns);
      }
    } else {
      ScalarMath.sum(values, columns, sum, first, rows);
    }
  }

  private static void foldPair(float[] v, int count) {
    for (int i = 0; i < count; i++) {
      v[i + FOLD] = v[i] + v[i + STEP];
    }
  }

  private static void foldFour(float[] v, int count) {
    for (int i = 0; i < count; i++) {
      v[i + FOLD] = (v[i] + v[i + STEP]) + (v[i + 2 * STEP] + v[i + 3 * STEP]);
    }
  }

  private static double sumOfPair(float[] v, int from, int columns) {
    double total = 0;
    for (int i = from + FOLD; i < from + FOLD + STEP; i += 4) {
      total += (v[i] + v[i + 1]) + (v[i + 2] + v[i + 3]);
    }
    return rest(v, from + PAIR, from + columns, total);
  }

  private static double sumOfFour(float[] v, int from, int columns) {
    double total = 0;
    int i = from;
    for (; i <= from + columns - FOUR; i += FOUR) {
      for (int k = i + FOLD; k < i + FOLD + STEP; k += 4) {
        total += (v[k] + v[k + 1]);
        total += (v[k + 2] + v[k + 3]);
      }
    }
    return rest(v, i, from + columns, total);
  }

  private static double rest(float[] v, int from, int to, double before) {
    double total = before;
    int i = from;
    for (; i <= to - 4; i += 4) {
      total += (v[i] + v[i + 1]) + (v[i + 2] + v[i + 3]);
    }
    for (; i < to; i++) {
      total += v[i];
    }
    return total;
  }
}
