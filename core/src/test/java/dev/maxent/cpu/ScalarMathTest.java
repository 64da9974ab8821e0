package dev.maxent.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScalarMathTest {
  private static final int ROWS = 5000;

  /** Rows of which one element makes up most: every addition after it rounds at its size. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 64, 1000})
  void sumsRoundThreeTimesAndOnce(int columns) {
    SplittableRandom random = new SplittableRandom(columns);
    float[] values = new float[ROWS * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = 0.03f * random.nextFloat() / columns;
    }
    for (int row = 0; columns > 0 && row < ROWS; row++) {
      values[row * columns + random.nextInt(columns)] = 1;
    }
    float[] sums = new float[ROWS + 1];
    ScalarMath.sum(values, columns, sums, 1, ROWS);
    for (int row = 0; row < ROWS; row++) {
      double exact = 0;
      for (int k = 0; k < columns; k++) {
        exact += values[row * columns + k];
      }
      assertEquals(exact, sums[1 + row], 4 * 0x1p-24 * exact, "row " + row);
    }
  }
}
