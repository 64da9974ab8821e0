package dev.maxent.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.kernel.ActionValues;
import dev.maxent.kernel.Temperature;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Rows with a mask are read where they are, or put together first where their columns are far from
 * their first: a row has the bits that it has alone, whatever its excluded columns hold.
 */
class MaskedRowsTest {
  private static final int ROWS = 300;
  private static final float[] ODD = {
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MAX_VALUE,
    -1e9f,
    1e9f,
    -Float.MIN_VALUE
  };

  private final Random random = new Random(3);
  private float[] q;
  private byte[] mask;
  private float[] alphas;

  /**
   * Columns, how many rows of a thousand are far, and how many have excluded columns that are odd.
   */
  @ParameterizedTest
  @CsvSource({
    "8, 3, 300",
    "9, 0, 0",
    "16, 3, 3",
    "20, 0, 3",
    "20, 300, 0",
    "33, 3, 0",
    "64, 0, 0",
    "64, 3, 0",
    "64, 0, 3",
    "64, 300, 300",
    "100, 0, 3",
    "131, 3, 3",
    "256, 0, 0",
    "256, 3, 3",
    "300, 3, 3"
  })
  void rowsTogetherAreRowsAlone(int columns, int far, int odd) {
    draw(columns, far, odd);
    try (Backend backend = Backends.open("cpu")) {
      check(backend, columns, false);
      for (int r = 0; r < ROWS; r += 5) {
        alphas[r] = 0;
      }
      check(backend, columns, false);
      // Whole blocks without a temperature, and whole calls.
      Arrays.fill(alphas, 0, ROWS / 2, 0);
      check(backend, columns, false);
      Arrays.fill(alphas, 0.7f);
      check(backend, columns, false);
      check(backend, columns, true);
      Arrays.fill(alphas, 0);
      check(backend, columns, false);
    }
  }

  private void draw(int columns, int far, int odd) {
    q = new float[ROWS * columns];
    mask = new byte[ROWS * columns];
    alphas = new float[ROWS];
    for (int r = 0; r < ROWS; r++) {
      alphas[r] = (float) Math.exp(random.nextDouble(-3, 3));
      double level = random.nextGaussian() * Math.pow(10, random.nextInt(5)) * alphas[r];
      double away = random.nextInt(1000) < far ? 300 * alphas[r] * random.nextGaussian() : 0;
      boolean isOdd = random.nextInt(1000) < odd;
      int allowed = random.nextInt(8);
      for (int k = 0; k < columns; k++) {
        int i = r * columns + k;
        mask[i] = (byte) (random.nextInt(8) < allowed ? 1 + random.nextInt(255) : 0);
        q[i] = (float) (level + 10 * alphas[r] * random.nextGaussian() + (k > 0 ? away : 0));
        if (mask[i] == 0 && isOdd) {
          q[i] = ODD[random.nextInt(ODD.length)];
        }
      }
    }
  }

  /** Together as alone, and near the float64 result. */
  private void check(Backend backend, int columns, boolean shared) {
    byte[] flags = shared ? Arrays.copyOf(mask, columns) : mask;
    boolean constant = alphas[0] == alphas[1] && alphas[1] == alphas[ROWS - 1];
    float[] together = values(backend, q, flags, alphas, constant);
    float[] alone = new float[ROWS];
    for (int r = 0; r < ROWS; r++) {
      float[] row = Arrays.copyOfRange(q, r * columns, (r + 1) * columns);
      byte[] own = shared ? flags : Arrays.copyOfRange(mask, r * columns, (r + 1) * columns);
      alone[r] = values(backend, row, own, new float[] {alphas[r]}, constant)[0];
      if (!shared) {
        assertNear(row, own, alphas[r], together[r]);
      }
    }
    assertArrayEquals(alone, together);
  }

  /** As of a row that has only the columns that are allowed. */
  private static void assertNear(float[] row, byte[] flags, float alpha, float actual) {
    float[] allowed = new float[row.length];
    int count = 0;
    float max = Float.NEGATIVE_INFINITY;
    for (int k = 0; k < row.length; k++) {
      if (flags[k] != 0) {
        allowed[count++] = row[k];
        max = Math.max(max, row[k]);
      }
    }
    if (alpha == 0 || count == 0) {
      assertEquals(max, actual, 0);
    } else {
      UnshiftedTest.assertNear(allowed, count, 1, alpha, actual);
    }
  }

  private static float[] values(
      Backend backend, float[] q, byte[] flags, float[] alphas, boolean constant) {
    int rows = alphas.length;
    try (DeviceArray values = backend.real(q);
        DeviceArray mask = backend.allocate(ElementType.BYTE, flags.length);
        DeviceArray temperatures = backend.real(alphas);
        DeviceArray value = backend.allocate(ElementType.REAL, rows)) {
      mask.upload(flags);
      ActionValues actions = ActionValues.of(values, rows, q.length / rows).withMask(mask);
      Temperature temperature =
          constant ? Temperature.of(alphas[0]) : Temperature.perRow(temperatures);
      backend.softValue().logSumExp(actions, temperature, value);
      return value.toFloats();
    }
  }
}
