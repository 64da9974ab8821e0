package dev.maxent.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScalarFoldsTest {
  private static final int ROUNDS = 200;

  /**
   * Rows of which one element makes up most: every addition after it rounds at its size. What an
   * earlier piece left behind the rows must not count, whatever it is.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 31, 32, 63, 64, 65, 96, 127, 128, 129, 250, 255, 256, 1000, 1024})
  void sumsRoundThreeTimesAndOnce(int columns) {
    SplittableRandom random = new SplittableRandom(columns);
    float[] values = new ScalarScratch().values;
    int rows = ScalarScratch.rows(columns);
    float[] sums = new float[rows + 1];
    for (int round = 0; round < ROUNDS; round++) {
      Arrays.fill(values, round % 2 == 0 ? Float.NaN : Float.POSITIVE_INFINITY);
      double[] exact = fill(random, values, columns, rows);
      ScalarFolds.sum(values, columns, sums, 1, rows);
      for (int row = 0; row < rows; row++) {
        assertEquals(exact[row], sums[1 + row], 4 * 0x1p-24 * exact[row], "row " + row);
      }
    }
  }

  private static double[] fill(SplittableRandom random, float[] values, int columns, int rows) {
    double[] exact = new double[rows];
    for (int row = 0; row < rows; row++) {
      int large = random.nextInt(columns);
      for (int k = 0; k < columns; k++) {
        float value = k == large ? 1 : 0.03f * random.nextFloat() / columns;
        values[row * columns + k] = value;
        exact[row] += value;
      }
    }
    return exact;
  }
}
